/** Atoms that break the contract in one way each, and the property that must see it. */
import { Atom, type CallFlags } from '../../../lib/atoms/atom.js';
import type { AtomNotice } from '../../../lib/atoms/atom-report.js';
import type { Chunk } from '../../../lib/atoms/chunk.js';
import type { SeamPolicy } from '../../../lib/atoms/seam-policy.js';
import type { AtomState } from '../../../lib/atoms/state.js';
import { Trigger } from '../../../lib/atoms/trigger.js';
import type { AxisCoordinate } from '../../../lib/coordinates/coordinate.js';
import { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../../lib/coordinates/sampled-coordinate.js';
import { DataArray } from '../../../lib/dataarray/data-array.js';
import type { Entry } from './entry.js';

/** The sum of all samples so far, time first: right as it is. What is wrong is wrong in a class that extends it. */
class Summing extends Atom<object, { sum: number }> {
  constructor() {
    super({}, ['sum']);
  }
  protected override get dim(): string | null {
    return 'time';
  }
  protected override initialize(): void {
    this.memory = { sum: 0 };
  }
  protected override call(chunk: Chunk, _flags: CallFlags): Chunk[] {
    const da = chunk as DataArray;
    const data = Float64Array.from(da.values as Float64Array, (x) => {
      this.memory.sum += Number(x);
      return this.memory.sum;
    });
    return [da.with({ data })];
  }
}

class ForgetsItsState extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    this.memory.sum = 0;
    return super.call(chunk, flags);
  }
}

class KeepsItsStateOverGaps extends Summing {
  protected override get live(): boolean {
    return false;
  }
}

let shared = 0;
class SharesItsState extends Summing {
  protected override initialize(): void {
    super.initialize();
    shared = 0;
  }
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    this.memory.sum = shared;
    const out = super.call(chunk, flags);
    shared = this.memory.sum;
    return out;
  }
}

/** One chunk late. */
class Late extends Atom<object, { kept: DataArray | null }> {
  constructor() {
    super({}, ['kept']);
  }
  protected override get dim(): string | null {
    return 'time';
  }
  protected override initialize(): void {
    this.memory = { kept: null };
  }
  protected keep(chunk: DataArray): DataArray {
    return chunk.copy();
  }
  protected override call(chunk: Chunk): Chunk[] {
    const { kept } = this.memory;
    this.memory = { kept: this.keep(chunk as DataArray) };
    return kept ? [kept] : [];
  }
  protected override drain(): Chunk[] {
    const { kept } = this.memory;
    this.memory = { kept: null };
    return kept ? [kept] : [];
  }
}

class KeepsAReference extends Late {
  protected override keep(chunk: DataArray): DataArray {
    return chunk;
  }
}

class DropsAtItsFlush extends Late {
  protected override drain(): Chunk[] {
    return [];
  }
}

class FlushesTwice extends Summing {
  #last: Chunk[] = [];
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    this.#last = super.call(chunk, flags);
    return this.#last;
  }
  override flush(): Chunk[] {
    return super.flush().concat(this.counters.emitted > 1 ? this.#last : []);
  }
}

/** Labels moved by `ns` where the stream is chunked. */
function moved(da: DataArray, ns: bigint): DataArray {
  const coord = da.coords.get('time');
  if (coord instanceof InterpCoordinate || coord instanceof SampledCoordinate)
    return da.assignCoords({ time: coord.shift(ns) });
  return da;
}

class LabelsOffByOne extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    const first = this.memory.sum === 0;
    return super.call(chunk, flags).map((out) => (first ? out : moved(out as DataArray, 1n)));
  }
}

class LosesAttributes extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    return super.call(chunk, flags).map((out) => (flags.chunkDim ? (out as DataArray).withAttrs({}) : out));
  }
}

class LosesSideLabels extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    return super.call(chunk, flags).map((out) => (flags.chunkDim ? (out as DataArray).dropCoords('count') : out));
  }
}

/** Rounds what it carries from chunk to chunk. */
class CarriesFloat32 extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    const out = super.call(chunk, flags);
    this.memory.sum = Math.fround(this.memory.sum);
    return out;
  }
}

class SavesFloat32 extends Summing {
  override get state(): AtomState {
    const { state } = { state: super.state };
    if (Object.keys(state).length === 0) return state;
    return { ...state, own: { sum: Math.fround(this.memory.sum) } };
  }
}

class OverwritesItsResults extends Summing {
  #data = new Float64Array(200);
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    return super.call(chunk, flags).map((out) => {
      const da = out as DataArray;
      const data = this.#data.subarray(0, da.size);
      data.set(da.values as Float64Array);
      return da.with({ data });
    });
  }
}

class WritesIntoItsInput extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    const out = super.call(chunk, flags);
    const { data } = (chunk as DataArray).data;
    if (data instanceof Float64Array) data.fill(1);
    return out;
  }
}

