import { z } from 'zod';
import { AxisCoordinate, type Coordinate } from '../coordinates/coordinate.js';
import { ScalarCoordinate } from '../coordinates/scalar-coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { allocate, type CoordArray, type CoordDType, type Scalar } from '../dtype.js';
import { AtomError } from '../errors.js';
import { type Lanes, laneCount, lanesOf } from '../signal/lanes.js';
import {
  closeTriggers,
  type Picks,
  type TriggerState,
  thresholdTrigger,
  triggerState,
} from '../signal/threshold-trigger.js';
import { Table } from '../table/table.js';
import { Atom, type CallFlags } from './atom.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';

/** The dimension whose labels a mapping of thresholds names, as in xdas. */
const PHASE = 'phase';

/** Options of {@link Trigger}. */
export type TriggerOptions = z.input<typeof Trigger.schema>;

/** What a run carries; all null where every chunk is a record of its own. */
interface TriggerMemory {
  /** Threshold of every lane. */
  on: Float64Array | null;
  /** Samples of the run so far. */
  offset: number | null;
  /** 1 where a trigger is on, its maximum so far, and the sample of the maximum since the run began. */
  status: Uint8Array | null;
  value: Float64Array | null;
  index: Float64Array | null;
  /** Labels of that sample, for every column that lies along the picked dimension. */
  labels: Record<string, CoordArray> | null;
  /** The first chunk without samples along the picked dimension: what the other columns are read from. */
  frame: DataArray | null;
}

type Run = { [K in keyof TriggerMemory]: NonNullable<TriggerMemory[K]> };

/**
 * Picks on a characteristic function: a trigger turns on at a value of at least `thresh` and off below half of it; the
 * pick is the (first) maximum in between. A trigger that is on at the end of a run is closed by the flush. xdas's Trigger.
 *
 * - `thresh`: one threshold, or one for each label of the coordinate `phase`; labels that are not listed never trigger.
 * - `dim`: default `'time'`.
 * - `coords`: columns of the picks. `'auto'` (default): scalar coordinates, then those of the other dimensions, then that
 *   of `dim`; null: those of the dimensions, in order; or a list of names of any coordinates.
 *
 * Result: a Table with those columns, in their dtypes, and `value` (float64); one for every chunk, without rows where no
 * trigger turned off. Rows are the same at any cutting, in the order in which triggers turn off chunk by chunk. State: a
 * few numbers and labels for each lane. Chunked along another dimension, each chunk is a record of its own.
 *
 * Throws `BAD_ARGUMENT` for columns that do not exist, `BAD_DIM` for thresholds by phase without that coordinate,
 * `BAD_INDEX` for a label that it has not.
 */
export class Trigger extends Atom<z.output<typeof Trigger.schema>, TriggerMemory> {
  static readonly schema = optionsSchema({
    thresh: z.union([z.number(), z.record(z.string(), z.number())]),
    dim: dimSchema.default('time'),
    coords: z.union([z.literal('auto'), z.null(), z.array(z.string())]).default('auto'),
  });

