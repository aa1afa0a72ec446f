import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lfilter } from '../../../lib/signal/lfilter.js';
import { polyphase, polyphaseState } from '../../../lib/signal/polyphase.js';
import { simdKernels } from '../../../lib/signal/simd/kernels.js';
import { simdLfilter } from '../../../lib/signal/simd/lfilter.js';
import { simdSosfilt } from '../../../lib/signal/simd/sosfilt.js';
import { simdRecursiveStaLta } from '../../../lib/signal/simd/sta-lta.js';
import { sosfilt } from '../../../lib/signal/sosfilt.js';
import { recursiveStaLtaOf, recursiveStaLtaState } from '../../../lib/signal/sta-lta.js';
import { samples } from '../fixture.js';
import { withKernels } from './equal-to-plain.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const sos = Float64Array.of(0.2, 0.1, 0.05, 1, -0.5, 0.2);

/** What a process prints that filters one array, with an environment of its own. */
function inProcess(kernels: string | undefined, prelude = '') {
  const signal = new URL('../../../lib/signal/', import.meta.url).href;
  const program = `${prelude}
    const { sosfilt } = await import('${signal}sosfilt.js');
    const { simdKernels } = await import('${signal}simd/kernels.js');
    try {
      const y = sosfilt(Float64Array.of(${sos.join()}), Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), { outer: 1, length: 2, inner: 4 });
      console.log(JSON.stringify({ simd: simdKernels() !== null, y: [...y] }));
    } catch ({ code, message }) {
      console.log(JSON.stringify({ code, message }));
    }`;
  const { DASFLOW_KERNELS: _, ...env } = process.env;
  if (kernels !== undefined) env.DASFLOW_KERNELS = kernels;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { env });
  assert.equal(stderr.toString(), '');
  return JSON.parse(stdout.toString());
}

/** Stands for a machine without SIMD. */
const withoutSimd = 'WebAssembly.validate = () => false;';

describe('the choice of kernels', () => {
  it('is SIMD where the machine has it, and the environment may say otherwise', () => {
    const { simd, y } = inProcess(undefined);
    assert.equal(simd, true);
    for (const [choice, prelude, expected] of [
      ['auto', '', true],
      ['simd', '', true],
      ['plain', '', false],
      [undefined, withoutSimd, false],
    ] as const)
      assert.deepEqual(inProcess(choice, prelude), { simd: expected, y });
  });

  it('is refused where it cannot be', () => {
    assert.match(inProcess('fast').message, /fast; allowed: auto, plain, simd/);
    assert.equal(inProcess('simd', withoutSimd).code, 'BAD_ARGUMENT');
  });

  it('is not undone by kernels that hand everything back', () => {
    const lanes = { outer: 1, length: 20, inner: 4 };
    const [x, zeros] = [samples(80), new Float64Array(16)];
    const job = { csta: 0.5, clta: 0.1, floor: 1e-300, from: 1, full: 10, squared: false };
    for (const [choice, given] of [
      ['simd', true],
      ['plain', false],
    ] as const)
      withKernels(choice, () => {
        assert.equal(simdSosfilt(sos, x, lanes, zeros.slice(0, 8)) !== null, given);
        assert.equal(simdLfilter(samples(3), null, x, lanes, zeros.slice(0, 8)) !== null, given);
        assert.equal(simdRecursiveStaLta(job, x, lanes, zeros.slice(0, 8)) !== null, given);
      });
  });
});

describe('SIMD kernels', () => {
  it('give arrays of their own, no views of WebAssembly memory', () => {
    withKernels('simd', () => {
      const lanes = { outer: 1, length: 20, inner: 40 };
      const x = samples(800);
      const state = polyphaseState({ taps: samples(9), up: 1, down: 2, lead: 0 }, lanes, false);
      for (const y of [
        sosfilt(sos, x, lanes),
        lfilter({ b: samples(4), a: Float64Array.of(1, 0.1) }, x, lanes),
        recursiveStaLtaOf(x, lanes, 2, 5, recursiveStaLtaState(lanes)),
        polyphase({ taps: samples(9), up: 1, down: 2, lead: 0 }, x, lanes, state).data,
      ]) {
        assert.notEqual(y.buffer, simdKernels()!.float64.buffer);
        assert.equal(y.buffer.byteLength, y.byteLength);
      }
    });
  });

  it('write where they are told to, the input itself too', () => {
    const lanes = { outer: 3, length: 50, inner: 11 };
    const x = samples(1650);
    for (const choice of ['simd', 'plain'] as const)
      withKernels(choice, () => {
        const y = sosfilt(sos, x, lanes);
        const [out, same] = [new Float64Array(1650), x.slice()];
        assert.equal(sosfilt(sos, Float32Array.from(x), lanes, undefined, out), out);
        assert.equal(sosfilt(sos, same, lanes, undefined, same), same);
        assert.deepEqual(same, y);
        assert.throws(() => sosfilt(sos, x, lanes, undefined, new Float64Array(3)), { code: 'BAD_SHAPE' });
      });
  });

  it('keep the memory as it is over 10,000 calls', () => {
    withKernels('simd', () => {
      const lanes = { outer: 1, length: 10, inner: 32 };
      const x = Float32Array.from(samples(320));
      const filter = { taps: samples(33), up: 1, down: 4, lead: 0 };
      const state = polyphaseState(filter, lanes, true);
      const zi = new Float64Array(64);
      const { buffer } = simdKernels()!.float64;
      const bytes = buffer.byteLength;
      const calls = (count: number) => {
        for (let k = 0; k < count; k++) {
          sosfilt(sos, x, lanes, zi);
          polyphase(filter, x, lanes, state);
        }
      };
      calls(1000);
      collect();
      const before = process.memoryUsage();
      calls(10_000);
      // Buffers are swept behind the collection: what is garbage is gone after a few, what leaks stays.
      let grown = Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < 10 && grown >= 2e6; tries++) {
        collect();
        const after = process.memoryUsage();
        grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
      }
      assert.equal(buffer.byteLength, bytes);
      assert.equal(simdKernels()!.float64.buffer, buffer);
      // 10,000 results are 29 MB.
      assert.ok(grown < 2e6, `${grown} bytes`);
    });
  });
});
