/**
 * Streams whose seams are known because they were made: stretches of samples, and what lies between them. An arbitrary
 * gives them as plain data, which fast-check prints and shrinks; `build...` makes arrays of it.
 */
import fc from 'fast-check';
import type { Coordinate } from '../../../lib/coordinates/coordinate.js';
import { DenseCoordinate } from '../../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import { ScalarCoordinate } from '../../../lib/coordinates/scalar-coordinate.js';
import { DataArray } from '../../../lib/dataarray/data-array.js';
import { split } from '../../../lib/dataarray/split.js';
import { type ArrayDType, allocate, dtypes, isComplexDType, partsDType, type TypedArray } from '../../../lib/dtype.js';
import { lanesOf } from '../../../lib/signal/lanes.js';
import { type Axis, axes, declares, dyadic, isDyadic, leastGap, origin, stepsOf, timeAxis, tolerance } from './axes.js';
import type { Entry } from './entry.js';

/** How arrays lie: dimensions in order, sizes of all but `time`, and what their time axis is made of. */
export interface Layout {
  dims: string[];
  sizes: Record<string, number>;
  dtype: ArrayDType;
  axis: Axis;
  step: bigint;
  /**
   * How many samples the first chunk of a stream has at least, that behind a change of rate, and a stretch: where the axis declares
   * no interval, one sample tells none. Behind a gap it is that of the stream. Default 1.
   */
  least?: number;
  /** Values that are not finite. */
  spots?: Spot[];
}

/** A value that is not finite: where it is. */
export interface Spot {
  sample: number;
  /** Counted in C order, without those that there are not. */
  lane: number;
  value: number;
}

/** What lies before a stretch: nothing, an offset within the tolerance, a gap, or another interval. */
export interface Break {
  kind: 'none' | 'jitter' | 'gap' | 'rate';
  /** Nanoseconds by which its first label is later than expected. */
  jump: bigint;
  /** The interval from here on, where it changes. */
  step?: bigint;
}

/** Samples without anything between them. */
export interface Stretch {
  length: number;
  before: Break;
}

/** A stream: its layout, its stretches, and where it is cut: sample numbers (two of one give an empty chunk), or at each. */
export interface Stream {
  layout: Layout;
  stretches: Stretch[];
  cuts: number[] | 'each';
}

/** A seam as it must be told. */
export interface ExpectedSeam {
  kind: 'gap' | 'rate';
  end: bigint;
  expected: bigint;
  start: bigint;
  jump: bigint;
  interval: bigint;
  nextInterval: bigint;
}

/** What a stream consists of. */
export interface BuiltStream {
  axis: Axis;
  /** What is pushed. */
  chunks: DataArray[];
  /** Each run by itself: what the results are to be those of. */
  runs: DataArray[];
  /** Between the runs. */
  seams: ExpectedSeam[];
  /** Sample numbers at which runs but the first begin. */
  starts: number[];
  /** By how many ns labels are off the even ones at most. */
  drift: bigint;
}

/** Stretches of one interval as one array, its first label at `start`, its samples counted from `first` on. */
export function buildArray(layout: Layout, stretches: readonly Stretch[], start: bigint, first = 0): DataArray {
  const { dims, sizes, dtype, axis, step } = layout;
  const lengths = stretches.map(({ length }) => length);
  const total = lengths.reduce((a, b) => a + b, 0);
  const starts: bigint[] = [];
  let next = start;
  for (const [k, { length, before }] of stretches.entries()) {
    starts.push(k === 0 ? start : next + before.jump);
    next = starts[k] + BigInt(length) * step;
  }
  const shape = dims.map((dim) => (dim === 'time' ? total : sizes[dim]));
  const coords: Record<string, Coordinate> = { time: timeAxis(axis, starts, lengths, step) };
  for (const dim of dims) {
    if (dim === 'time') continue;
    if (dim === 'phase') coords.phase = new DenseCoordinate({ values: phases.slice(0, sizes.phase), dim });
    else coords[dim] = InterpCoordinate.fromBlock(3, sizes[dim], 2, { dim, dtype: 'float64' });
  }
  const count = BigInt64Array.from({ length: total }, (_, i) => 7n * BigInt(first + i));
  coords.count = new DenseCoordinate({ values: count, dim: 'time', dtype: 'int64' });
  if (sizes.distance) {
    const names = Array.from({ length: sizes.distance }, (_, i) => `S${i}`);
    coords.station = new DenseCoordinate({ values: names, dim: 'distance' });
  }
  coords.cable = new ScalarCoordinate({ value: 7n, dtype: 'int64' });
  return new DataArray({
    data: samples(layout, shape, first),
    dtype,
    shape,
    dims,
    coords,
    name: 'rate',
    attrs: { units: 'nm/s' },
  });
}

