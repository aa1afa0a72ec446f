// zfp's stream to blocks of floats (zfp 1.0, BSD-3; rounding mode "never").
import { inPosition, moveTo, peek } from './bit-reader';
import { full2, nextBlock, openArray, rowBytes, scatter } from './blocks';
import { byNumber, fromNegabinary, inPlace, placeCoefficients } from './coefficients';
import { decode4, decode16, decodeWide } from './decode-planes';
import { inverseBlock, inverseRow } from './lift';
import { blockSize, dimensions, isLimited, maxBits, minBits, planesOf } from './mode';
import { BLOCK, GROUPS } from './scratch';

/** 2^power, rounded where it is too small to be normal. */
function powerOf2(power: i32): f64 {
  if (power >= -1022) return reinterpret<f64>((<u64>(power + 1023)) << 52);
  return power >= -1074 ? reinterpret<f64>((<u64>1) << (<u64>(power + 1074))) : 0;
}

/** Where the bits of a block's integers end, as far as that may be too early; u32.MAX_VALUE else. */
function endOf<T>(planes: i32): u32 {
  const most = maxBits - (sizeof<T>() === 4 ? 9 : 12);
  return isLimited(planes, most) ? inPosition + most : u32.MAX_VALUE;
}

/** Skips what fills a block that began at the bit `start`. */
function finish(start: u32): void {
  if (inPosition - start < minBits) moveTo(start + minBits);
}

/** To BLOCK. */
function decodeBlock<T, I>(): void {
  const start = inPosition;
  const bits = peek(start);
  if (!(bits & 1)) {
    memory.fill(BLOCK, 0, blockSize * sizeof<T>());
    moveTo(start + 1);
    finish(start);
    return;
  }
  const exponent = sizeof<T>() === 4 ? (<i32>(bits >> 1) & 255) - 127 : (<i32>(bits >> 1) & 2047) - 1023;
  moveTo(start + (sizeof<T>() === 4 ? 9 : 12));
  const planes = planesOf(exponent);
  const end = endOf<T>(planes);
  const coded = min(planes, <i32>(8 * sizeof<T>()));
  if (dimensions === 1) decode4(coded, end);
  else if (dimensions === 2) decode16(coded, sizeof<T>(), end);
  else decodeWide(coded, sizeof<T>(), blockSize, end);
  finish(start);
  placeCoefficients<I>(dimensions);
  if (dimensions === 1) inverseRow<I>(BLOCK);
  else inverseBlock<I>(BLOCK, dimensions);
  if (sizeof<T>() === 4) {
    const scale = f32x4.splat(<f32>powerOf2(exponent - 30));
    for (let p = BLOCK; p < BLOCK + 4 * blockSize; p += 16)
      v128.store(p, f32x4.mul(f32x4.convert_i32x4_s(v128.load(p)), scale));
  } else {
    const scale = powerOf2(exponent - 62);
    for (let p = BLOCK; p < BLOCK + 8 * blockSize; p += 8) store<f64>(p, <f64>load<i64>(p) * scale);
  }
}

/** 4 x 4 floats to `at`, in rows `row` bytes apart. */
function decodeSquare(at: usize, row: usize): void {
  const start = inPosition;
  const bits = peek(start);
  if (!(bits & 1)) {
    const zero = i32x4.splat(0);
    v128.store(at, zero);
    v128.store(at + row, zero);
    v128.store(at + 2 * row, zero);
    v128.store(at + 3 * row, zero);
    moveTo(start + 1);
    finish(start);
    return;
  }
  const exponent = (<i32>(bits >> 1) & 255) - 127;
  moveTo(start + 9);
  const planes = planesOf(exponent);
  decode16(min(planes, 32), 4, endOf<f32>(planes));
  finish(start);
  const a = inPlace(v128.load(GROUPS));
  const b = inPlace(v128.load(GROUPS, 16));
  const c = inPlace(v128.load(GROUPS, 32));
  const d = inPlace(v128.load(GROUPS, 48));
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  let x = fromNegabinary(byNumber(i64x2.shuffle(ab, cd, 0, 2)));
  let y = fromNegabinary(byNumber(i64x2.shuffle(ab, cd, 1, 3)));
  let z = fromNegabinary(byNumber(i64x2.shuffle(ef, gh, 0, 2)));
  let w = fromNegabinary(byNumber(i64x2.shuffle(ef, gh, 1, 3)));
  // Along y, then along x: `inverse` and `transpose4` of lift.ts, without leaving the registers.
  for (let turn = 0; turn < 2; turn++) {
    y = i32x4.add(y, i32x4.shr_s(w, 1));
    w = i32x4.sub(w, i32x4.shr_s(y, 1));
    y = i32x4.add(y, w);
    w = i32x4.sub(w, i32x4.sub(y, w));
    z = i32x4.add(z, x);
    x = i32x4.sub(x, i32x4.sub(z, x));
    y = i32x4.add(y, z);
    z = i32x4.sub(z, i32x4.sub(y, z));
    w = i32x4.add(w, x);
    x = i32x4.sub(x, i32x4.sub(w, x));
    const ab = i32x4.shuffle(x, y, 0, 4, 1, 5);
    const cd = i32x4.shuffle(z, w, 0, 4, 1, 5);
    const ef = i32x4.shuffle(x, y, 2, 6, 3, 7);
    const gh = i32x4.shuffle(z, w, 2, 6, 3, 7);
    x = i64x2.shuffle(ab, cd, 0, 2);
    y = i64x2.shuffle(ab, cd, 1, 3);
    z = i64x2.shuffle(ef, gh, 0, 2);
    w = i64x2.shuffle(ef, gh, 1, 3);
  }
  const scale = f32x4.splat(<f32>powerOf2(exponent - 30));
  v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(x), scale));
  v128.store(at + row, f32x4.mul(f32x4.convert_i32x4_s(y), scale));
  v128.store(at + 2 * row, f32x4.mul(f32x4.convert_i32x4_s(z), scale));
  v128.store(at + 3 * row, f32x4.mul(f32x4.convert_i32x4_s(w), scale));
}

function decodeArray<T, I>(
  position: u32,
  at: usize,
  nx: usize,
  ny: usize,
  nz: usize,
  nw: usize,
  first: usize,
  count: usize,
): u32 {
  moveTo(position);
  openArray(at, nx, ny, nz, nw, first);
  for (; count > 0; count--, nextBlock()) {
    if (sizeof<T>() === 4 && dimensions === 2) {
      const full = full2<T>();
      if (full !== 0) decodeSquare(full, rowBytes<T>());
      else {
        decodeSquare(BLOCK, 16);
        scatter<T>();
      }
    } else {
      decodeBlock<T, I>();
      scatter<T>();
    }
  }
  return inPosition;
}

/**
 * Blocks of a float32 array of (nw, nz, ny, nx) values, from the one numbered `first` on, out of the stream from the bit `position` on
 * (counted from address 0); gives the bit after them.
 */
export function decodeFloat32(
  position: u32,
  at: usize,
  nx: usize,
  ny: usize,
  nz: usize,
  nw: usize,
  first: usize,
  count: usize,
): u32 {
  return decodeArray<f32, i32>(position, at, nx, ny, nz, nw, first, count);
}

/** The same for float64. */
export function decodeFloat64(
  position: u32,
  at: usize,
  nx: usize,
  ny: usize,
  nz: usize,
  nw: usize,
  first: usize,
  count: usize,
): u32 {
  return decodeArray<f64, i64>(position, at, nx, ny, nz, nw, first, count);
}
