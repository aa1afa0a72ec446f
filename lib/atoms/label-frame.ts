/** The labels of a stretch of a stream, without its samples, and the labels of what is resampled from it. */
import { AxisCoordinate, type Coordinate } from '../coordinates/coordinate.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import type { Attrs } from '../dataarray/attributes.js';
import type { DataArray } from '../dataarray/data-array.js';
import { type CoordDType, type Delta, isBigDType, isFloatDType, type Scalar } from '../dtype.js';
import { AtomError } from '../errors.js';
import { floorDivide, roundDivide } from '../time.js';
import { inferRegular } from './stream-edge.js';

/** What a stretch of samples is labelled with. */
export interface LabelFrame {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly name: string | null;
  readonly attrs: Attrs;
  /** Coordinates in order. */
  readonly coords: Readonly<Record<string, Coordinate>>;
}

/** The labels of an array. */
export function frameOf(array: DataArray): LabelFrame {
  const { dims, shape, name, attrs } = array;
  return { dims: [...dims], shape: [...shape], name, attrs, coords: Object.fromEntries(array.coords.entries()) };
}

/** `next` with the labels of `previous` before it, along `dim`. */
export function joinFrames(previous: LabelFrame, next: LabelFrame, dim: string): LabelFrame {
  const axis = next.dims.indexOf(dim);
  const coords: Record<string, Coordinate> = {};
  for (const [name, coord] of Object.entries(next.coords)) {
    const before = previous.coords[name];
    const joins = coord instanceof AxisCoordinate && coord.dim === dim && before instanceof AxisCoordinate;
    coords[name] = joins ? before.append(coord) : coord;
  }
  return { ...next, coords, shape: next.shape.map((size, i) => (i === axis ? size + previous.shape[i] : size)) };
}

/** The last `count` samples of a frame, or all. */
export function frameTail(frame: LabelFrame, dim: string, count: number): LabelFrame {
  const axis = frame.dims.indexOf(dim);
  const start = Math.max(0, frame.shape[axis] - count);
  if (start === 0) return frame;
  const coords: Record<string, Coordinate> = {};
  for (const [name, coord] of Object.entries(frame.coords))
    coords[name] = coord instanceof AxisCoordinate && coord.dim === dim ? coord.slice(start) : coord;
  return { ...frame, coords, shape: frame.shape.map((size, i) => (i === axis ? size - start : size)) };
}

/** The first `count` samples of a frame, or all. */
export function frameHead(frame: LabelFrame, dim: string, count: number): LabelFrame {
  const axis = frame.dims.indexOf(dim);
  if (count >= frame.shape[axis]) return frame;
  const coords: Record<string, Coordinate> = {};
  for (const [name, coord] of Object.entries(frame.coords))
    coords[name] = coord instanceof AxisCoordinate && coord.dim === dim ? coord.slice(0, count) : coord;
  return { ...frame, coords, shape: frame.shape.map((size, i) => (i === axis ? count : size)) };
}

/** Where resampled outputs sit on the grid of a run. */
export interface ResampledGrid {
  readonly up: number;
  readonly down: number;
  /** Outputs `lo` up to but without `hi`, counted from the start of the run. */
  readonly lo: number;
  readonly hi: number;
  /** Upsampled samples of delay that are taken off the labels. */
  readonly lag: number;
  /** Input samples of the run before the first sample of the frame. */
  readonly frameStart: number;
  /** The label that the grid hangs on; default: the first of the frame. */
  readonly anchor?: GridAnchor | null;
}

/** A label of the input and how many samples of the run came before it. */
export interface GridAnchor {
  readonly index: number;
  readonly label: Scalar;
  /** Of an axis that declares no interval: the last one that was inferred, null before there is one. */
  readonly step?: Delta | null;
}

/**
 * The anchor of a stream's grid. It stays as long as the incoming labels keep to it within the rounding of both (one
 * tick), so that labels rounded by a stage before do not wander and add up; where they leave it, as those of a clock that
 * drifts do, the grid follows them (see `allowDrift` for what that means to stages behind). On axes that declare no interval it is the
 * first label of the chunk, with the interval for chunks of one sample; at the beginning of a run that is the `known` one of the stream.
 */
export function followAnchor(
  anchor: GridAnchor | null,
  array: DataArray,
  dim: string,
  consumed: number,
  known: Delta | null,
): GridAnchor | null {
  const coord = array.coords.get(dim);
  if (!(coord instanceof AxisCoordinate)) return null;
  if (coord.samplingRatio === null)
    return { index: consumed, label: coord.start, step: inferredStep(coord) ?? anchor?.step ?? known };
  const here = { index: consumed, label: coord.start };
  if (anchor === null) return here;
  const { numerator, denominator } = coord.samplingRatio;
  const expected = stepFrom(anchor.label, consumed - anchor.index, numerator, denominator, coord.dtype);
  if (isBigDType(coord.dtype)) {
    const off = BigInt(here.label) - BigInt(expected);
    return off >= -1n && off <= 1n ? anchor : here;
  }
  const slack = isFloatDType(coord.dtype) ? 1e-6 * Math.abs(Number(numerator)) : 1;
  return Math.abs(Number(here.label) - Number(expected)) <= slack ? anchor : here;
}

