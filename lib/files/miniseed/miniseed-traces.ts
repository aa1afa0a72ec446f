import type { FileHandle } from 'node:fs/promises';
import { allocate, type DType } from '../../dtype.js';
import { FileError } from '../../errors.js';
import { readFully, readPieces, withHandle } from '../read-pieces.js';
import { decodeRecord, encodingDType } from './decode-record.js';
import { FIXED_BYTES, HEADER_BYTES, parseRecordHeader, RecordError, type RecordHeader } from './record-header.js';

/** A record in a file. */
export interface Place {
  header: RecordHeader;
  /** First byte in the file. */
  offset: number;
  /** First sample within the trace. */
  first: number;
}

/** Samples of one channel without a gap. */
export interface Trace {
  network: string;
  station: string;
  location: string;
  channel: string;
  /** `NET.STA.LOC.CHA`, as ObsPy has it. */
  id: string;
  start: bigint;
  rate: number;
  samples: number;
  dtype: DType;
  readonly records: readonly Place[];
}

/** Records of at least this length are passed over by their headers; of shorter ones the whole file is read in large pieces. */
const LONG_RECORD = 2048;
const WINDOW = 256 * 1024;

/**
 * The traces of a miniSEED 2 file, sorted by id and start: records of a channel that follow each other to within half a sample
 * are one trace, as in ObsPy. Reads headers only. Throws `BAD_FILE` that names the record.
 */
export async function scanTraces(path: string, size: number): Promise<Trace[]> {
  const places: Place[] = [];
  await scanRecords(path, size, (place) => places.push(place));
  const byId = new Map<string, Place[]>();
  for (const place of places) {
    if (place.header.samples === 0) continue;
    const { network, station, location, channel } = place.header;
    const id = [network, station, location, channel].join('.');
    const known = byId.get(id);
    if (known) known.push(place);
    else byId.set(id, [place]);
  }
  const ids = [...byId.keys()].sort((a, b) => (a < b ? -1 : 1));
  return ids.flatMap((id) => tracesOf(path, id, byId.get(id)!));
}

/**
 * Calls `each` with every record of a file, by its header. A file that ends within a record throws `BAD_FILE`, or, with
 * `untilCut`, is taken up to there. Resolves to the bytes of whole records.
 */
export async function scanRecords(
  path: string,
  size: number,
  each: (place: Place) => void,
  { untilCut = false }: { untilCut?: boolean } = {},
): Promise<number> {
  return await withHandle(path, (handle) => scan(handle, path, size, each, untilCut));
}

async function scan(
  handle: FileHandle,
  path: string,
  size: number,
  each: (place: Place) => void,
  untilCut: boolean,
): Promise<number> {
  let window: Buffer = Buffer.alloc(0);
  let windowAt = 0;
  let lastLength = LONG_RECORD;
  for (let offset = 0; offset < size; ) {
    const wanted = Math.min(HEADER_BYTES, size - offset);
    if (offset + wanted > windowAt + window.length) {
      const length = Math.min(lastLength >= LONG_RECORD ? HEADER_BYTES : WINDOW, size - offset);
      window = Buffer.allocUnsafe(length);
      await readFully(handle, path, window, offset, length);
      windowAt = offset;
    }
    const bytes = window.subarray(offset - windowAt);
    try {
      if (untilCut && offset > 0 && wanted < FIXED_BYTES) return offset;
      if (bytes.length < FIXED_BYTES) throw new RecordError(`the file ends after ${bytes.length} bytes of it`);
      const header = parseRecordHeader(bytes);
      if (untilCut && offset + header.length > size) return offset;
      if (offset + header.length > size)
        throw new RecordError(
          `it has ${header.length} bytes, of which the file holds ${size - offset}: the file is cut off`,
        );
      each({ header, offset, first: 0 });
      lastLength = header.length;
      offset += header.length;
    } catch (cause) {
      throw named(path, offset, cause);
    }
  }
  return size;
}

function tracesOf(path: string, id: string, places: Place[]): Trace[] {
  places.sort((a, b) => (a.header.start < b.header.start ? -1 : a.header.start > b.header.start ? 1 : 0));
  const traces: (Trace & { records: Place[] })[] = [];
  let end = 0n;
  for (const { header, offset } of places) {
    const { network, station, location, channel, start, rate, samples } = header;
    let dtype: DType;
    try {
      dtype = encodingDType(header.encoding);
      if (!(rate > 0 && Number.isFinite(rate))) throw new RecordError(`it has a rate of ${rate} samples per second`);
    } catch (cause) {
      throw named(path, offset, cause);
    }
    const step = 1e9 / rate;
    const open = traces.at(-1);
    const off = Math.abs(Number(start - end));
    if (open && open.rate === rate && open.dtype === dtype && off <= step / 2) {
      open.records.push({ header, offset, first: open.samples });
      open.samples += samples;
    } else {
      const records = [{ header, offset, first: 0 }];
      traces.push({ network, station, location, channel, id, start, rate, samples, dtype, records });
    }
    end = start + BigInt(Math.round(samples * step));
  }
  return traces;
}

/** Samples `[first, last)` of a trace; only the records that hold them are read. Throws `BAD_FILE` that names the record. */
export async function readTrace(
  path: string,
  trace: Trace,
  first: number,
  last: number,
): Promise<Int32Array | Float32Array | Float64Array> {
  const out = allocate(trace.dtype, Math.max(0, last - first)) as Float64Array;
  const touched = trace.records
    .filter(({ first: at, header }) => at < last && at + header.samples > first)
    .sort((a, b) => a.offset - b.offset);
  const pieces = touched.map(({ offset, header }) => ({ offset, length: header.length }));
  await readPieces(path, pieces, (bytes, index) => {
    const { header, offset, first: at } = touched[index]!;
    try {
      const values = decodeRecord(bytes, header) as Float64Array;
      const [from, to] = [Math.max(first - at, 0), Math.min(last - at, header.samples)];
      out.set(values.subarray(from, to), at + from - first);
    } catch (cause) {
      throw named(path, offset, cause);
    }
  });
  return out as Int32Array | Float32Array | Float64Array;
}

function named(path: string, offset: number, cause: unknown): unknown {
  if (!(cause instanceof RecordError)) return cause;
  return new FileError('BAD_FILE', path, `the record at byte ${offset}: ${cause.message}`, { cause });
}
