import { concatCoordinates } from '../../coordinates/concat-coordinates.js';
import type { AxisCoordinate, Coordinate } from '../../coordinates/coordinate.js';
import { DenseCoordinate } from '../../coordinates/dense-coordinate.js';
import { ScalarCoordinate } from '../../coordinates/scalar-coordinate.js';
import { allocate } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import { formatTime } from '../../time.js';
import type { ArrayFile, Range } from '../array-file.js';
import { readTrace, scanTraces, type Trace } from '../miniseed/miniseed-traces.js';
import { looksLikeRecord } from '../miniseed/record-header.js';
import type { SourceFile } from '../source-file.js';
import { type AxisType, anyAxisType, axisTypes, timeBlock } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { fromFile, outlinedFile } from './outlined-file.js';
import { roundHalfEven } from './round-half-even.js';

/** The levels of an id, in the order of the dimensions. */
const levels = ['network', 'station', 'location', 'channel'] as const;

/** What a level has: one name, or several in the order of the traces. */
type Names = Record<(typeof levels)[number], string[]>;

/**
 * miniSEED 2 files: Steim 1 and 2, integers and floats. The answer is that of xdas's engine of the same name: the levels of the ids
 * (network, station, location, channel) that have several names are dimensions before time, the others scalar coordinates.
 * Traces with the same times lie side by side; gaps of one or several channels that all have the same ones are in the time
 * coordinate.
 *
 * - `select`: the ids to take, as `9N.00066..HSF`, with `*` and `?`. Default: all.
 * - `span`: `'equal'` (default) refuses traces of which the times differ; `'common'` cuts them to the times that all have.
 * - `ignoreLastSample`: drop the last sample, where files share it with the next one.
 */
export const miniseedFormat: FileFormat = {
  name: 'miniseed',
  aliases: ['mseed'],
  options: ['ctype', 'select', 'span', 'ignoreLastSample'],
  detect: (file) => looksLikeRecord(file.head),
  async open(file, { ctype, select, span, ignoreLastSample }) {
    checkOptions(select, span, ignoreLastSample);
    const { time: type } = axisTypes(ctype, { time: anyAxisType });
    const all = await scanTraces(file.path, file.size);
    const wanted = typeof select === 'string' ? idPattern(select) : null;
    const traces = all.filter(({ id }) => !wanted || wanted.test(id));
    if (traces.length === 0) {
      const ids = [...new Set(all.map(({ id }) => id))].slice(0, 10).join(', ');
      throw wanted
        ? new ArgumentError('BAD_ARGUMENT', `select ${String(select)} finds none of ${file.path}: ${ids}`)
        : file.refuse('holds no samples');
    }
    const odd = traces.find(({ dtype }) => dtype !== traces[0]!.dtype);
    if (odd)
      throw file.refuse(
        `${odd.id} has values of ${odd.dtype}, ${traces[0]!.id} of ${traces[0]!.dtype}: select some of them`,
      );
    const rows = rowsOf(file, traces);
    const cut = span === 'common' ? commonSpan(file, rows) : rows;
    return assemble(file, cut, type, ignoreLastSample === true);
  },
};

function checkOptions(select: unknown, span: unknown, ignoreLastSample: unknown): void {
  if (select !== undefined && typeof select !== 'string')
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `select is ${JSON.stringify(select)}; allowed: text such as 9N.00066..HSF or *.HHZ`,
    );
  if (span !== undefined && span !== 'equal' && span !== 'common')
    throw new ArgumentError('BAD_ARGUMENT', `span is ${JSON.stringify(span)}; allowed: equal, common`);
  if (ignoreLastSample !== undefined && typeof ignoreLastSample !== 'boolean')
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `ignoreLastSample is ${JSON.stringify(ignoreLastSample)}; allowed: true, false`,
    );
}

