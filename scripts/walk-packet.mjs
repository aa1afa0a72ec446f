// Writes section 11 of docs/wire-format.md: a small packet of ours, byte by byte. Everything in it is found in the packet.
//   node scripts/walk-packet.mjs [--check]      (after a build; --check writes nothing and exits 1 if the page is stale)
import { readFileSync, writeFileSync } from 'node:fs';
import { InterpCoordinate } from '../dist/lib/coordinates/interp-coordinate.js';
import { DataArray } from '../dist/lib/dataarray/data-array.js';
import { encodePacket } from '../dist/lib/packets/packet.js';
import { toTime } from '../dist/lib/time.js';

const page = new URL('../docs/wire-format.md', import.meta.url);
const start = toTime('2024-05-21T12:34:56.123456789');
const step = 10_000_000n;
const sequence = 7n;

export async function walk() {
  const time = new InterpCoordinate({
    dim: 'time',
    dtype: 'datetime64[ns]',
    tieIndices: [0, 2],
    tieValues: BigInt64Array.of(start, start + 2n * step),
    samplingInterval: step,
  });
  const distance = new InterpCoordinate({
    dim: 'distance',
    tieIndices: [0, 1],
    tieValues: Float64Array.of(0, 12.5),
    samplingInterval: 12.5,
  });
  const data = Float32Array.of(1.5, -2.5, 3.5, -4.5, 5.5, -6.5);
  const da = new DataArray({ data, shape: [3, 2], coords: { time, distance }, dims: ['time', 'distance'] });
  return Buffer.from(await encodePacket(da, { stream: 'a1b2c3d4', sequence }));
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
const bytesOf = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** Every place of `needle`. */
function places(packet, needle) {
  const found = [];
  for (let at = packet.indexOf(needle); at >= 0; at = packet.indexOf(needle, at + 1)) found.push(at);
  return found;
}

/** The fields of HDF5's superblock, versions 0 to 3. */
function superblock(packet) {
  const version = packet[8];
  const rows = [
    [0, 8, "HDF5's signature"],
    [8, 1, `superblock version ${version}`],
  ];
  const address = (at, what) => rows.push([at, 8, `${what}: ${packet.readBigUInt64LE(at)}`]);
  if (version >= 2) {
    rows.push([9, 1, `size of offsets: ${packet[9]} bytes`]);
    rows.push([10, 1, `size of lengths: ${packet[10]} bytes`]);
    address(12, 'base address');
    address(28, 'end of the file');
    address(36, 'address of the root group');
    rows.push([44, 4, 'checksum of the superblock']);
  } else {
    rows.push([13, 1, `size of offsets: ${packet[13]} bytes`]);
    rows.push([14, 1, `size of lengths: ${packet[14]} bytes`]);
    address(24, 'base address');
    address(40, 'end of the file');
    address(64, 'address of the root group');
  }
  return rows;
}

/** What lies at a fixed type and place in a packet: the arrays of the variables, in the order of the file. */
const arrays = [
  ['__values__', '6 float32: 3 times of 2 channels', Float32Array.of(1.5, -2.5, 3.5, -4.5, 5.5, -6.5)],
  ['time_indices', '2 int64: 0 and 2', BigInt64Array.of(0n, 2n)],
  ['time_values', '2 int64: ns since 1970', BigInt64Array.of(start, start + 2n * step)],
  ['distance_indices', '2 int64: 0 and 1', BigInt64Array.of(0n, 1n)],
  ['distance_values', '2 float64: 0 and 12.5', Float64Array.of(0, 12.5)],
];

const texts = [
  'CF-1.9',
  'a1b2c3d4',
  'time: time_indices time_values distance: distance_indices distance_values',
  'time_points: time_indices time_values',
  'distance_points: distance_indices distance_values',
  'nanoseconds since 1970-01-01',
  'proleptic_gregorian',
  'timedelta64[ns]',
];

function only(packet, needle, what) {
  const found = places(packet, needle);
  if (found.length !== 1) throw new Error(`${what}: found ${found.length} times`);
  return found[0];
}

function rows(packet) {
  const out = superblock(packet);
  for (const [name, what, values] of arrays) {
    const at = only(packet, bytesOf(values), name);
    out.push([at, values.byteLength, `\`${name}\`: ${what}`]);
    // HDF5's message "data layout" of a contiguous dataset: address and size, 8 bytes each
    const layout = only(packet, bytesOf(BigInt64Array.of(BigInt(at), BigInt(values.byteLength))), `layout of ${name}`);
    out.push([layout, 16, `in the object header of \`${name}\`: its values are at ${at}, ${values.byteLength} bytes`]);
  }
  for (const text of texts)
    for (const at of places(packet, Buffer.from(text))) out.push([at, text.length, `text \`${text}\``]);
  const name = Buffer.from('__sequence__\0');
  out.push([only(packet, name, '__sequence__'), name.length, 'name of the global attribute `__sequence__`']);
  const value = packet.indexOf(bytesOf(BigInt64Array.of(sequence)), only(packet, name, '__sequence__'));
  out.push([value, 8, `its value: ${sequence}`]);
  return out.sort((a, b) => a[0] - b[0]);
}

function dump(packet, at, size) {
  const lines = [];
  for (let row = at; row < at + size; row += 16) {
    const bytes = packet.subarray(row, Math.min(row + 16, at + size));
    const text = [...bytes].map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${row.toString(16).padStart(8, '0')}  ${hex(bytes).padEnd(47)}  ${text}`);
  }
  return ['```text', ...lines, '```'].join('\n');
}

function section(packet) {
  const shown = (bytes) => (bytes.length > 16 ? `${hex(bytes.subarray(0, 16))} ...` : hex(bytes));
  const table = rows(packet).map(
    ([at, size, what]) =>
      `| ${at} | 0x${at.toString(16)} | ${size} | \`${shown(packet.subarray(at, at + size))}\` | ${what} |`,
  );
  const values = only(packet, bytesOf(arrays[0][2]), 'values');
  const last = arrays.at(-1)[2];
  const valuesEnd = only(packet, bytesOf(last), 'last values') + last.byteLength;
  const mapping = only(packet, Buffer.from(texts[2]), 'mapping');
  const name = only(packet, Buffer.from('__sequence__\0'), '__sequence__');
  return [
    `Three samples of two channels, float32, without a name, both coordinates interpolated and regular, \`dialect: 'both'\`, ` +
      `stream \`a1b2c3d4\`, packet ${sequence}: ${packet.length} bytes. Numbers are little-endian.`,
    '',
    'The superblock, with which every reader begins:',
    '',
    dump(packet, 0, 96),
    '',
    'The values, and after them the tie points:',
    '',
    dump(packet, values, valuesEnd - values),
    '',
    'Texts of attributes stand in a heap (`GCOL`); the attribute itself holds length, heap address and number. One of them, with the 16 bytes before it (number, reference count, length):',
    '',
    dump(packet, mapping - 16, 96),
    '',
    'The global attribute `__sequence__`, as a message of the root group: name, type, shape (none), value:',
    '',
    dump(packet, name - 8, 64),
    '',
    'All places of interest:',
    '',
    '| offset | hex | bytes | content | what it is |',
    '| -----: | --: | ----: | ------- | ---------- |',
    ...table,
    '',
    'From one publisher, packets of one shape without filters differ in the values, the tie values, `__sequence__`, and the ' +
      "checksums (4 bytes, HDF5's lookup3) that end the header blocks of the root group.",
  ].join('\n');
}

const begin = '<!-- walk:begin (scripts/walk-packet.mjs writes what follows) -->';
const end = '<!-- walk:end -->';

/** The page with the section written anew. */
export function renew(text, packet) {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/wire-format.md has lost its walk:begin and walk:end marks');
  return `${text.slice(0, from + begin.length)}\n\n${section(packet)}\n\n${text.slice(to)}`;
}

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  const packet = await walk();
  const text = readFileSync(page, 'utf8');
  const renewed = renew(text, packet);
  // the formatter aligns the columns of tables
  const squeezed = (page) => page.replace(/[ -]+/g, ' ');
  if (process.argv.includes('--check')) process.exit(squeezed(renewed) === squeezed(text) ? 0 : 1);
  writeFileSync(page, renewed);
}