/** Values that depend on the number of the sample and on the channel alone, from integers. */
function samples({ dims, dtype, spots = [] }: Layout, shape: readonly number[], first: number): TypedArray {
  const parts = isComplexDType(dtype) ? 2 : 1;
  const { outer, length, inner } = lanesOf(shape, dims.indexOf('time'));
  const row = inner * parts;
  const type = partsDType(dtype);
  const float = type === 'float32' || type === 'float64';
  const values = allocate(type, outer * length * row);
  let at = 0;
  for (let o = 0; o < outer; o++)
    for (let t = first; t < first + length; t++)
      for (let k = 0; k < row; k++, at++) {
        const i = t * 131 + o * row + k;
        const x = (i * i * 31 + i * 7919 + 17) % 10007;
        const value = float ? x / 10007 - 0.5 : (x % 101) - 50;
        if (values instanceof BigInt64Array || values instanceof BigUint64Array) values[at] = BigInt(value);
        else values[at] = value;
      }
  const lanes = outer * row;
  for (const { sample, lane, value } of float ? spots : [])
    if (sample >= first && sample < first + length) {
      const [o, k] = [Math.floor((lane % lanes) / row), lane % row];
      (values as Float64Array)[(o * length + sample - first) * row + k] = value;
    }
  return values;
}

/** The arrays of a stream. */
export function build({ layout, stretches, cuts }: Stream): BuiltStream {
  const built: BuiltStream = { axis: layout.axis, chunks: [], runs: [], seams: [], starts: [], drift: 0n };
  let [step, next, at, drift] = [layout.step, origin, 0, 0n];
  let block: { stretches: Stretch[]; start: bigint; first: number } | null = null;
  let run: { stretches: Stretch[]; start: bigint; first: number } | null = null;
  const endRun = () => run && built.runs.push(buildArray({ ...layout, step }, run.stretches, run.start, run.first));
  const endBlock = () => {
    if (block === null) return;
    const array = buildArray({ ...layout, step }, block.stretches, block.start, block.first);
    const size = array.sizes.time;
    const { first } = block;
    const all = cuts === 'each' ? Array.from({ length: size }, (_, i) => first + i) : [...cuts].sort((a, b) => a - b);
    const telling = [0, ...built.starts.filter((_, k) => built.seams[k].kind === 'rate')];
    const told = (cut: number) => telling.every((start) => cut <= start || cut >= start + (layout.least ?? 1));
    const inside = all
      .filter(told)
      .map((cut) => cut - first)
      .filter((cut) => cut > 0 && cut < size);
    built.chunks.push(...(inside.length ? split(array, inside, 'time') : [array]));
  };
  for (const [k, { length, before }] of stretches.entries()) {
    const start = k === 0 ? next : next + before.jump;
    if (k > 0 && (before.kind === 'gap' || before.kind === 'rate')) {
      built.seams.push({
        kind: before.kind,
        end: next - step,
        expected: next,
        start,
        jump: before.jump,
        interval: step,
        nextInterval: before.step ?? step,
      });
      built.starts.push(at);
      endRun();
      [run, drift] = [null, 0n];
      if (before.step !== undefined) {
        endBlock();
        [block, step] = [null, before.step];
      }
    } else if (k > 0) {
      drift += before.jump < 0n ? -before.jump : before.jump;
      if (drift > built.drift) built.drift = drift;
    }
    const stretch = { length, before };
    if (block) block.stretches.push(stretch);
    else block = { stretches: [stretch], start, first: at };
    if (run) run.stretches.push(stretch);
    else run = { stretches: [stretch], start, first: at };
    next = start + BigInt(length) * step;
    at += length;
  }
  endRun();
  endBlock();
  return built;
}

const phases = ['P', 'S', 'N', 'X'];
const others = ['distance', 'component', 'shotline'];

/** The dtypes that an entry can be fed. */
export function dtypesOf({ dtype, dtypes: some }: Pick<Entry, 'dtype' | 'dtypes'>): readonly ArrayDType[] {
  return dtype ? [dtype] : (some ?? ['float64', ...dtypes]);
}

/** Half of all streams have the axis that most instruments send. */
const usual: readonly Axis[] = [
  'interpolated',
  'interpolated',
  'interpolated',
  'interpolated',
  'interpolated',
  ...axes,
];

/** Layouts that an entry can be fed, with one of the axes. */
export function layoutsOf(entry: Entry, among: readonly Axis[] = usual): fc.Arbitrary<Layout> {
  const possible = among.filter(
    (axis) => !(entry.notBinary && isDyadic(axis)) && (declares(axis) || !entry.needsDeclared),
  );
  return fc.constantFrom(...possible).chain((axis) => {
    const step = isDyadic(axis) ? stepsOf(axis)[entry.step ? 0 : 1] : (entry.step ?? stepsOf(axis)[1]);
    const least = declares(axis) ? 1 : (entry.tells ?? 4);
    return shapesOf(entry).map((shape) => ({ ...shape, axis, step, least }));
  });
}

