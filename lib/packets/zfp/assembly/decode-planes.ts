// The inverse of `encode-planes.ts`.
import { inPosition, moveTo, peek, readBit } from './bit-reader';
import { DECODED4, GROUPS, HIGH, LOW, PLANES } from './scratch';

/**
 * One plane of which not all need be there: bits end at the address `end`. Its bits are left in the first plane of PLANES; gives how many
 * coefficients have had a one.
 */
function decodeShort(n: u32, size: u32, end: u32): u32 {
  memory.fill(PLANES, 0, 32);
  const known = min(n, end - inPosition);
  for (let i: u32 = 0; i < known; i++) if (readBit()) setBit(i);
  while (inPosition < end && n < size) {
    if (!readBit()) break;
    for (; inPosition < end && n < size - 1; n++) if (readBit()) break;
    setBit(n++);
  }
  return n;
}

function setBit(i: u32): void {
  const byte = PLANES + (i >> 3);
  store<u8>(byte, <u8>(<u32>load<u8>(byte) | (1 << (i & 7))));
}

/** Blocks of 4, to HIGH and LOW. Bits end at the address `end`. */
export function decode4(planes: i32, end: u32): void {
  const each = i32x4(1, 2, 4, 8);
  let position = inPosition;
  let n: u32 = 0;
  let x = i32x4.splat(0);
  let high = x;
  for (let k = 0; k < planes; k++) {
    if (k === 32) {
      high = x;
      x = i32x4.splat(0);
    }
    if (n === 4 && k + 8 <= planes && (k & 31) <= 24 && position + 32 <= end) {
      let eight = <u32>peek(position);
      for (let i = 0; i < 8; i++) {
        x = i32x4.sub(i32x4.shl(x, 1), i32x4.eq(v128.and(i32x4.splat(eight), each), each));
        eight >>= 4;
      }
      position += 32;
      k += 7;
      continue;
    }
    let plane: u32 = 0;
    if (position + 8 <= end) {
      const bits = <u32>peek(position);
      if (n === 4) {
        plane = bits & 15;
        position += 4;
      } else {
        const meaning = load<u32>(DECODED4 + 4 * ((n << 8) | (bits & 255)));
        plane = meaning & 15;
        position += (meaning >> 16) & 255;
        n = meaning >> 24;
      }
    } else if (position < end) {
      moveTo(position);
      n = decodeShort(n, 4, end);
      position = inPosition;
      plane = load<u8>(PLANES);
    }
    x = i32x4.sub(i32x4.shl(x, 1), i32x4.eq(v128.and(i32x4.splat(plane), each), each));
  }
  moveTo(position);
  if (planes < 32) {
    v128.store(HIGH, i32x4.shl(x, 32 - planes));
    v128.store(LOW, i32x4.splat(0));
  } else if (planes === 32) {
    v128.store(HIGH, x);
    v128.store(LOW, i32x4.splat(0));
  } else {
    v128.store(HIGH, high);
    v128.store(LOW, i32x4.shl(x, 64 - planes));
  }
}

/** 16 bits of a plane below what was there. */
function append(x: v128, plane: v128): v128 {
  const each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const spread = i8x16.shuffle(plane, plane, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  return i8x16.sub(i8x16.add(x, x), i8x16.eq(v128.and(spread, each), each));
}

/** Blocks of 16, to `groups` groups of GROUPS. Bits end at the address `end`. */
export function decode16(planes: i32, groups: i32, end: u32): void {
  let position = inPosition;
  let n: u32 = 0;
  for (let g = 0; g < groups; g++) {
    const here = min(planes - 8 * g, 8);
    let x = i32x4.splat(0);
    if (here > 0) {
      for (let k = 0; k < here; k++) {
        if (n === 16 && k + 4 <= here && position + 64 <= end) {
          const at = position >> 3;
          const shift = <u64>(position & 7);
          const four = (load<u64>(at) >> shift) | (((<u64>load<u8>(at, 8)) << (63 - shift)) << 1);
          const planes = i64x2.splat(four);
          x = append(x, planes);
          x = append(x, i8x16.shuffle(planes, planes, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3));
          x = append(x, i8x16.shuffle(planes, planes, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5));
          x = append(x, i8x16.shuffle(planes, planes, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7));
          position += 64;
          k += 3;
          continue;
        }
        let plane: u32 = 0;
        if (position + 32 <= end) {
          let bits = peek(position);
          if (n === 16) {
            plane = <u32>bits & 0xffff;
            position += 16;
          } else {
            plane = <u32>bits & ((1 << n) - 1);
            bits >>= <u64>n;
            position += n;
            for (;;) {
              position++;
              if (!(bits & 1)) break;
              const most = 15 - n;
              // The last coefficient needs no one of its own.
              const zeros = ctz<u32>(<u32>(bits >> 1) | (1 << most));
              n += zeros;
              plane |= 1 << n;
              n++;
              position += zeros;
              if (n === 16) break;
              position++;
              bits >>= <u64>(zeros + 2);
            }
          }
        } else if (position < end) {
          moveTo(position);
          n = decodeShort(n, 16, end);
          position = inPosition;
          plane = load<u16>(PLANES);
        }
        x = append(x, i16x8.splat(<i16>plane));
      }
      x = i8x16.shl(x, 8 - here);
    }
    v128.store(GROUPS + 16 * g, x);
  }
  moveTo(position);
}

/** The runs of one plane of PLANES after its first `n` bits; gives the new `n`. */
function decodeRuns(n: u32, size: u32): u32 {
  let position = inPosition;
  while (n < size) {
    if (!((<u32>load<u8>(position >> 3) >> (position & 7)) & 1)) {
      position++;
      break;
    }
    position++;
    for (;;) {
      const most = size - 1 - n;
      const zeros = <u32>ctz<u64>(peek(position) | ((<u64>1) << 56));
      if (most <= min<u32>(zeros, 55)) {
        n += most;
        position += most;
        break;
      }
      n += zeros;
      position += zeros;
      if (zeros < 56) {
        position++;
        break;
      }
    }
    setBit(n++);
  }
  moveTo(position);
  return n;
}

/** Blocks of 64 or 256, to `groups` groups of GROUPS. Bits end at the address `end`. */
export function decodeWide(planes: i32, groups: i32, size: u32, end: u32): void {
  memory.fill(GROUPS, 0, groups * size);
  let n: u32 = 0;
  for (let k = 0; k < planes && inPosition < end; k++) {
    if (inPosition + 2 * size <= end) {
      let i: u32 = 0;
      for (; i + 32 <= n; i += 32) {
        store<u32>(PLANES + (i >> 3), <u32>peek(inPosition));
        moveTo(inPosition + 32);
      }
      store<u32>(PLANES + (i >> 3), <u32>peek(inPosition) & ((1 << (n - i)) - 1));
      moveTo(inPosition + (n - i));
      for (i += 32; i < size; i += 32) store<u32>(PLANES + (i >> 3), 0);
      n = decodeRuns(n, size);
    } else n = decodeShort(n, size, end);
    const group = GROUPS + <usize>(k >> 3) * size;
    const value: u32 = 0x80 >> (k & 7);
    const each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
    const bit = i8x16.splat(<i8>value);
    for (let i: u32 = 0; i < size; i += 16) {
      const plane = v128.load16_splat(PLANES + (i >> 3));
      const spread = i8x16.shuffle(plane, plane, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
      const ones = v128.and(i8x16.eq(v128.and(spread, each), each), bit);
      v128.store(group + i, v128.or(v128.load(group + i), ones));
    }
  }
}