/**
 * The coordinates of outputs `lo` to `hi` of a run, output k being `k * down - lag` upsampled samples after its start.
 * The rate is kept as an exact ratio. Other coordinates along `dim` name the input sample that an output is drawn from.
 */
export function resampledCoords(frame: LabelFrame, dim: string, grid: ResampledGrid): Record<string, Coordinate> {
  const coords: Record<string, Coordinate> = {};
  for (const [name, coord] of Object.entries(frame.coords)) {
    if (!(coord instanceof AxisCoordinate) || coord.dim !== dim) coords[name] = coord;
    else if (name === dim) coords[name] = resampledAxis(coord, dim, grid);
    else coords[name] = drawnLabels(coord, grid);
  }
  return coords;
}

function drawnLabels(coord: AxisCoordinate, { up, down, lo, hi, frameStart }: ResampledGrid): Coordinate {
  const positions = Array.from({ length: hi - lo }, (_, k) => Math.floor(((lo + k) * down) / up) - frameStart);
  return new DenseCoordinate({ values: coord.getValues(positions), dim: coord.dim, dtype: coord.dtype });
}

function resampledAxis(coord: AxisCoordinate, dim: string, grid: ResampledGrid): Coordinate {
  const { up, down, lo, hi, lag } = grid;
  const size = hi - lo;
  const { dtype } = coord;
  const ratio = coord.samplingRatio;
  if (ratio === null) return undeclaredAxis(coord, dim, grid);
  const { numerator, denominator } = ratio;
  const rate = isFloatDType(dtype)
    ? { up: [Number(numerator) / up, 1] as const, out: [(Number(numerator) * down) / up, 1] as const }
    : {
        up: [BigInt(numerator), BigInt(denominator) * BigInt(up)] as const,
        out: [BigInt(numerator) * BigInt(down), BigInt(denominator) * BigInt(up)] as const,
      };
  const anchor = grid.anchor ?? { index: grid.frameStart, label: coord.start };
  const shift = lo * down - lag - anchor.index * up;
  const origin = stepFrom(anchor.label, shift, rate.up[0], rate.up[1], dtype);
  return InterpCoordinate.fromBlock(origin, size, rate.out, { dim, dtype, tolerance: coord.tolerance });
}

/** The interval of an axis that declares none; null where its labels do not tell, as one label does not. */
function inferredStep(coord: AxisCoordinate): Delta | null {
  return (inferRegular(coord) ?? coord).getSamplingInterval({ cast: false });
}

/** An axis without a declared interval keeps none: two labels at the inferred spacing. Throws `IRREGULAR` where it is needed and unknown. */
function undeclaredAxis(coord: AxisCoordinate, dim: string, grid: ResampledGrid): Coordinate {
  const { up, down, lo, hi, lag, frameStart } = grid;
  const { dtype } = coord;
  const at = (k: number) => k * down - lag - frameStart * up;
  const delta = inferredStep(coord) ?? grid.anchor?.step ?? null;
  const label = (k: number) => {
    if (delta !== null) return upsampledFrom(coord.start, at(k), delta, up);
    if (at(k) === 0) return coord.start;
    throw new AtomError(
      'IRREGULAR',
      `labels along ${dim} cannot be computed: a chunk declares no samplingInterval, and ` +
        (coord.size < 2
          ? 'one sample tells none; declare it, or begin with a chunk of two samples or more'
          : 'its labels are not evenly spaced; make it regular first (coordinate.toRegular({ tolerance }))'),
    );
  };
  const size = hi - lo;
  const tieIndices = size < 2 ? [0].slice(0, size) : [0, size - 1];
  const tieValues = size < 2 ? [label(lo)].slice(0, size) : [label(lo), label(hi - 1)];
  return new InterpCoordinate({ tieIndices, tieValues: tieValues as number[], dim, dtype });
}

function upsampledFrom(start: Scalar, count: number, delta: Delta, up: number): Scalar {
  if (typeof start === 'bigint') return start + floorDivide(BigInt(count) * BigInt(delta), BigInt(up));
  return Number(start) + (count * Number(delta)) / up;
}

/** `anchor` moved by `steps` at an exact rate, rounded to the tick of the axis (halves to even); floats as they come. */
export function stepFrom(
  anchor: Scalar,
  steps: number,
  numerator: number | bigint,
  denominator: number | bigint,
  dtype: CoordDType,
): Scalar {
  if (isFloatDType(dtype)) {
    const value = Number(anchor) + (steps * Number(numerator)) / Number(denominator);
    return dtype === 'float32' ? Math.fround(value) : value;
  }
  const moved = BigInt(anchor as bigint) + roundDivide(BigInt(steps) * BigInt(numerator), BigInt(denominator));
  return isBigDType(dtype) ? moved : Number(moved);
}
