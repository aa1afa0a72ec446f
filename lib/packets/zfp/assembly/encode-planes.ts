// zfp's embedded coding of bit planes, from the top one down. Of each plane the bits of the coefficients that have had a one
// are written as they are, those of the others as runs; see `prepare` for their code.
import { outAt, outBits, outCount, putBack, write } from './bit-writer';
import { ENCODED4, EXPANDED, GROUPS, HIGH, LOW, PLANES } from './scratch';

/** 16 bits in the code of runs; it has as many bits as they are, and one more for each one. */
function expand(bits: u32): u64 {
  const low = bits & 255;
  return (
    <u64>load<u16>(EXPANDED + 2 * low) | ((<u64>load<u16>(EXPANDED + 2 * (bits >> 8))) << (8 + popcnt<u64>(<u64>low)))
  );
}

/** Blocks of 4, whose coefficients are in HIGH and LOW. Stops once `limit` (a bit's address) is reached. */
export function encode4(planes: i32, limit: u32): void {
  let at = outAt;
  let count = outCount;
  let bits = outBits;
  let x = v128.load(HIGH);
  let n: u32 = 0;
  for (let k = 0; k < planes; k++) {
    if (k === 32) x = v128.load(LOW);
    if (n === 4 && k + 8 <= planes && (k & 31) <= 24) {
      let eight: u32 = 0;
      for (let i: u32 = 0; i < 32; i += 4) {
        eight |= i32x4.bitmask(x) << i;
        x = i32x4.shl(x, 1);
      }
      bits |= (<u64>eight) << count;
      store<u64>(at, bits);
      at += 4;
      bits >>= 32;
      k += 7;
      if (((<u32>at) << 3) + <u32>count >= limit) break;
      continue;
    }
    const plane = i32x4.bitmask(x);
    x = i32x4.shl(x, 1);
    const code = load<u32>(ENCODED4 + 4 * ((n << 4) | plane));
    bits |= (<u64>(code & 0xffff)) << count;
    count += <u64>((code >> 16) & 255);
    n = code >> 24;
    store<u64>(at, bits);
    at += <usize>(count >> 3);
    bits >>= count & 56;
    count &= 7;
    if (((<u32>at) << 3) + <u32>count >= limit) break;
  }
  putBack(at, count, bits);
}

/** Blocks of 16, whose bytes are in GROUPS. Stops once `limit` (a bit's address) is reached. */
export function encode16(planes: i32, limit: u32): void {
  let at = outAt;
  let count = outCount;
  let bits = outBits;
  let n: u32 = 0;
  let group = GROUPS;
  for (let left = planes; left > 0; left -= 8, group += 16) {
    let x = v128.load(group);
    for (let k = min(left, 8); k > 0; k--) {
      if (n === 16 && k >= 4) {
        // Four whole planes are 64 bits: as many wait after as before.
        let four: u64 = i8x16.bitmask(x);
        x = i8x16.add(x, x);
        four |= (<u64>(<u32>i8x16.bitmask(x))) << 16;
        x = i8x16.add(x, x);
        four |= (<u64>(<u32>i8x16.bitmask(x))) << 32;
        x = i8x16.add(x, x);
        four |= (<u64>(<u32>i8x16.bitmask(x))) << 48;
        x = i8x16.add(x, x);
        store<u64>(at, bits | (four << count));
        at += 8;
        bits = (four >> 1) >> (63 - count);
        k -= 3;
        if (((<u32>at) << 3) + <u32>count >= limit) {
          store<u8>(at, <u8>bits);
          putBack(at, count, bits);
          return;
        }
        continue;
      }
      const plane: u32 = i8x16.bitmask(x);
      x = i8x16.add(x, x);
      if (n === 16) {
        bits |= (<u64>plane) << count;
        count += 16;
      } else {
        const rest = plane >> n;
        if (rest === 0) {
          bits |= (<u64>plane) << count;
          count += <u64>(n + 1);
        } else {
          const last = 31 - clz<u32>(rest);
          const known = plane & ((1 << n) - 1);
          // With a zero as the last test, or without the last one and a test, where it can only be the last coefficient.
          const ends: u32 = n + last === 15 ? 1 : 0;
          const valid = <u64>(n + last + popcnt<u32>(rest) + 1 - ends);
          const code = <u64>known | (((expand(rest) << 1) | 1) << (<u64>n));
          bits |= (code & (((<u64>1) << valid) - 1)) << count;
          count += valid + <u64>(1 - ends);
          n += last + 1;
        }
      }
      store<u64>(at, bits);
      at += <usize>(count >> 3);
      bits >>= count & 56;
      count &= 7;
      if (((<u32>at) << 3) + <u32>count >= limit) {
        putBack(at, count, bits);
        return;
      }
    }
  }
  putBack(at, count, bits);
}

/** From GROUPS to PLANES. */
function takePlanes(planes: i32, size: usize): void {
  const words = size >> 6;
  for (let word: usize = 0; word < words; word++) {
    let from = GROUPS + 64 * word;
    let to = PLANES + 8 * word;
    for (let left = planes; left > 0; left -= 8, from += size) {
      let a = v128.load(from);
      let b = v128.load(from, 16);
      let c = v128.load(from, 32);
      let d = v128.load(from, 48);
      for (let k = min(left, 8); k > 0; k--, to += 8 * words) {
        const low: u32 = i8x16.bitmask(a) | (i8x16.bitmask(b) << 16);
        const high: u32 = i8x16.bitmask(c) | (i8x16.bitmask(d) << 16);
        store<u64>(to, <u64>low | ((<u64>high) << 32));
        a = i8x16.add(a, a);
        b = i8x16.add(b, b);
        c = i8x16.add(c, c);
        d = i8x16.add(d, d);
      }
    }
  }
}

/** The place of the last one of a plane, or -1. */
function lastOne(plane: usize, size: usize): i32 {
  for (let word = <i32>(size >> 6) - 1; word >= 0; word--) {
    const bits = load<u64>(plane + 8 * word);
    if (bits !== 0) return 64 * word + 63 - <i32>clz<u64>(bits);
  }
  return -1;
}

/** Blocks of 64 or 256, whose bytes are in GROUPS. Stops once `limit` (a bit's address) is reached. */
export function encodeWide(planes: i32, size: usize, limit: u32): void {
  takePlanes(planes, size);
  let plane = PLANES;
  let n: i32 = 0;
  for (let k = 0; k < planes; k++, plane += size >> 3) {
    let i = 0;
    for (; i + 32 <= n; i += 32) write(load<u32>(plane + (i >> 3)), 32);
    if (i < n) write(load<u32>(plane + (i >> 3)) & ((1 << (n - i)) - 1), <u64>(n - i));
    if (n < <i32>size) {
      const last = lastOne(plane, size);
      if (last < n) write(0, 1);
      else {
        write(1, 1);
        for (i = n; i + 16 <= last; i += 16) {
          const bits = <u32>(load<u64>(plane + (i >> 3)) >> (i & 7)) & 0xffff;
          write(expand(bits), <u64>(16 + popcnt<u32>(bits)));
        }
        const length = last + 1 - i;
        const bits = <u32>(load<u64>(plane + (i >> 3)) >> (i & 7)) & ((1 << length) - 1);
        const ends = last === <i32>size - 1 ? 1 : 0;
        const valid = <u64>(length + popcnt<i32>(bits) - 1 - ends);
        write(expand(bits) & (((<u64>1) << valid) - 1), valid + <u64>(1 - ends));
        n = last + 1;
      }
    }
    if (((<u32>outAt) << 3) + <u32>outCount >= limit) break;
  }
}
