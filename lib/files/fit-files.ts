/** Which files are one array together, in which order, and what of them is left out. */
import { AxisCoordinate } from '../coordinates/coordinate.js';
import type { Scalar } from '../dtype.js';
import { FileError } from '../errors.js';
import { formatTime } from '../time.js';
import type { ArrayFile, Range } from './array-file.js';
import type { JoinOptions, LeftOut } from './lazy-array.js';

/** Names of files in one error. */
const NAMED = 8;

/** The files in order along `dim`, each of them fitting the others; see `LazyArray.join`. Throws as that. */
export function fitFiles(
  files: readonly ArrayFile[],
  axis: number,
  dim: string,
  { onMisfit = 'error', onOverlap = 'error' }: JoinOptions,
): { files: ArrayFile[]; leftOut: LeftOut[] } {
  const sorted = inOrder(files, dim);
  const model = mostAlike(sorted, axis, dim);
  const leftOut: LeftOut[] = [];
  const errors: FileError[] = [];
  const fitting = sorted.filter((file) => {
    try {
      if (file !== model) checkLayout(file, model, axis);
      return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      errors.push(error);
      const samples = file.outline.dims.includes(dim) ? file.outline.sizes[dim]! : null;
      leftOut.push({ path: file.path, code: error.code, samples, text: error.message });
      return false;
    }
  });
  if (errors.length > 0 && onMisfit === 'error') throw together(errors);
  if (onOverlap === 'error') {
    checkOrder(fitting, dim);
    return { files: fitting, leftOut };
  }
  return { files: withoutOverlaps(fitting, axis, dim, leftOut), leftOut };
}

/**
 * Files in order along `dim`, put together as long as each fits the first of its run: dimensions, dtype, other coordinates, rate. A file that
 * does not begins a new run.
 */
export function fittingRuns(files: readonly ArrayFile[], axis: number, dim: string): ArrayFile[][] {
  const runs: ArrayFile[][] = [];
  for (const file of inOrder(files, dim)) {
    const run = runs.at(-1);
    if (run && fits(file, run[0]!, axis)) run.push(file);
    else runs.push([file]);
  }
  return runs;
}

