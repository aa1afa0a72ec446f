/**
 * Chunks of HDF5's ZFP filter (32013) without HDF5: bit for bit what zfp 1.0 and H5Z-ZFP make of them, both ways.
 *
 * Peter Lindstrom, "Fixed-rate compressed floating-point arrays", IEEE TVCG 20 (2014), and zfp's documentation; details
 * are those of zfp 1.0 (BSD-3) as it is usually built: rounding mode "never", subnormal numbers as they are.
 */
import { ArgumentError, PacketError } from '../../errors.js';
import { type Box, boxesOf } from './boxes.js';
import { readZfpHeader, type ZfpHeader } from './zfp-header.js';
import { arrayAt, arrayBytes, streamAt, streamBytes, type ZfpKernel, zfpKernel } from './zfp-kernel.js';

type Floats = Float32Array | Float64Array;

/** Blocks that are worth a call of the kernel, unless there are no more. */
const BLOCKS_AT_LEAST = 64;

/**
 * The bytes that the filter stores for one chunk: zfp's stream without a header. The result owns its memory.
 *
 * Null where HDF5 has to do it: the header in the client data is not of this dtype and shape (dimensions of size 1 do not count), is of the
 * reversible mode, of another version or byte order; the chunk is a single value; a value is NaN or infinite; there is no WebAssembly SIMD.
 *
 * Takes 4 MiB for each thread, whatever the chunk, and the result. Throws `BAD_ARGUMENT` where `x` has not as many values as `shape`.
 *
 * @param x the chunk, C order, filled up where it goes beyond the array.
 * @param shape of the chunk.
 * @param clientData of the filter as it is in the file (after HDF5's `set_local`).
 */
