import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DownSample } from '../../lib/atoms/down-sample.js';
import { atomFromSpec } from '../../lib/atoms/registry.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { assertSame, gappyInput, stream } from './conformance.js';

const sos = [[0.5, 0, 0, 1, -0.5, 0]];
const atoms: [string, object][] = [
  ['LFilter', { b: [0.5], a: [1, -0.5], dim: 'time' }],
  ['SOSFilter', { sos, dim: 'time' }],
  ['IIRFilter', { order: 3, cutoff: 20, btype: 'lowpass', dim: 'time' }],
  ['FIRFilter', { numtaps: 11, cutoff: 20, btype: 'lowpass', dim: 'time' }],
  ['Polyphase', { taps: [0.25, 0.5, 0.25], down: 2, dim: 'time' }],
  ['Filter', { freq: [2, 30] }],
  ['Filter', { freq: [null, 30], ftype: 'fir', transition: 20 }],
  ['Resample', { down: 3 }],
  ['Resample', { down: 2, method: 'iir' }],
  ['ResamplePoly', { target: 50, dim: 'time' }],
  ['STALTA', { sta: 0.05, lta: 0.2 }],
  ['Integrate', {}],
  ['Differentiate', {}],
  ['STFT', { wlen: 0.08 }],
  ['UpSample', { factor: 2, dim: 'time' }],
];

describe("dtype: 'float32'", () => {
  for (const [name, options] of atoms)
    it(`rounds what ${name} gives, once, at any cutting: ${JSON.stringify(options)}`, () => {
      for (const dtype of ['float64', 'int16', 'float32'] as const) {
        const da = gappyInput({ name, make: () => atomFromSpec(name), dtype }, [25]);
        const make = (more: object) => atomFromSpec({ [name]: { ...options, ...more } });
        const plain = make({}).run(da) as DataArray[];
        const single = make({ dtype: 'float32' }).run(da) as DataArray[];
        assert.ok(plain.length > 0);
        assert.equal(single.length, plain.length);
        for (const [k, chunk] of single.entries()) {
          assert.ok(['float32', 'complex64'].includes(chunk.dtype), chunk.dtype);
          assert.deepEqual(chunk.values, Float32Array.from(plain[k].values as Float64Array));
          assert.deepEqual(chunk.shape, plain[k].shape);
          for (const [key, coord] of plain[k].coords) assert.ok(coord.equals(chunk.coords.get(key)), key);
        }
        assertSame(stream(make({ dtype: 'float32' }), da, [7, 8, 40]), single);
      }
    });
  it('halves the bytes, of each stage by itself', () => {
    const da = gappyInput({ name: '', make: () => new DownSample({ factor: 1 }) });
    const pipeline = (first: object, last: object) =>
      new Sequential([
        atomFromSpec({ Filter: { freq: [2, 30], ...first } }),
        atomFromSpec({ Integrate: { ...last } }),
      ]).apply(da) as DataArray;
    const single = { dtype: 'float32' };
    assert.equal(pipeline({}, single).nbytes * 2, pipeline({}, {}).nbytes);
    assert.equal(pipeline(single, {}).dtype, pipeline({}, {}).dtype === 'float64' ? 'float64' : 'float32');
  });
  it('is refused where it is no option, and in other values', () => {
    assert.throws(() => atomFromSpec({ DownSample: { factor: 2, dtype: 'float32' } }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => atomFromSpec({ Integrate: { dtype: 'int16' } }), {
      code: 'BAD_ARGUMENT',
      message: /dtype.*float32/,
    });
  });
});