function fits(file: ArrayFile, model: ArrayFile, axis: number): boolean {
  try {
    checkLayout(file, model, axis);
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** The first error, with the names of the other files that have one. */
function together(errors: readonly FileError[]): FileError {
  const [first, ...rest] = errors as [FileError, ...FileError[]];
  if (rest.length === 0) return first;
  const names = rest.slice(0, NAMED).map(({ path }) => path);
  const more = rest.length > NAMED ? `, and ${rest.length - NAMED} more` : '';
  const text = first.message.slice(first.path.length + 2);
  return new FileError(first.code, first.path, `${text}; nor do ${names.join(', ')}${more}`, { cause: first });
}

/** The first file of the kind that most are of: one odd file among many is the one to name. */
function mostAlike(files: readonly ArrayFile[], axis: number, dim: string): ArrayFile {
  const kinds = new Map<string, { file: ArrayFile; count: number }>();
  for (const file of files) {
    const { dims, shape, dtype } = file.outline;
    const coord = file.outline.coords.has(dim) ? file.outline.coords.get(dim) : null;
    const interval = coord instanceof AxisCoordinate ? `${coord.ctype} ${String(coord.samplingInterval)}` : 'none';
    const kind = [dims, shape.filter((_, i) => i !== axis), dtype, interval].join('|');
    const known = kinds.get(kind);
    if (known) known.count++;
    else kinds.set(kind, { file, count: 1 });
  }
  return [...kinds.values()].reduce((most, kind) => (kind.count > most.count ? kind : most)).file;
}

/** Throws where a file is no part of an array with `model` in it. */
function checkLayout(file: ArrayFile, model: ArrayFile, axis: number): void {
  const [mine, theirs] = [file.outline, model.outline];
  const dim = theirs.dims[axis]!;
  const refuse = (code: 'BAD_SHAPE' | 'BAD_DTYPE' | 'BAD_COORDINATE' | 'DISCONTINUITY', text: string) => {
    throw new FileError(code, file.path, `does not fit ${model.path}: ${text}`);
  };
  if (mine.dims.join() !== theirs.dims.join())
    refuse('BAD_SHAPE', `dimensions (${mine.dims.join(', ')}) instead of (${theirs.dims.join(', ')})`);
  if (mine.shape.some((size, i) => i !== axis && size !== theirs.shape[i]))
    refuse(
      'BAD_SHAPE',
      `shape (${mine.shape.join(', ')}) instead of (${theirs.shape.join(', ')}); only ${dim} may differ`,
    );
  if (mine.dtype !== theirs.dtype) refuse('BAD_DTYPE', `${mine.dtype} instead of ${theirs.dtype}`);
  const names = [...theirs.coords.keys()];
  const other = [...mine.coords.keys()];
  if (names.length !== other.length || names.some((name) => !mine.coords.has(name)))
    refuse('BAD_COORDINATE', `coordinates ${other.join(', ') || 'none'} instead of ${names.join(', ') || 'none'}`);
  for (const name of names) {
    const a = theirs.coords.get(name)!;
    const b = mine.coords.get(name)!;
    if (a.dim !== dim) {
      if (!a.equals(b)) refuse('BAD_COORDINATE', `coordinate ${name} is ${String(b)} instead of ${String(a)}`);
      continue;
    }
    if (!(a instanceof AxisCoordinate && b instanceof AxisCoordinate) || a.ctype !== b.ctype || a.dtype !== b.dtype)
      refuse('BAD_COORDINATE', `coordinate ${name} is ${b.ctype} ${b.dtype} instead of ${a.ctype} ${a.dtype}`);
    else if (String(a.samplingInterval) !== String(b.samplingInterval))
      refuse('DISCONTINUITY', `${name} has the interval ${intervalText(b)} instead of ${intervalText(a)}`);
  }
}

function intervalText(coord: AxisCoordinate): string {
  const { samplingInterval } = coord;
  if (samplingInterval === null) return 'none';
  return typeof samplingInterval === 'bigint' ? `${samplingInterval} ns` : String(samplingInterval);
}

/** The coordinate of a file along an axis; null where it has none, or it is empty. */
export function axisCoordinate(file: ArrayFile, name: string): AxisCoordinate | null {
  const coord = file.outline.coords.has(name) ? file.outline.coords.get(name) : null;
  return coord instanceof AxisCoordinate && !coord.empty ? coord : null;
}

function inOrder(files: readonly ArrayFile[], dim: string): ArrayFile[] {
  const starts = new Map(files.map((file) => [file, axisCoordinate(file, dim)?.start]));
  return [...files].sort((a, b) => {
    const [x, y] = [starts.get(a), starts.get(b)];
    if (x === undefined || y === undefined || x === y) return 0;
    return x < y ? -1 : 1;
  });
}

/** Throws where a file starts before the one before it has ended. */
function checkOrder(files: readonly ArrayFile[], dim: string): void {
  for (let i = 1; i < files.length; i++) {
    const [before, after] = [axisCoordinate(files[i - 1]!, dim), axisCoordinate(files[i]!, dim)];
    if (!before || !after || before.end < after.start) continue;
    throw new FileError(
      'OVERLAP',
      files[i]!.path,
      `starts at ${dim} ${labelText(after, after.start)}, but ${files[i - 1]!.path} ends at ${labelText(after, before.end)}: overlapping files cannot be one array`,
    );
  }
}

/** A label as text, times as ISO text. */
export function labelText(coord: AxisCoordinate, label: Scalar): string {
  return typeof label === 'bigint' && coord.dtype === 'datetime64[ns]' ? formatTime(label) : String(label);
}

/** The files, each without its samples up to the end of what came before it. */
function withoutOverlaps(files: readonly ArrayFile[], axis: number, dim: string, leftOut: LeftOut[]): ArrayFile[] {
  const kept: ArrayFile[] = [];
  let end: Scalar | null = null;
  let owner = '';
  for (const file of files) {
    const coord = axisCoordinate(file, dim);
    let used: ArrayFile | null = file;
    if (coord && end !== null && coord.start <= end) {
      const skipped = countUpTo(coord, end);
      used = skipped < coord.size ? withoutFirst(file, axis, dim, skipped) : null;
      const text = `${file.path}: ${skipped} of its ${coord.size} samples are left out, up to ${labelText(coord, end)}, where ${owner} ends`;
      leftOut.push({ path: file.path, code: 'OVERLAP', samples: skipped, text });
    }
    if (!used) continue;
    kept.push(used);
    if (coord && (end === null || coord.end > end)) {
      end = coord.end;
      owner = file.path;
    }
  }
  return kept;
}

/** Samples of an axis whose labels are at most `end`, or nearer to it than half an interval. */
export function countUpTo(coord: AxisCoordinate, end: Scalar): number {
  const step = coord.samplingInterval;
  const limit: Scalar =
    typeof end === 'bigint' ? end + (typeof step === 'bigint' ? step / 2n : 0n) : Number(end) + Number(step ?? 0) / 2;
  let [low, high] = [0, coord.size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((coord.getValue(middle) as number) <= (limit as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A file without its first samples. */
export function withoutFirst(file: ArrayFile, axis: number, dim: string, start: number): ArrayFile {
  return {
    ...file,
    outline: file.outline.isel({ [dim]: { start } }),
    read: (ranges) =>
      file.read(ranges.map(([first, last], i): Range => (i === axis ? [first + start, last + start] : [first, last]))),
  };
}
