// Blocks of floats to zfp's stream (zfp 1.0, BSD-3; rounding mode "never").
import { outPosition, pad, truncate, write } from './bit-writer';
import { full2, gather, nextBlock, openArray, rowBytes } from './blocks';
import { bySignificance, inSequence, orderCoefficients, toNegabinary } from './coefficients';
import { encode4, encode16, encodeWide } from './encode-planes';
import { forwardBlock, forwardRow } from './lift';
import { blockSize, dimensions, isLimited, maxBits, minBits, planesOf } from './mode';
import { BLOCK, GROUPS } from './scratch';

/** The biased exponent of the largest of four floats, whose bits without signs are given. */
function largest(bits: v128): u32 {
  const two = i32x4.max_u(bits, i32x4.shuffle(bits, bits, 2, 3, 0, 1));
  const one = i32x4.max_u(two, i32x4.shuffle(two, two, 1, 0, 3, 2));
  return i32x4.extract_lane(one, 0);
}

/** zfp's exponent of BLOCK with its bias, 0 for nothing but zeros; where there is a NaN or infinity 2^sizeof and more. */
function exponentOf<T>(size: usize): u32 {
  let all = i32x4.splat(0);
  if (sizeof<T>() === 4) {
    for (let p = BLOCK; p < BLOCK + 4 * size; p += 16)
      all = i32x4.max_u(all, v128.and(v128.load(p), i32x4.splat(0x7fffffff)));
    const bits = largest(all);
    return bits === 0 ? 0 : (bits >> 23) + 1;
  }
  let any = i32x4.splat(0);
  for (let p = BLOCK; p < BLOCK + 8 * size; p += 32) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    any = v128.or(any, v128.or(i64x2.add(a, a), i64x2.add(b, b)));
    all = i32x4.max_u(all, v128.and(i32x4.shuffle(a, b, 1, 3, 5, 7), i32x4.splat(0x7fffffff)));
  }
  return v128.any_true(any) ? (largest(all) >> 20) + 1 : 0;
}

/** Floats of BLOCK to integers in their place, relative to the exponent. */
function quantize<T>(exponent: u32, size: usize): void {
  if (sizeof<T>() === 4) {
    // 2^(30 - exponent), without bias. What is too large for a float makes the most negative integer of everything, as the
    // conversion of infinity and NaN does in zfp on the usual machines.
    const power = 157 - <i32>exponent;
    if (power > 127) {
      for (let p = BLOCK; p < BLOCK + 4 * size; p += 16) v128.store(p, i32x4.splat(i32.MIN_VALUE));
      return;
    }
    const scale = f32x4.splat(reinterpret<f32>((power + 127) << 23));
    for (let p = BLOCK; p < BLOCK + 4 * size; p += 16)
      v128.store(p, i32x4.trunc_sat_f32x4_s(f32x4.mul(v128.load(p), scale)));
  } else {
    const power = 1085 - <i32>exponent;
    if (power > 1023) {
      for (let p = BLOCK; p < BLOCK + 8 * size; p += 8) store<i64>(p, i64.MIN_VALUE);
      return;
    }
    const scale = reinterpret<f64>((<u64>(power + 1023)) << 52);
    for (let p = BLOCK; p < BLOCK + 8 * size; p += 8) store<i64>(p, <i64>(load<f64>(p) * scale));
  }
}

/** A block without a value worth a bit. */
function writeZero(): void {
  write(0, 1);
  if (minBits > 1) pad(minBits - 1);
}

/** The start of a block, up to its integers; gives how many planes it has, 0 where it was written already. */
function begin<T>(exponent: u32): i32 {
  const planes = planesOf(<i32>exponent - (sizeof<T>() === 4 ? 127 : 1023));
  if (exponent === 0 || planes === 0) {
    writeZero();
    return 0;
  }
  write(2 * exponent + 1, sizeof<T>() === 4 ? 9 : 12);
  return planes;
}

/** The address where the bits of a block's integers must end, as far as that may come too early. */
function limitOf<T>(planes: i32): u32 {
  const most = maxBits - (sizeof<T>() === 4 ? 9 : 12);
  return isLimited(planes, most) ? outPosition() + most : u32.MAX_VALUE;
}

/** Cuts or fills what was written of a block from the bit `start` on. */
function finish(start: u32, limit: u32): void {
  if (outPosition() > limit) truncate(limit);
  const length = outPosition() - start;
  if (length < minBits) pad(minBits - length);
}

/** BLOCK. */
function encodeBlock<T, I>(exponent: u32): void {
  const start = outPosition();
  const planes = begin<T>(exponent);
  if (planes === 0) return;
  const limit = limitOf<T>(planes);
  const coded = min(planes, <i32>(8 * sizeof<T>()));
  quantize<T>(exponent, blockSize);
  if (dimensions === 1) forwardRow<I>(BLOCK);
  else forwardBlock<I>(BLOCK, dimensions);
  orderCoefficients<I>(dimensions);
  if (dimensions === 1) encode4(coded, limit);
  else if (dimensions === 2) encode16(coded, limit);
  else encodeWide(coded, blockSize, limit);
  finish(start, limit);
}

