/** The function forms of xdas.signal, xdas.spectral and its methods beyond what the fixtures of xdas can show. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lfilter, sosfilt } from '../../lib/atoms/coefficient-filters.js';
import { diff, stalta, trigger } from '../../lib/atoms/functions.js';
import { IIRFilter } from '../../lib/atoms/iir-filter.js';
import { HERE } from '../../lib/atoms/partial.js';
import { average, mean } from '../../lib/atoms/reductions.js';
import * as signal from '../../lib/atoms/signal.js';
import { SOSFilter } from '../../lib/atoms/sos-filter.js';
import { stft } from '../../lib/atoms/spectral.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { iirfilter } from '../../lib/signal/design/iirfilter.js';
import { Table } from '../../lib/table/table.js';
import { gappyInput } from './conformance.js';

const input = gappyInput({ name: 'input', make: () => assert.fail() });
const sos = iirfilter(3, 0.3, { btype: 'lowpass', output: 'sos' });

describe('filters with initial conditions', () => {
  const b = [0.1, 0.2, 0.1];
  const a = [1, -0.6, 0.3];
  const [first, second] = [input.isel({ time: { stop: 23 } }), input.isel({ time: { start: 23 } })];

  it('sosfilt goes on from zf bit for bit', () => {
    const whole = sosfilt(input, { sos, dim: 'time' });
    const one = sosfilt(first, { sos, dim: 'time', zi: 'zeros' });
    const two = sosfilt(second, { sos, dim: 'time', zi: one.zf });
    assert.equal(one.zf.length, 2 * 2 * 2);
    assert.deepEqual([...one.data.values, ...two.data.values], [...whole.values]);
    assert.ok(two.data.coords.equals(second.coords));
  });

  it('lfilter goes on from zf bit for bit, and zi is left alone', () => {
    const whole = lfilter(input, { b, a, dim: 'time' });
    const one = lfilter(first, { b, a, dim: 'time', zi: 'zeros' });
    const zi = one.zf.slice();
    const two = lfilter(second, { b, a, dim: 'time', zi });
    assert.deepEqual([...one.data.values, ...two.data.values], [...whole.values]);
    assert.deepEqual(zi, one.zf);
  });

  it('refuses states that do not fit, gaps, and atoms', () => {
    assert.throws(() => sosfilt(input, { sos, dim: 'time', zi: [1, 2] }), { code: 'BAD_SHAPE', message: /need 8/ });
    const gappy = gappyInput({ name: 'gappy', make: () => assert.fail() }, [20]);
    assert.throws(() => sosfilt(gappy, { sos, dim: 'time', zi: 'zeros' }), { code: 'DISCONTINUITY', message: /20/ });
    assert.throws(() => lfilter(HERE as never, { b, a, zi: 'zeros' }), { code: 'BAD_ARGUMENT' });
    for (const zi of ['12345678', 8, true])
      assert.throws(() => sosfilt(input, { sos, dim: 'time', zi: zi as never }), {
        code: 'BAD_ARGUMENT',
        message: /allowed: 'zeros', or a list of 8 numbers/,
      });
    const single = sosfilt(input, { sos, dim: 'time', zi: 'zeros', dtype: 'float32' }).data;
    assert.ok(single.equals(sosfilt(input, { sos, dim: 'time', dtype: 'float32' })));
    assert.throws(() => lfilter(input, { b: [], a, zi: 'zeros' }), { code: 'BAD_ARGUMENT' });
  });

  it('gives atoms and pipelines', () => {
    const atom = sosfilt(HERE, { sos, dim: 'time' });
    assert.ok(atom instanceof SOSFilter);
    const twice = sosfilt(atom, { sos, dim: 'time' }).apply(input) as DataArray;
    assert.deepEqual(twice.values, sosfilt(sosfilt(input, { sos, dim: 'time' }), { sos, dim: 'time' }).values);
  });
});

describe('diff', () => {
  it('takes orders, aliases and other labels along the dimension, where xdas fails', () => {
    const da = new DataArray({
      data: [1, 4, 9, 16, 26],
      dtype: 'int16',
      dims: ['x'],
      coords: {
        x: InterpCoordinate.fromBlock(0, 5, 2, { dim: 'x' }),
        tag: new DenseCoordinate({ values: ['a', 'b', 'c', 'd', 'e'], dim: 'x' }),
      },
      name: 'strain',
      attrs: { units: 'nm/m' },
    });
    const out = diff(da, { dim: 'last', n: 2 }) as DataArray;
    assert.deepEqual([...out.values], [2, 2, 3]);
    assert.deepEqual([...out.coords.axis('x').values], [4, 6, 8]);
    assert.deepEqual(out.coords.get('tag')!.values, ['c', 'd', 'e']);
    assert.deepEqual([out.dtype, out.name, out.attrs], ['int16', 'strain', { units: 'nm/m' }]);
  });

  it('wraps integers, as numpy does', () => {
    const da = new DataArray({ data: Uint8Array.of(3, 1), dims: ['x'] });
    assert.deepEqual([...(diff(da, { dim: 'x' }) as DataArray).values], [254]);
    const far = new DataArray({ data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n), dims: ['x'] });
    assert.deepEqual([...(diff(far, { dim: 'x' }) as DataArray).values], [-1n]);
  });
});

describe('average', () => {
  const da = new DataArray({
    data: [
      [1, 2, 4],
      [8, 16, 32],
    ],
    dims: ['y', 'x'],
  });

  it('weighs along a dimension, over everything, and not at all', () => {
    assert.deepEqual([...average(da, { dim: 'x', weights: [1, 1, 2] }).values], [11 / 4, 88 / 4]);
    assert.deepEqual(
      [
        ...average(da, {
          weights: [
            [0, 0, 1],
            [0, 0, 3],
          ],
        }).values,
      ],
      [25],
    );
    assert.deepEqual(average(da, { dim: 'y' }).values, mean(da, { dim: 'y' }).values);
  });

  it('refuses weights that do not fit or sum to zero', () => {
    assert.throws(() => average(da, { dim: 'x', weights: [1, 2] }), {
      code: 'BAD_SHAPE',
      message: /2 weights; allowed: 3/,
    });
    assert.throws(() => average(da, { dim: 'y', weights: [1, -1] }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => average(da, { weights: ['1'] as never }), { code: 'BAD_ARGUMENT' });
  });
});

describe('the namespaces signal and spectral', () => {
  it('signal works along the last dimension by default', () => {
    const turned = input.transpose();
    assert.deepEqual(signal.detrend(turned).values, signal.detrend(turned, { dim: 'time' }).values);
    assert.notDeepEqual(signal.detrend(input).values, signal.detrend(input, { dim: 'time' }).values);
    const summed = signal.integrate(turned, {}) as DataArray;
    assert.deepEqual(summed.values, (signal.integrate(turned, { dim: 'time' }) as DataArray).values);
  });

  it('signal.filter is an atom that streams, unless it runs backwards', () => {
    const options = { freq: 5, btype: 'lowpass', dim: 'time' } as const;
    assert.ok(signal.filter(HERE, options) instanceof IIRFilter);
    const atom = signal.filter(HERE, { ...options, zerophase: true });
    assert.throws(() => atom.push(input, { chunkDim: 'time' }), { code: 'CHUNKED_WHOLE_RECORD' });
  });

  it('signal.medfilt takes odd lengths of dimensions that exist', () => {
    assert.throws(() => signal.medfilt(input, { kernelDim: { time: 4 } }), { code: 'BAD_ARGUMENT', message: /odd/ });
    assert.throws(() => signal.medfilt(input, { kernelDim: { depth: 3 } }), { code: 'BAD_DIM', message: /depth/ });
  });

  it('spectral.stft refuses what it cannot do', () => {
    const dim = { time: 'frequency' };
    assert.throws(() => stft(input, { dim }), { code: 'BAD_SHAPE', message: /60 samples/ });
    assert.throws(() => stft(input, { dim, nperseg: 8, noverlap: 8 }), { code: 'BAD_ARGUMENT', message: /noverlap/ });
    assert.throws(() => stft(signal.hilbert(input, { dim: 'time' }), { dim, nperseg: 8 }), { code: 'BAD_DTYPE' });
    assert.throws(() => stft(input, { dim: { time: 'distance' }, nperseg: 8 }), { code: 'BAD_DIM' });
  });

  it('stalta and trigger are functions too', () => {
    const ratio = stalta(input, { sta: 0.05, lta: 0.2 });
    const picks = trigger(ratio, { thresh: 1.2 });
    assert.ok(picks instanceof Table && picks.length > 0);
    assert.ok((trigger(stalta(HERE, { sta: 0.05, lta: 0.2 }), { thresh: 1.2 }).apply(input) as Table).equals(picks));
  });
});
