/**
 * Writes a packet of every case in every dialect, with what each xdas should read from it:
 *
 *     node dist/test/interop/packets/write-packets.js OUT_DIR
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Coordinate } from '../../../lib/coordinates/coordinate.js';
import { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../../lib/coordinates/sampled-coordinate.js';
import type { AttrValue } from '../../../lib/dataarray/attributes.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { type ArrayDType, type CoordDType, dtypeOf, itemSize } from '../../../lib/dtype.js';
import { bitshuffle, blosc, blosc2, bzip2, gzip, lz4, lzf, zfp, zstd } from '../../../lib/packets/codecs.js';
import type { Encoding } from '../../../lib/packets/encoding.js';
import { type Dialect, encodePacket, endOfStreamPacket } from '../../../lib/packets/packet.js';
import { packetCases } from '../../packets/packet-cases.js';

const dialects: Dialect[] = ['both', 'cf-1.13', 'cf-1.9'];
const encodings: Record<string, Encoding> = {
  chunks: { chunks: [4, 2] },
  combined: { chunks: [4, 2], ...gzip({ level: 9 }), shuffle: true, fletcher32: true },
  lzf: { chunks: [4, 2], ...lzf() },
  blosc: { chunks: [4, 2], ...blosc() },
  blosc2: { chunks: [4, 2], ...blosc2() },
  zstd: { chunks: [4, 2], ...zstd() },
  lz4: { chunks: [4, 2], ...lz4() },
  bitshuffle: { chunks: [4, 2], ...bitshuffle() },
  bzip2: { chunks: [4, 2], ...bzip2() },
  'zfp-reversible': { chunks: [4, 2], ...zfp({ reversible: true }) },
  'zfp-accuracy': { chunks: [4, 2], ...zfp({ accuracy: 0.01 }) },
};

/** True for arrays that CF-1.9 has no words for. */
function isBeyondOldSpelling(da: DataArray): boolean {
  return [...da.coords.entries()].some(
    ([name, coord]) =>
      (coord instanceof InterpCoordinate && coord.dim !== name) ||
      (coord instanceof SampledCoordinate && (coord.samplingRatio?.denominator ?? 1) !== 1),
  );
}

/** Writes all packets and `expected.json` into `folder`; gives the number of packets. */
export async function writePackets(folder: string, cases: Record<string, DataArray> = packetCases): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const expected: Record<string, object> = {};
  for (const [name, da] of Object.entries(cases))
    for (const dialect of dialects) {
      const beyond = isBeyondOldSpelling(da);
      if (dialect === 'cf-1.9' && beyond) continue;
      const file = `${name}.${dialect}`;
      writeFileSync(join(folder, `${file}.nc`), await encodePacket(da, { dialect, stream: 'a1b2', sequence: 7n }));
      expected[file] = {
        ...describe(da, dialect),
        // `both` makes sure that 0.2.7 refuses what it cannot say; of plain CF-1.13 it may drop a coordinate without a word
        refusedBy: beyond && dialect === 'both' ? ['0.2.7'] : [],
        notFor: dialect === 'cf-1.13' && hasTies(da) ? ['0.2.7'] : [],
      };
    }
  for (const name of ['regular', 'sampled-gaps', 'irregular-gaps']) {
    const da = packetCases[name]!;
    const file = `${name}.end`;
    writeFileSync(join(folder, `${file}.nc`), await endOfStreamPacket(da, { stream: 'a1b2', sequence: 8n }));
    const empty = da.isel({ [da.dims[0]!]: { start: 0, stop: 0 } });
    expected[file] = { ...describe(empty, 'both'), refusedBy: [], notFor: [], before: `${name}.both` };
  }
  for (const [name, encoding] of Object.entries(encodings)) {
    const da = packetCases.regular!;
    writeFileSync(join(folder, `encoding-${name}.nc`), await encodePacket(da, { encoding }));
    const accuracy = name === 'zfp-accuracy' ? 0.01 : 0;
    expected[`encoding-${name}`] = { ...describe(da, 'both'), refusedBy: [], notFor: [], accuracy };
  }
  writeFileSync(join(folder, 'expected.json'), JSON.stringify(expected));
  return Object.keys(expected).length;
}

function hasTies(da: DataArray): boolean {
  return [...da.coords.values()].some(({ ctype }) => ctype === 'interpolated' || ctype === 'sampled');
}

function describe(da: DataArray, dialect: Dialect) {
  const values = da.values;
  return {
    name: da.name,
    dims: da.dims,
    shape: da.shape,
    dtype: numpyDType(da.dtype),
    values: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
    attrs: Object.fromEntries(Object.entries(da.attrs).map(([name, value]) => [name, describeAttribute(value)])),
    coords: Object.fromEntries(
      [...da.coords.entries()].map(([name, coord]) => [name, describeCoordinate(coord, dialect)]),
    ),
  };
}

function describeCoordinate(coord: Coordinate, dialect: Dialect) {
  const { ctype: type, dim, dtype } = coord;
  const base = { type, dim, dtype: numpyDType(dtype), values: texts(coord.values) };
  if (!(coord instanceof InterpCoordinate) && !(coord instanceof SampledCoordinate)) return base;
  const { samplingRatio, tolerance, tieValues } = coord;
  return {
    ...base,
    tie_values: texts(tieValues),
    ...(coord instanceof InterpCoordinate ? { tie_indices: coord.tieIndices } : { tie_lengths: coord.tieLengths }),
    // an empty sampled coordinate without an interval is written with 0
    numerator: samplingRatio === null ? (type === 'sampled' ? '0' : null) : String(samplingRatio.numerator),
    denominator: samplingRatio === null ? '1' : String(samplingRatio.denominator),
    tolerance: tolerance === null ? null : String(tolerance),
    bare: dialect === 'cf-1.9' && type === 'interpolated',
  };
}

function describeAttribute(value: AttrValue) {
  if (typeof value === 'string') return { dtype: 'U', scalar: true, values: [value] };
  if (typeof value === 'number') return { dtype: 'f8', scalar: true, values: [pythonText(value)] };
  if (typeof value === 'bigint') return { dtype: 'i8', scalar: true, values: [String(value)] };
  if (Array.isArray(value)) return { dtype: 'U', scalar: false, values: value };
  return { dtype: numpyDType(dtypeOf(value)), scalar: false, values: texts(value) };
}

function texts(values: ArrayLike<unknown>): string[] {
  return Array.from(values, (value) => (typeof value === 'number' ? pythonText(value) : String(value)));
}

function pythonText(value: number): string {
  return Number.isNaN(value) ? 'nan' : String(value).replace('Infinity', 'inf');
}

function numpyDType(dtype: CoordDType | ArrayDType): string {
  if (dtype === 'string') return 'U';
  if (dtype === 'datetime64[ns]') return 'M8[ns]';
  if (dtype === 'timedelta64[ns]') return 'm8[ns]';
  const kind = ['uint', 'int', 'float', 'complex'].find((kind) => dtype.startsWith(kind))!;
  return `<${kind[0]}${itemSize(dtype)}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(`${await writePackets(process.argv[2] ?? 'packets')} packets`);
