/** Pipelines, pipelines in pipelines, and users' own functions. */
import type { Atom } from '../../../lib/atoms/atom.js';
import { atomized, compose } from '../../../lib/atoms/compose.js';
import { DownSample } from '../../../lib/atoms/down-sample.js';
import { Filter } from '../../../lib/atoms/filter.js';
import { hilbert } from '../../../lib/atoms/hilbert.js';
import { Integrate } from '../../../lib/atoms/integrate.js';
import { LFilter } from '../../../lib/atoms/lfilter.js';
import { HERE, Partial } from '../../../lib/atoms/partial.js';
import { Rechunk } from '../../../lib/atoms/rechunk.js';
import { atomFromSpec } from '../../../lib/atoms/registry.js';
import { Resample } from '../../../lib/atoms/resample.js';
import { Sequential } from '../../../lib/atoms/sequential.js';
import { fft } from '../../../lib/atoms/spectrum.js';
import { STFT } from '../../../lib/atoms/stft.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { absolute, multiply } from '../../../lib/dataarray/elementwise.js';
import { split } from '../../../lib/dataarray/split.js';
import { lanesOf } from '../../../lib/signal/lanes.js';
import type { Entry } from './entry.js';

const dim = 'time';
const smooth = (): Atom => new LFilter({ b: [1], a: [1, -0.9], dim });

/** A function with state: the sum so far of every channel. */
function runningSum(da: DataArray, { sum }: { sum?: Float64Array }): [DataArray, { sum: Float64Array }] {
  const { outer, length, inner } = lanesOf(da.shape, da.dims.indexOf('time'));
  const next = sum?.slice() ?? new Float64Array(outer * inner);
  const data = new Float64Array(da.size);
  for (let o = 0; o < outer; o++)
    for (let t = 0; t < length; t++)
      for (let i = 0; i < inner; i++) {
        const at = (o * length + t) * inner + i;
        next[o * inner + i] += Number(da.values[at]);
        data[at] = next[o * inner + i];
      }
  return [da.with({ data }), { sum: next }];
}

const doubled = (da: DataArray) =>
  da.with({ data: Float64Array.from(da.values as Float64Array, (x) => 2 * Number(x)) });
const halves = (da: DataArray) => split(da, [Math.floor(da.sizes.time / 2)], 'time').filter((half) => !half.empty);
const scaled = atomized(function scaled(da: DataArray, factor: number): DataArray {
  return da.with({ data: Float64Array.from(da.values as Float64Array, (x) => factor * Number(x)) });
});

/** The same as {@link runningSum}, as a generator that gives each chunk in two. */
function* runningSums(da: DataArray, state: { sum?: Float64Array }): Generator<DataArray, { sum: Float64Array }> {
  let { sum } = state;
  for (const half of halves(da)) {
    const [out, next] = runningSum(half, { sum });
    sum = next.sum;
    yield out;
  }
  return { sum: sum! };
}

/** A generator without state: nothing but what is not empty. */
const inHalves = atomized(function* inHalves(da: DataArray): Generator<DataArray> {
  yield* halves(da);
});

export const composedEntries: Entry[] = [
  { name: 'Partial of a generator with state', make: () => new Partial({ func: runningSums, state: ['sum'], dim }) },
  { name: 'atomized generator', make: () => inHalves(HERE) },
  { name: 'Partial', make: () => new Partial({ func: doubled }) },
  { name: 'Partial, several chunks', make: () => new Partial({ func: halves, dim }) },
  { name: 'Partial with state', make: () => new Partial({ func: runningSum, state: ['sum'], dim }) },
  { name: 'atomized function', make: () => scaled(HERE, 3) },
  { name: 'atomized function after an atom', make: () => scaled(smooth(), 3) },
  {
    name: 'Sequential',
    make: () =>
      new Sequential({
        atoms: [
          new Filter({ freq: [1, 20] }),
          new Sequential({ atoms: [new Resample({ down: 2 }), doubled], name: 'inner' }),
          new DownSample({ factor: 3, dim }),
          new Rechunk({ chunks: { time: 4 } }),
          new LFilter({ b: [1, -1], a: [1, -0.9], dim }),
        ],
      }),
  },
  {
    name: 'Sequential of Sequentials',
    make: () =>
      new Sequential({
        name: 'outer',
        atoms: [
          new Sequential([
            new Sequential({ name: 'innermost', atoms: [smooth(), new DownSample({ factor: 2, dim })] }),
          ]),
          new Sequential([
            new Partial({ func: runningSum, state: ['sum'], dim }),
            new Rechunk({ chunks: { time: 5 } }),
          ]),
        ],
      }),
  },
  { name: 'Sequential of nothing', make: () => new Sequential([]) },
  {
    name: 'Sequential along two dimensions',
    make: () => new Sequential([new DownSample({ factor: 2, dim: 'distance' }), smooth()]),
    needs: { distance: 3 },
  },
  {
    name: 'a function with state, then chunks of 3, then differences',
    make: () =>
      atomFromSpec([
        new Partial({ func: runningSum, state: ['sum'], dim }),
        { Rechunk: { chunks: { time: 3 } } },
        { Differentiate: {} },
      ]),
  },
  {
    name: 'compose',
    make: () =>
      compose(smooth(), doubled, new Sequential({ name: 'later', atoms: [new DownSample({ factor: 3, dim })] })),
  },
  { name: 'pipe', make: () => new Filter({ freq: [1, 20] }).pipe(new Integrate({}), doubled).pipe(smooth()) },
  {
    name: 'declared pipeline',
    make: () =>
      atomFromSpec([
        { Filter: { freq: [1, null] } },
        { Partial: { func: 'square' } },
        { Resample: { down: 3 } },
        { Sequential: { atoms: [{ DownSample: { factor: 2, dim } }] } },
      ]),
  },
  {
    name: 'Resample 3/2 and on, labels of 20/3 ms rounded to ns',
    make: () =>
      new Sequential([new Resample({ up: 3, down: 2 }), smooth(), new Resample({ up: 2, down: 3 }), smooth()]),
    fractions: true,
    needsDeclared: true,
  },
  {
    name: 'Resample 3/2 by iir and on',
    make: () =>
      new Sequential([
        new Resample({ up: 3, down: 2, method: 'iir' }),
        smooth(),
        new Resample({ up: 2, down: 3 }),
        smooth(),
      ]),
    labelSlack: 2n,
    fractions: true,
    needsDeclared: true,
  },
  {
    name: 'STFT of an analytic signal, and its magnitude',
    make: () =>
      new Sequential({
        atoms: [hilbert(HERE, { dim: 'distance' }), new STFT({ wlen: 0.05 }), new Partial({ func: absolute })],
      }),
    needs: { distance: 3 },
  },
  {
    name: 'fft along distance, then DownSample',
    make: () => new Sequential([fft(HERE, { dim: { distance: 'wavenumber' } }), new DownSample({ factor: 3, dim })]),
    needs: { distance: 4 },
  },
  { name: 'element-wise maths', make: () => new Partial({ func: multiply, args: [HERE, 2] }) },
];