export function zfpEncodeChunk(
  x: Floats,
  shape: readonly number[],
  clientData: readonly number[] | Uint32Array,
): Uint8Array | null {
  const dtype = x instanceof Float32Array ? 'float32' : 'float64';
  const job = prepare(dtype, shape, clientData);
  if (job === null) return null;
  const { kernel, header } = job;
  const size = header.sizes.reduce((product, each) => product * each, 1);
  if (x.length !== size)
    throw new ArgumentError('BAD_ARGUMENT', `a chunk of shape [${shape}] has ${size} values, not ${x.length}`);
  const memory = dtype === 'float32' ? kernel.float32 : kernel.float64;
  const encode = dtype === 'float32' ? kernel.encodeFloat32 : kernel.encodeFloat64;
  const parts: Uint8Array[] = [];
  kernel.startWriting(streamAt);
  for (const box of boxesOf(header.sizes, arrayBytes / x.BYTES_PER_ELEMENT)) {
    let to = arrayAt / x.BYTES_PER_ELEMENT;
    for (const start of box.starts) {
      memory.set(x.subarray(start, start + box.length), to);
      to += box.length;
    }
    const blocks = blocksOf(box);
    for (let first = 0; first < blocks; ) {
      let fit = Math.floor((streamAt + streamBytes - kernel.writtenTo()) / job.blockBytes);
      if (fit < Math.min(blocks - first, BLOCKS_AT_LEAST)) {
        parts.push(kernel.uint8.slice(streamAt, kernel.writtenTo()));
        kernel.continueWriting(streamAt);
        fit = Math.floor(streamBytes / job.blockBytes);
      }
      const count = Math.min(fit, blocks - first);
      if (!encode(arrayAt, ...extents(box), first, count)) return null;
      first += count;
    }
  }
  parts.push(kernel.uint8.slice(streamAt, kernel.flushWriting()));
  return parts.length === 1 ? parts[0] : joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/**
 * The values of one chunk as the filter stores it, C order; what {@link zfpEncodeChunk} makes, or zfp. The result owns its memory.
 *
 * Null where HDF5 has to do it, as there. Damaged bytes give wrong values, as with zfp itself, or an error; never more work or memory than whole ones.
 * Throws `PacketError` `MALFORMED_PACKET` where the stream is longer than `bytes`, and takes 4 MiB for each thread, whatever the chunk, and the result.
 *
 * @param bytes of the chunk; they may be more than the stream needs.
 */
export function zfpDecodeChunk(
  bytes: Uint8Array,
  dtype: 'float32' | 'float64',
  shape: readonly number[],
  clientData: readonly number[] | Uint32Array,
): Floats | null {
  const job = prepare(dtype, shape, clientData);
  if (job === null) return null;
  const { kernel, header, blockBytes } = job;
  const size = header.sizes.reduce((product, each) => product * each, 1);
  // Before memory is taken: each block has some bits, be it a zero.
  if (blocksOf({ counts: header.sizes }) * header.minBits > 8 * bytes.length) throw tooShort(bytes);
  const result = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
  const memory = dtype === 'float32' ? kernel.float32 : kernel.float64;
  const decode = dtype === 'float32' ? kernel.decodeFloat32 : kernel.decodeFloat64;
  /** The next bit of the stream, and the bytes of it that are in the kernel's memory. */
  let position = 0;
  let from = 0;
  let to = 0;
  for (const box of boxesOf(header.sizes, arrayBytes / result.BYTES_PER_ELEMENT)) {
    const blocks = blocksOf(box);
    for (let first = 0; first < blocks; ) {
      const count = Math.min(blocks - first, Math.floor((streamBytes - 8) / blockBytes));
      const next = Math.floor(position / 8);
      // (What is read may be 8 bytes more than what is meant.)
      const end = next + count * blockBytes + 8;
      if (end > to) {
        from = next;
        to = from + streamBytes;
        const there = bytes.subarray(from, to);
        kernel.uint8.set(there, streamAt);
        kernel.uint8.fill(0, streamAt + there.length, streamAt + Math.max(there.length, end - from));
        if (there.length < streamBytes) to = end;
      }
      position =
        decode(8 * (streamAt - from) + position, arrayAt, ...extents(box), first, count) - 8 * (streamAt - from);
      if (position > 8 * bytes.length) throw tooShort(bytes);
      first += count;
    }
    let at = arrayAt / result.BYTES_PER_ELEMENT;
    for (const start of box.starts) {
      result.set(memory.subarray(at, at + box.length), start);
      at += box.length;
    }
  }
  return result;
}

function tooShort({ length }: Uint8Array): PacketError {
  return new PacketError('MALFORMED_PACKET', 'decode', `a chunk of ${length} bytes ends before its values do`, {
    codec: 'zfp',
  });
}

interface Job {
  readonly kernel: ZfpKernel;
  readonly header: ZfpHeader;
  /** Bytes that one block may take. */
  readonly blockBytes: number;
}

function prepare(
  dtype: 'float32' | 'float64',
  shape: readonly number[],
  clientData: readonly number[] | Uint32Array,
): Job | null {
  const header = readZfpHeader(clientData);
  const used = shape.filter((size) => size > 1);
  if (header === null || header.dtype !== dtype || shape.includes(0)) return null;
  if (header.sizes.length !== used.length || used.some((size, axis) => size !== header.sizes[axis])) return null;
  const kernel = zfpKernel();
  if (kernel === null) return null;
  const { minBits, maxBits, maxPrecision, minExponent, sizes } = header;
  kernel.configure(minBits, maxBits, maxPrecision, minExponent, sizes.length);
  const planes = Math.min(maxPrecision, dtype === 'float32' ? 32 : 64);
  // zfp's bound: an exponent, planes, and a test for each coefficient.
  const bits = Math.max(minBits, 12 + 4 ** sizes.length * (planes + 1));
  return { kernel, header, blockBytes: Math.ceil(bits / 8) };
}

/** Sizes as the kernel has them, x first; 1 for what there is not. */
function extents({ counts }: Pick<Box, 'counts'>): [number, number, number, number] {
  const from = (axis: number) => counts[counts.length - axis] ?? 1;
  return [from(1), from(2), from(3), from(4)];
}

function blocksOf({ counts }: Pick<Box, 'counts'>): number {
  return counts.reduce((product, count) => product * Math.ceil(count / 4), 1);
}