function idPattern(select: string): RegExp {
  const escaped = select
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`);
}

/** Part of a trace: its samples `[from, to)`. */
interface Run {
  trace: Trace;
  from: number;
  to: number;
}

/** The runs of one channel, in the order of time. */
type Row = Run[];

/** Nanoseconds between samples: whole microseconds, as xdas has them. */
const stepOf = ({ rate }: Trace) => BigInt(roundHalfEven(1e6 / rate)) * 1000n;
const startOf = ({ trace, from }: Run) => trace.start + BigInt(from) * stepOf(trace);
const lengthOf = ({ from, to }: Run) => to - from;

function rowsOf(file: SourceFile, traces: readonly Trace[]): Row[] {
  const rows = new Map<string, Row>();
  for (const trace of traces) {
    if (stepOf(trace) === 0n)
      throw file.refuse(`${trace.id} has ${trace.rate} samples per second; half a million are the most`);
    const run = { trace, from: 0, to: trace.samples };
    const row = rows.get(trace.id);
    if (row) row.push(run);
    else rows.set(trace.id, [run]);
  }
  return [...rows.values()];
}

/** All rows cut to the times that all have; each must be one trace. */
function commonSpan(file: SourceFile, rows: readonly Row[]): Row[] {
  const gappy = rows.find((row) => row.length > 1);
  if (gappy) throw file.refuse(`${gappy[0]!.trace.id} has gaps: span common is for channels without; select others`);
  const runs = rows.map(([run]) => run!);
  const step = stepOf(runs[0]!.trace);
  const other = runs.find(({ trace }) => stepOf(trace) !== step);
  if (other)
    throw file.refuse(
      `${other.trace.id} has another rate (${other.trace.rate}) than ${runs[0]!.trace.id} (${runs[0]!.trace.rate})`,
    );
  const begin = runs.map(startOf).reduce((a, b) => (a > b ? a : b));
  return runs.map((run) => {
    const skip = Number((begin - startOf(run)) / step);
    if (startOf(run) + BigInt(skip) * step !== begin)
      throw file.refuse(`samples of ${run.trace.id} lie between those of others: they have no common times`);
    const samples = Math.min(...runs.map((each) => lengthOf(each) - Number((begin - startOf(each)) / step)));
    if (samples < 1) throw file.refuse('its channels have no time in common: select some of them');
    return [{ trace: run.trace, from: skip, to: skip + samples }];
  });
}

function assemble(file: SourceFile, rows: readonly Row[], type: AxisType, ignoreLast: boolean): ArrayFile {
  const model = rows[0]!;
  for (const row of rows) requireSameTimes(file, row, model);
  const used = ignoreLast
    ? rows.map((row) => row.map((run, k) => (k === row.length - 1 ? { ...run, to: run.to - 1 } : run)))
    : rows;
  const blocks = used[0]!.filter((run) => lengthOf(run) > 0);
  if (blocks.length === 0) throw file.refuse('holds no samples but the last one');
  const time = fromFile(file, 'its times', () => {
    const parts = blocks.map((run): AxisCoordinate => timeBlock(type, startOf(run), lengthOf(run), stepOf(run.trace)));
    return parts.length === 1 ? parts[0]! : concatCoordinates(parts).coordinate;
  });
  const names = namesOf(rows);
  const dims = levels.filter((level) => names[level].length > 1);
  const sorted = inProductOrder(file, used, names, dims);
  const coords: Record<string, Coordinate> = {};
  for (const level of levels)
    coords[level] =
      names[level].length > 1
        ? new DenseCoordinate({ values: names[level], dim: level, dtype: 'string' })
        : new ScalarCoordinate({ value: names[level][0]!, dtype: 'string' });
  const shape = [...dims.map((level) => names[level].length), time.size];
  const outline = { shape, dtype: model[0]!.trace.dtype, dims: [...dims, 'time'], coords: { ...coords, time } };
  return outlinedFile(file, outline, (ranges) => readRows(file, sorted, shape, ranges));
}

function requireSameTimes(file: SourceFile, row: Row, model: Row): void {
  const isSame =
    row.length === model.length &&
    row.every(
      (run, k) =>
        startOf(run) === startOf(model[k]!) &&
        lengthOf(run) === lengthOf(model[k]!) &&
        stepOf(run.trace) === stepOf(model[k]!.trace),
    );
  if (isSame) return;
  const said = (each: Row) =>
    `${each[0]!.trace.id} (${each.length === 1 ? '' : `${each.length} stretches, `}${each.reduce((sum, run) => sum + lengthOf(run), 0)} samples from ${formatTime(startOf(each[0]!))}, ${each[0]!.trace.rate} Hz)`;
  throw file.refuse(
    `its channels have different times: ${said(row)} and ${said(model)}; select some of them, or take the span common to all`,
  );
}

function namesOf(rows: readonly Row[]): Names {
  const unique = (level: (typeof levels)[number]) => [...new Set(rows.map(([run]) => run!.trace[level]))];
  return {
    network: unique('network'),
    station: unique('station'),
    location: unique('location'),
    channel: unique('channel'),
  };
}

/** The rows in C order of the levels that are dimensions; each combination must be there once. */
function inProductOrder(
  file: SourceFile,
  rows: readonly Row[],
  names: Names,
  dims: readonly (typeof levels)[number][],
): Row[] {
  const count = dims.reduce((product, level) => product * names[level].length, 1);
  if (count !== rows.length)
    throw file.refuse(
      `its ${rows.length} channels are not all of ${dims.map((level) => `${names[level].length} ${level}s`).join(' x ')}: select some of them`,
    );
  const place = ([run]: Row) =>
    dims.reduce((sum, level) => sum * names[level].length + names[level].indexOf(run!.trace[level]), 0);
  return [...rows].sort((a, b) => place(a) - place(b));
}

async function readRows(file: SourceFile, rows: readonly Row[], shape: readonly number[], ranges: readonly Range[]) {
  const outer = ranges.slice(0, -1);
  const [first, last] = ranges.at(-1)!;
  const chosen = rows.filter((_, index) => {
    let rest = index;
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const at = rest % shape[axis]!;
      if (at < outer[axis]![0] || at >= outer[axis]![1]) return false;
      rest = (rest - at) / shape[axis]!;
    }
    return true;
  });
  const width = last - first;
  const out = allocate(rows[0]![0]!.trace.dtype, chosen.length * width) as Float64Array;
  for (const [index, row] of chosen.entries()) {
    let at = 0;
    for (const run of row) {
      const [from, to] = [Math.max(first, at), Math.min(last, at + lengthOf(run))];
      if (from < to) {
        const begin = run.from + from - at;
        out.set(
          (await readTrace(file.path, run.trace, begin, begin + to - from)) as Float64Array,
          index * width + from - first,
        );
      }
      at += lengthOf(run);
    }
  }
  return out;
}