class SavesNothing extends Summing {
  #sum = 0;
  protected override initialize(): void {
    super.initialize();
    this.#sum = 0;
  }
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    this.memory.sum = this.#sum;
    const out = super.call(chunk, flags);
    this.#sum = this.memory.sum;
    this.memory.sum = 0;
    return out;
  }
}

class SavesMoreThanData extends Summing {
  override get state(): AtomState {
    return { ...super.state, at: new Date(0) as never };
  }
}

class HandsOutItsState extends Atom<object, { sums: Float64Array }> {
  constructor() {
    super({}, ['sums']);
  }
  protected override initialize(): void {
    this.memory = { sums: new Float64Array(1) };
  }
  protected override call(chunk: Chunk): Chunk[] {
    const { sums } = this.memory;
    const data = Float64Array.from((chunk as DataArray).values as Float64Array, (x) => {
      sums[0] += x;
      return sums[0];
    });
    return [(chunk as DataArray).with({ data })];
  }
  override get state(): AtomState {
    const { state } = { state: super.state };
    return Object.keys(state).length === 0 ? state : { ...state, own: { sums: this.memory.sums } };
  }
}

class SurvivesReset extends Summing {
  #sum = 0;
  protected override initialize(): void {
    this.memory = { sum: this.#sum };
  }
  override reset(): void {
    this.#sum = this.initialized ? this.memory.sum : 0;
    super.reset();
  }
}

class IsItsOwnCopy extends Summing {
  override fresh(): Atom {
    return this;
  }
}

class CountsWrong extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    this.counters.emitted += 1;
    return super.call(chunk, flags);
  }
}

class TellsSeamsOffByOne extends Summing {
  override push(chunk: Chunk, flags: { chunkDim: string }): Chunk[] {
    const { onSeam } = this;
    this.onSeam = onSeam && ((seam) => onSeam({ ...seam, start: BigInt(seam.start) + 1n }));
    try {
      return super.push(chunk, flags);
    } finally {
      this.onSeam = onSeam;
    }
  }
}

class ChangesBeforeItRefuses extends Summing {
  override push(chunk: Chunk, flags: { chunkDim: string }): Chunk[] {
    if (this.initialized) this.memory.sum += 1e-3;
    return super.push(chunk, flags);
  }
}

class TakesWhatGoesBackward extends Summing {
  override push(chunk: Chunk, flags: { chunkDim: string }): Chunk[] {
    try {
      return super.push(chunk, flags);
    } catch {
      return [];
    }
  }
}

class LooksAtMemoryOrder extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    const da = chunk as DataArray;
    const { data, offset } = da.data;
    const raw = (data as Float64Array).subarray(offset, offset + da.size);
    return super.call(
      new DataArray({
        data: raw.slice(),
        dims: [...da.dims],
        shape: [...da.shape],
        coords: da.coords,
        name: da.name,
        attrs: da.attrs,
      }),
      flags,
    );
  }
}

class PicksByChunk extends Atom {
  protected override get dim(): string | null {
    return 'time';
  }
  protected override call(chunk: Chunk): Chunk[] {
    return new Trigger({ thresh: 0.3 }).run(chunk);
  }
}

class IgnoresGapsInside extends Summing {
  override run(x: Chunk): Chunk[] {
    const coord = (x as DataArray).coords.get('time') as AxisCoordinate;
    if (coord.size < 2) return super.run(x);
    const time = InterpCoordinate.fromBlock(coord.start, coord.size, 10_000_000n, { dim: 'time' });
    const [out] = super.run((x as DataArray).assignCoords({ time })) as DataArray[];
    return [out.assignCoords({ time: coord })];
  }
}

/** Scales by the interval of each chunk, which one sample of an axis without one does not tell. */
class InfersAnewInEachChunk extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    const coord = (chunk as DataArray).coords.get('time') as AxisCoordinate;
    const known = coord.samplingRatio !== null || coord.size > 1;
    return super
      .call(chunk, flags)
      .map((out) => (known ? out : (out as DataArray).with({ data: new Float64Array(2) })));
  }
}

class SaysNothing extends Summing {
  protected override notice(): void {}
}

class SaysItAgain extends Summing {
  protected override notice(code: AtomNotice['code'], dim: string, message: string): void {
    this.onNotice?.({ code, dim, atom: this.name, message });
  }
}

/** Leaves NaN behind at the next chunk. */
class ForgetsNaN extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    if (Number.isNaN(this.memory.sum)) this.memory.sum = 0;
    return super.call(chunk, flags);
  }
}

/** Begins anew where all samples of a chunk are the same: as those that a gap was filled with. */
class TellsFillersApart extends Summing {
  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    const values = Array.from((chunk as DataArray).values as Float64Array);
    if (values.every((value) => value === values[0])) this.memory.sum = 0;
    return super.call(chunk, flags);
  }
}

class DoesNotTrim extends Summing {
  override get policy(): SeamPolicy {
    return { ...super.policy, trims: false };
  }
}