  constructor(options: TriggerOptions) {
    super(parseOptions('Trigger', Trigger.schema, options), [
      'on',
      'offset',
      'status',
      'value',
      'index',
      'labels',
      'frame',
    ]);
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim } = this.requireDim(chunk);
    const own = chunkDim !== undefined && chunkDim !== dim;
    this.memory = own
      ? { on: null, offset: null, status: null, value: null, index: null, labels: null, frame: null }
      : this.#fresh(array);
  }

  override get consumesInput(): boolean {
    return this.constructor === Trigger; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array } = this.requireDim(chunk);
    if (this.memory.frame !== null) return [this.#feed(this.memory as Run, array)];
    const run = this.#fresh(array);
    return [this.#feed(run, array), ...this.#close(run)];
  }

  protected override drain(): Chunk[] {
    return this.memory.frame === null ? [] : this.#close(this.memory as Run);
  }

  #fresh(array: DataArray): Run {
    const { dim, axis } = this.requireDim(array);
    const lanes = lanesOf(array.shape, axis);
    const { offset, status, value, index } = triggerState(lanes);
    const labels: Record<string, CoordArray> = {};
    for (const [name, coord] of this.#columns(array, dim))
      if (coord.dim === dim) labels[name] = newLabels(coord.dtype, laneCount(lanes));
    const frame = array.isel({ [dim]: { start: 0, stop: 0 } }).copy(); // labels: it holds no chunk's memory
    return { on: this.#thresholds(array, dim, lanes), offset, status, value, index, labels, frame };
  }

  /** Runs the trigger over the next samples of a run. */
  #feed(run: Run, array: DataArray): Table {
    const { dim, axis } = this.requireDim(array);
    const { offset, status, value, index, labels } = run;
    const state: TriggerState = { offset, status, value, index };
    const picks = thresholdTrigger(array.values, lanesOf(array.shape, axis), run.on, state);
    run.offset = state.offset;
    const columns = this.#columns(array, dim).filter(([, coord]) => coord.dim === dim) as [string, AxisCoordinate][];
    // A pick's maximum lies in this chunk, or its labels were noted when its chunk was here.
    const found = columns.map(([name, coord]): [string, Scalar[]] => [
      name,
      picks.indices.map((at, i) => (at >= offset ? coord.getValue(at - offset) : labels[name]![picks.lanes[i]!]!)),
    ]);
    for (const [name, coord] of columns)
      for (const [lane, on] of status.entries())
        if (on && index[lane] >= offset) (labels[name] as Scalar[])[lane] = coord.getValue(index[lane] - offset);
    return this.#table(run, dim, picks, Object.fromEntries(found));
  }

  /** Closes the triggers that are on; no table where none is. */
  #close(run: Run): Table[] {
    const { dim } = this.requireDim(run.frame);
    const { offset, status, value, index } = run;
    const picks = closeTriggers({ offset, status, value, index });
    if (picks.lanes.length === 0) return [];
    const found = Object.entries(run.labels).map(([name, labels]): [string, Scalar[]] => [
      name,
      picks.lanes.map((lane) => labels[lane]!),
    ]);
    return [this.#table(run, dim, picks, Object.fromEntries(found))];
  }

  #table(run: Run, dim: string, picks: Picks, labels: Record<string, Scalar[]>): Table {
    const { frame } = run;
    const table: Record<string, { dtype: CoordDType; values: CoordArray }> = {};
    for (const [name, coord] of this.#columns(frame, dim)) {
      let values: Scalar[];
      if (coord instanceof ScalarCoordinate) values = picks.lanes.map(() => coord.value);
      else if (coord.dim === dim) values = labels[name]!;
      else {
        const position = lanePosition(frame, dim, coord.dim!);
        values = picks.lanes.map((lane) => (coord as AxisCoordinate).getValue(position(lane)));
      }
      table[name] = { dtype: coord.dtype, values: labelsOf(coord.dtype, values) };
    }
    return new Table({ ...table, value: { dtype: 'float64', values: Float64Array.from(picks.values) } });
  }

  /** The coordinates that annotate the picks of `array`, in the order of their columns. */
  #columns(array: DataArray, dim: string): [string, Coordinate][] {
    const { coords } = array;
    const along = array.dims.filter((name) => coords.has(name));
    const scalars = [...coords.entries()].filter(([, coord]) => coord.dim === null).map(([name]) => name);
    let names: readonly string[];
    if (this.options.coords === null) names = along;
    else if (this.options.coords !== 'auto') names = this.options.coords;
    else names = [...scalars, ...along.filter((name) => name !== dim), ...along.filter((name) => name === dim)];
    return names.map((name) => {
      const coord = coords.get(name);
      if (!coord || name === 'value')
        throw new AtomError(
          'BAD_ARGUMENT',
          name === 'value'
            ? 'Trigger: a coordinate called value cannot be a column: that is the column of the maxima'
            : `Trigger: ${name} is not a coordinate of the array; allowed columns: ${[...coords.keys()].join(', ')}`,
        );
      return [name, coord];
    });
  }

  #thresholds(array: DataArray, dim: string, lanes: Lanes): Float64Array {
    const { thresh } = this.options;
    const on = new Float64Array(laneCount(lanes));
    if (typeof thresh === 'number') return on.fill(thresh);
    const coord = array.coords.get(PHASE);
    if (dim === PHASE || !array.dims.includes(PHASE) || !(coord instanceof AxisCoordinate))
      throw new AtomError(
        'BAD_DIM',
        `Trigger: thresholds by label need a dimension ${PHASE} with a coordinate, other than the picked one; ` +
          `this array has ${array.dims.join(', ')} and is picked along ${dim}`,
      );
    const known = Array.from({ length: coord.size }, (_, i) => String(coord.getValue(i)));
    const unknown = Object.keys(thresh).filter((label) => !known.includes(label));
    if (unknown.length > 0)
      throw new AtomError(
        'BAD_INDEX',
        `Trigger: thresh names ${unknown.join(', ')}; the coordinate ${PHASE} has ${known.join(', ')}`,
      );
    const position = lanePosition(array, dim, PHASE);
    return on.map((_, lane) => thresh[known[position(lane)]!] ?? Number.POSITIVE_INFINITY);
  }
}

/** The index along `other` of a lane: lanes are numbered in C order over the dimensions without `dim`. */
function lanePosition({ dims, shape }: DataArray, dim: string, other: string): (lane: number) => number {
  let stride = 1;
  for (let axis = dims.length - 1; dims[axis] !== other; axis--) if (dims[axis] !== dim) stride *= shape[axis]!;
  const size = shape[dims.indexOf(other)]!;
  return (lane) => Math.floor(lane / stride) % size;
}

function newLabels(dtype: CoordDType, size: number): CoordArray {
  return dtype === 'string' ? new Array<string>(size).fill('') : allocate(dtype, size);
}

function labelsOf(dtype: CoordDType, values: readonly Scalar[]): CoordArray {
  const labels = newLabels(dtype, values.length);
  for (const [i, value] of values.entries()) (labels as Scalar[])[i] = value;
  return labels;
}