/** Layouts without an axis. */
function shapesOf(entry: Entry): fc.Arbitrary<Pick<Layout, 'dims' | 'sizes' | 'dtype'>> {
  const { shape, dims = shape && ['time', 'distance'], needs = {} } = entry;
  const common = { dtype: fc.constantFrom(...dtypesOf(entry)) };
  if (dims && shape) {
    const sizes = Object.fromEntries(dims.map((dim, i) => [dim, shape[i]]).filter(([dim]) => dim !== 'time'));
    return fc.record({ dims: fc.constant(dims), sizes: fc.constant(sizes), ...common });
  }
  const needed = Object.keys(needs);
  const extras = fc.subarray(
    others.filter((dim) => !(dim in needs)),
    { maxLength: 3 - needed.length },
  );
  return extras.chain((extra) => {
    const along = [...needed, ...extra];
    // Nine neighbours are enough for every SIMD kernel, one for none.
    const size = (dim: string) => {
      const least = needs[dim] ?? 1;
      if (dim === 'phase') return fc.integer({ min: least, max: phases.length });
      return fc.constantFrom(...[0, 1, 3].map((more) => least + more), Math.max(least, 9));
    };
    const sizes = fc.record(Object.fromEntries(along.map((dim) => [dim, size(dim)])));
    const order = fc.shuffledSubarray(['time', ...along], { minLength: along.length + 1 });
    return fc.record({ dims: order, sizes: sizes.map((drawn) => ({ ...drawn })), ...common });
  });
}

/** Where `size` samples are cut: anywhere, twice at one place (an empty chunk), or at each. */
export function cutsOf(size: number): fc.Arbitrary<Stream['cuts']> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.array(fc.nat(size), { maxLength: 10 }) },
    { weight: 1, arbitrary: fc.constant('each' as const) },
  );
}

/** Streams for an entry, with breaks of the given kinds between their stretches. */
export function streamsOf(
  entry: Entry,
  kinds: readonly Break['kind'][] = [],
  { most = 4, among }: { most?: number; among?: readonly Axis[] } = {},
): fc.Arbitrary<Stream> {
  const never = [entry.oneRate || entry.step ? 'rate' : null, entry.noJitter ? 'jitter' : null];
  const possible = kinds.filter((kind) => !never.includes(kind));
  return layoutsOf(entry, among).chain((drawn) => {
    const { axis, step, least = 1 } = drawn;
    const breaks = fc.constantFrom('none' as const, ...possible).chain((kind): fc.Arbitrary<Break> => {
      if (kind === 'jitter')
        return fc.constantFrom(-tolerance, -1n, 1n, 600n, tolerance).map((jump) => ({ kind, jump }));
      if (kind === 'gap') {
        const small = fc.constantFrom(leastGap(axis), step / 2n, 13n * step, 3600_000000000n);
        const unit = isDyadic(axis) ? dyadic : 1n;
        const any = fc.bigInt(leastGap(axis) / unit, 10_000_000_000n / unit).map((jump) => jump * unit);
        return fc.oneof(small, any).map((jump) => ({ kind, jump }));
      }
      if (kind === 'rate')
        return fc
          .record({
            step: fc.constantFrom(...stepsOf(axis)),
            jump: fc.constantFrom(0n, isDyadic(axis) ? 63n * dyadic : 123_456_789n),
          })
          .map((change) => ({ kind, ...change }));
      return fc.constant({ kind: 'none', jump: 0n });
    });
    const longest = possible.length ? 30 : 70;
    const length = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: least, max: Math.max(least, longest) }) },
      { weight: 1, arbitrary: fc.constant(least) },
    );
    const stretch = fc.record({ length, before: breaks });
    return fc.array(stretch, { minLength: 1, maxLength: possible.length ? most : 1 }).chain((drawnStretches) => {
      const { layout, stretches } = settled(drawn, drawnStretches);
      const size = stretches.reduce((sum, { length: samples }) => sum + samples, 0);
      return cutsOf(size).map((cuts) => ({ layout, stretches, cuts }));
    });
  });
}

/** What was drawn made consistent: a change of rate changes it, and only interpolated axes of times allow an offset. */
function settled(layout: Layout, stretches: Stretch[]): { layout: Layout; stretches: Stretch[] } {
  let { step } = layout;
  const steps = stepsOf(layout.axis);
  const kept = stretches.map(({ length, before }): Stretch => {
    if (before.kind !== 'rate') return { length, before };
    const changed = before.step === step ? steps[(steps.indexOf(step) + 1) % steps.length] : before.step!;
    step = changed;
    return { length, before: { ...before, step: changed } };
  });
  const first = { ...kept[0], before: { kind: 'none', jump: 0n } as const };
  if (kept[0].before.step !== undefined) return settled(layout, [first, ...stretches.slice(1)]);
  const offset = kept.slice(1).some(({ before }) => before.kind === 'jitter');
  return { layout: offset ? { ...layout, axis: 'interpolated' } : layout, stretches: [first, ...kept.slice(1)] };
}