/** 4 x 4 floats at `at`, in rows `row` bytes apart; false where one is not finite. */
function encodeSquare(at: usize, row: usize): bool {
  let x = v128.load(at);
  let y = v128.load(at + row);
  let z = v128.load(at + 2 * row);
  let w = v128.load(at + 3 * row);
  const sign = i32x4.splat(0x7fffffff);
  const bits = largest(
    i32x4.max_u(i32x4.max_u(v128.and(x, sign), v128.and(y, sign)), i32x4.max_u(v128.and(z, sign), v128.and(w, sign))),
  );
  if (bits >= 0x7f800000) return false;
  const exponent = bits === 0 ? 0 : (bits >> 23) + 1;
  const start = outPosition();
  const planes = begin<f32>(exponent);
  if (planes === 0) return true;
  const power = 157 - <i32>exponent;
  if (power > 127) {
    x = i32x4.splat(i32.MIN_VALUE);
    y = x;
    z = x;
    w = x;
  } else {
    const scale = f32x4.splat(reinterpret<f32>((power + 127) << 23));
    x = i32x4.trunc_sat_f32x4_s(f32x4.mul(x, scale));
    y = i32x4.trunc_sat_f32x4_s(f32x4.mul(y, scale));
    z = i32x4.trunc_sat_f32x4_s(f32x4.mul(z, scale));
    w = i32x4.trunc_sat_f32x4_s(f32x4.mul(w, scale));
  }
  // Along x, then along y: `forward` and `transpose4` of lift.ts, without leaving the registers.
  for (let turn = 0; turn < 2; turn++) {
    const ab = i32x4.shuffle(x, y, 0, 4, 1, 5);
    const cd = i32x4.shuffle(z, w, 0, 4, 1, 5);
    const ef = i32x4.shuffle(x, y, 2, 6, 3, 7);
    const gh = i32x4.shuffle(z, w, 2, 6, 3, 7);
    x = i64x2.shuffle(ab, cd, 0, 2);
    y = i64x2.shuffle(ab, cd, 1, 3);
    z = i64x2.shuffle(ef, gh, 0, 2);
    w = i64x2.shuffle(ef, gh, 1, 3);
    x = i32x4.shr_s(i32x4.add(x, w), 1);
    w = i32x4.sub(w, x);
    z = i32x4.shr_s(i32x4.add(z, y), 1);
    y = i32x4.sub(y, z);
    x = i32x4.shr_s(i32x4.add(x, z), 1);
    z = i32x4.sub(z, x);
    w = i32x4.shr_s(i32x4.add(w, y), 1);
    y = i32x4.sub(y, w);
    w = i32x4.add(w, i32x4.shr_s(y, 1));
    y = i32x4.sub(y, i32x4.shr_s(w, 1));
  }
  const a = bySignificance(toNegabinary(x));
  const b = bySignificance(toNegabinary(y));
  const c = bySignificance(toNegabinary(z));
  const d = bySignificance(toNegabinary(w));
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(GROUPS, inSequence(i64x2.shuffle(ab, cd, 0, 2)));
  v128.store(GROUPS, inSequence(i64x2.shuffle(ab, cd, 1, 3)), 16);
  v128.store(GROUPS, inSequence(i64x2.shuffle(ef, gh, 0, 2)), 32);
  v128.store(GROUPS, inSequence(i64x2.shuffle(ef, gh, 1, 3)), 48);
  const limit = limitOf<f32>(planes);
  encode16(min(planes, 32), limit);
  finish(start, limit);
  return true;
}

/** Blocks of an array; false where one has a value that is not finite: then nothing of the stream is of use. */
function encodeArray<T, I>(at: usize, nx: usize, ny: usize, nz: usize, nw: usize, first: usize, count: usize): bool {
  openArray(at, nx, ny, nz, nw, first);
  for (; count > 0; count--, nextBlock()) {
    if (sizeof<T>() === 4 && dimensions === 2) {
      const full = full2<T>();
      if (full === 0) gather<T>(2);
      if (!encodeSquare(full === 0 ? BLOCK : full, full === 0 ? 16 : rowBytes<T>())) return false;
      continue;
    }
    gather<T>(dimensions);
    const exponent = exponentOf<T>(blockSize);
    if (exponent > (sizeof<T>() === 4 ? 255 : 2047)) return false;
    encodeBlock<T, I>(exponent);
  }
  return true;
}

/** Blocks of a float32 array of (nw, nz, ny, nx) values, from the one numbered `first` on; 0 where a value is not finite. */
export function encodeFloat32(at: usize, nx: usize, ny: usize, nz: usize, nw: usize, first: usize, count: usize): bool {
  return encodeArray<f32, i32>(at, nx, ny, nz, nw, first, count);
}

/** The same for float64. */
export function encodeFloat64(at: usize, nx: usize, ny: usize, nz: usize, nw: usize, first: usize, count: usize): bool {
  return encodeArray<f64, i64>(at, nx, ny, nz, nw, first, count);
}

export { continueWriting, flushWriting, startWriting, writtenTo } from './bit-writer';
export { configure } from './mode';
export { prepare } from './scratch';