const numbers = new WeakMap<Atom, number>();
let instances = 0;
class IsNamedAnew extends Summing {
  override get name(): string {
    if (!numbers.has(this)) numbers.set(this, ++instances);
    return `Summing ${numbers.get(this)}`;
  }
}

/** What wrong atoms are fed. */
export const fed = { dims: ['time', 'distance'], shape: [60, 2], dtype: 'float64' as const } satisfies Omit<
  Entry,
  'name' | 'make'
>;

const whole = 'chunked is whole at any cutting';
const inferred = 'an interval that is inferred is said once, and one that is declared never';
const seams = 'chunked is whole over gaps, changes of rate and jitter';

/** What the wrong ones extend: nothing is wrong with these. */
export const right: [name: string, make: () => Atom][] = [
  ['sums', () => new Summing()],
  ['comes one chunk late', () => new Late()],
];

/** Each wrong atom with the property that must see it. */
export const wrong: [name: string, make: () => Atom, property: string, message?: RegExp][] = [
  ['forgets its state', () => new ForgetsItsState(), whole],
  ['keeps its state over gaps', () => new KeepsItsStateOverGaps(), seams],
  [
    'takes no notice of gaps inside a whole array',
    () => new IgnoresGapsInside(),
    'a whole array with gaps is each of its runs',
  ],
  ['drops at its flush', () => new DropsAtItsFlush(), whole],
  ['gives labels off by 1 ns', () => new LabelsOffByOne(), whole],
  ['loses attributes', () => new LosesAttributes(), whole],
  ['loses labels beside the axis', () => new LosesSideLabels(), whole],
  ['carries float32', () => new CarriesFloat32(), whole],
  ['loses picks at cuts', () => new PicksByChunk({}), whole],
  ['tells seams off by 1 ns', () => new TellsSeamsOffByOne(), 'seams are told to the nanosecond'],
  ['counts wrong', () => new CountsWrong(), 'counters add up'],
  ['looks at the order in memory', () => new LooksAtMemoryOrder(), 'a strided view answers as its copy'],
  [
    'does not refuse what goes backward',
    () => new TakesWhatGoesBackward(),
    'an overlap is refused, and nothing changes',
  ],
  [
    'changes before it refuses a gap',
    () => new ChangesBeforeItRefuses(),
    "a gap is refused with onDiscontinuity 'raise', and nothing changes",
  ],
  [
    'changes before it refuses a rate',
    () => new ChangesBeforeItRefuses(),
    "a change of rate is refused with onDiscontinuity 'raise', and nothing changes",
  ],
  [
    'changes before it refuses a dtype',
    () => new ChangesBeforeItRefuses(),
    'a chunk of another dtype or with other channels is refused, and nothing changes',
  ],
  ['flushes twice', () => new FlushesTwice(), 'a second flush is empty, and a push after it starts anew'],
  ['survives its reset', () => new SurvivesReset(), 'reset forgets everything'],
  ['is its own fresh copy', () => new IsItsOwnCopy(), 'fresh() has the options, and nothing else'],
  ['does not save its state', () => new SavesNothing(), 'a restored state goes on bit for bit'],
  ['saves its state as float32', () => new SavesFloat32(), 'a restored state goes on bit for bit'],
  ['saves more than data', () => new SavesMoreThanData(), 'a restored state goes on bit for bit'],
  ['hands out its state itself', () => new HandsOutItsState(), 'a saved state is a copy'],
  ['shares its state', () => new SharesItsState(), 'two instances share nothing'],
  ['writes into its input', () => new WritesIntoItsInput(), 'a chunk is not changed'],
  ['keeps a reference to its input', () => new KeepsAReference(), 'who handed a chunk in may write over it'],
  ['overwrites its results', () => new OverwritesItsResults(), 'results are not overwritten'],
  [
    'infers the interval anew in each chunk',
    () => new InfersAnewInEachChunk(),
    'chunked is whole on axes that declare no interval and on axes of floats',
    /value \d+ is 0, not/,
  ],
  ['does not say what it inferred', () => new SaysNothing(), inferred, /times that it was said/],
  ['says what it inferred time and again', () => new SaysItAgain(), inferred, /times that it was said/],
  [
    'forgets NaN',
    () => new ForgetsNaN(),
    'NaN and infinities give the same at any cutting',
    /value \d+ is .*, not NaN/,
  ],
  [
    'tells fillers apart',
    () => new TellsFillersApart(),
    "with onDiscontinuity 'fill' a stream is the record filled by hand",
    /value \d+ is/,
  ],
  [
    'does not trim',
    () => new DoesNotTrim(),
    "with onOverlap 'trim' a stream in which stretches come again is the record itself",
    /goes backward/,
  ],
  [
    'has another name each time',
    () => new IsNamedAnew(),
    'a state saved as a file goes on bit for bit',
    /another pipeline/,
  ],
];
