// Between the integers of a block, in the order of the array, and bytes of equal significance in the order of coding, from
// which bit planes are taken. Signed integers become negabinary ones.
import { BLOCK, GROUPS, HIGH, LOW } from './scratch';
import { sequency3, sequency4 } from './sequency';

const negabinary64: u64 = ((<u64>0xaaaaaaaa) << 32) | 0xaaaaaaaa;

export function toNegabinary(x: v128): v128 {
  const mask = i32x4.splat(0xaaaaaaaa);
  return v128.xor(i32x4.add(x, mask), mask);
}

export function fromNegabinary(x: v128): v128 {
  const mask = i32x4.splat(0xaaaaaaaa);
  return i32x4.sub(v128.xor(x, mask), mask);
}

/** Of four integers: their top bytes, then the next ones, and so on. */
export function bySignificance(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 7, 11, 15, 2, 6, 10, 14, 1, 5, 9, 13, 0, 4, 8, 12);
}

/** The inverse of {@link bySignificance}. */
export function byNumber(x: v128): v128 {
  return i8x16.shuffle(x, x, 12, 8, 4, 0, 13, 9, 5, 1, 14, 10, 6, 2, 15, 11, 7, 3);
}

/** 16 bytes of a block of 4 x 4 in the order of coding. */
export function inSequence(x: v128): v128 {
  return i8x16.shuffle(x, x, 0, 1, 4, 5, 2, 8, 6, 9, 3, 12, 10, 7, 13, 11, 14, 15);
}

/** The inverse of {@link inSequence}. */
export function inPlace(x: v128): v128 {
  return i8x16.shuffle(x, x, 0, 1, 4, 8, 2, 3, 6, 11, 5, 7, 10, 13, 9, 12, 14, 15);
}

/** Splits 16 integers of 32 bits into 4 groups of bytes, `step` apart. */
export function split(from: usize, to: usize, step: usize): void {
  const a = bySignificance(v128.load(from));
  const b = bySignificance(v128.load(from, 16));
  const c = bySignificance(v128.load(from, 32));
  const d = bySignificance(v128.load(from, 48));
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(to + step, i64x2.shuffle(ab, cd, 1, 3));
  v128.store(to + 2 * step, i64x2.shuffle(ef, gh, 0, 2));
  v128.store(to + 3 * step, i64x2.shuffle(ef, gh, 1, 3));
}

/** The inverse of {@link split}. */
export function join(from: usize, step: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + step);
  const c = v128.load(from + 2 * step);
  const d = v128.load(from + 3 * step);
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, byNumber(i64x2.shuffle(ab, cd, 0, 2)));
  v128.store(to, byNumber(i64x2.shuffle(ab, cd, 1, 3)), 16);
  v128.store(to, byNumber(i64x2.shuffle(ef, gh, 0, 2)), 32);
  v128.store(to, byNumber(i64x2.shuffle(ef, gh, 1, 3)), 48);
}

/** The integers of BLOCK, as coefficients in the order of coding, to HIGH and LOW. */
function collect<I>(sequency: usize, size: usize): void {
  for (let i: usize = 0; i < size; i++) {
    const place: usize = load<u8>(sequency + i);
    if (sizeof<I>() === 4) store<u32>(HIGH + 4 * i, (load<u32>(BLOCK + 4 * place) + 0xaaaaaaaa) ^ 0xaaaaaaaa);
    else {
      const value = (load<u64>(BLOCK + 8 * place) + negabinary64) ^ negabinary64;
      store<u32>(HIGH + 4 * i, <u32>(value >> 32));
      store<u32>(LOW + 4 * i, <u32>value);
    }
  }
}

/** The inverse of {@link collect}. */
function distribute<I>(sequency: usize, size: usize): void {
  for (let i: usize = 0; i < size; i++) {
    const place: usize = load<u8>(sequency + i);
    if (sizeof<I>() === 4) store<u32>(BLOCK + 4 * place, (load<u32>(HIGH + 4 * i) ^ 0xaaaaaaaa) - 0xaaaaaaaa);
    else {
      const value = ((<u64>load<u32>(HIGH + 4 * i)) << 32) | <u64>load<u32>(LOW + 4 * i);
      store<u64>(BLOCK + 8 * place, (value ^ negabinary64) - negabinary64);
    }
  }
}

/** The integers of BLOCK, as negabinary ones in the same order, to HIGH and LOW. */
function toHighAndLow<I>(size: usize): void {
  if (sizeof<I>() === 4) {
    for (let i: usize = 0; i < 4 * size; i += 16) v128.store(HIGH + i, toNegabinary(v128.load(BLOCK + i)));
    return;
  }
  const mask = i64x2.splat(negabinary64);
  for (let i: usize = 0; i < 4 * size; i += 16) {
    const a = v128.xor(i64x2.add(v128.load(BLOCK + 2 * i), mask), mask);
    const b = v128.xor(i64x2.add(v128.load(BLOCK + 2 * i, 16), mask), mask);
    v128.store(HIGH + i, i32x4.shuffle(a, b, 1, 3, 5, 7));
    v128.store(LOW + i, i32x4.shuffle(a, b, 0, 2, 4, 6));
  }
}

/** The inverse of {@link toHighAndLow}. */
function fromHighAndLow<I>(size: usize): void {
  if (sizeof<I>() === 4) {
    for (let i: usize = 0; i < 4 * size; i += 16) v128.store(BLOCK + i, fromNegabinary(v128.load(HIGH + i)));
    return;
  }
  const mask = i64x2.splat(negabinary64);
  for (let i: usize = 0; i < 4 * size; i += 16) {
    const high = v128.load(HIGH + i);
    const low = v128.load(LOW + i);
    const a = i32x4.shuffle(low, high, 0, 4, 1, 5);
    const b = i32x4.shuffle(low, high, 2, 6, 3, 7);
    v128.store(BLOCK + 2 * i, i64x2.sub(v128.xor(a, mask), mask));
    v128.store(BLOCK + 2 * i, i64x2.sub(v128.xor(b, mask), mask), 16);
  }
}

/** From BLOCK to HIGH and LOW (one dimension), or on to GROUPS. */
export function orderCoefficients<I>(dims: i32): void {
  const size: usize = 1 << (2 * dims);
  if (dims <= 2) toHighAndLow<I>(size);
  else collect<I>(dims === 3 ? sequency3 : sequency4, size);
  for (let i: usize = 0; i + 16 <= size; i += 16) {
    split(HIGH + 4 * i, GROUPS + i, size);
    if (sizeof<I>() === 8) split(LOW + 4 * i, GROUPS + 4 * size + i, size);
  }
  if (dims === 2)
    for (let group = GROUPS; group < GROUPS + 16 * sizeof<I>(); group += 16)
      v128.store(group, inSequence(v128.load(group)));
}

/** The inverse of {@link orderCoefficients}. */
export function placeCoefficients<I>(dims: i32): void {
  const size: usize = 1 << (2 * dims);
  if (dims === 2)
    for (let group = GROUPS; group < GROUPS + 16 * sizeof<I>(); group += 16)
      v128.store(group, inPlace(v128.load(group)));
  for (let i: usize = 0; i + 16 <= size; i += 16) {
    join(GROUPS + i, size, HIGH + 4 * i);
    if (sizeof<I>() === 8) join(GROUPS + 4 * size + i, size, LOW + 4 * i);
  }
  if (dims <= 2) fromHighAndLow<I>(size);
  else distribute<I>(dims === 3 ? sequency3 : sequency4, size);
}
