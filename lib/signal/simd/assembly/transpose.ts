// Lanes that are not neighbours in memory, into rows and back. A strip is [blocks][rows][inner] samples, `blocks` bytes
// apart (what lies at one stretch of the axis in an array of shape (outer, length, inner)); lane l is block l / inner,
// sample l % inner of each row. Rows are `group` lanes wide, groups are `groupStride` bytes apart.
import { pair } from './load';

/** Where the samples of lane `l` begin in a strip. */
function start<T>(l: usize, inner: usize, blockStride: usize): usize {
  return (l / inner) * blockStride + (l % inner) * sizeof<T>();
}

function into<S, D>(
  strip: usize,
  blockStride: usize,
  inner: usize,
  lanes: usize,
  rows: usize,
  to: usize,
  group: usize,
  groupStride: usize,
): void {
  const step = inner * sizeof<S>();
  const down = group * sizeof<D>();
  let l: usize = 0;
  for (; l + 4 <= lanes; l += 4) {
    // Four lanes at once: four streams are read in order, and a cache line of a row is touched twice, not eight times.
    const o0 = start<S>(l, inner, blockStride);
    const o1 = start<S>(l + 1, inner, blockStride);
    const o2 = start<S>(l + 2, inner, blockStride);
    const o3 = start<S>(l + 3, inner, blockStride);
    let from = strip;
    let row = to + (l / group) * groupStride + (l % group) * sizeof<D>();
    let r: usize = 0;
    if (inner === 1 && sizeof<D>() === 8)
      for (; r + 2 <= rows; r += 2, from += 2 * step, row += 2 * down) {
        const p0 = pair<S>(from + o0);
        const p1 = pair<S>(from + o1);
        const p2 = pair<S>(from + o2);
        const p3 = pair<S>(from + o3);
        v128.store(row, i64x2.shuffle(p0, p1, 0, 2));
        v128.store(row, i64x2.shuffle(p2, p3, 0, 2), 16);
        v128.store(row + down, i64x2.shuffle(p0, p1, 1, 3));
        v128.store(row + down, i64x2.shuffle(p2, p3, 1, 3), 16);
      }
    else if (inner === 1)
      for (; r + 4 <= rows; r += 4, from += 4 * step, row += 4 * down) {
        const p0 = v128.load(from + o0);
        const p1 = v128.load(from + o1);
        const p2 = v128.load(from + o2);
        const p3 = v128.load(from + o3);
        const a = i32x4.shuffle(p0, p1, 0, 4, 1, 5);
        const b = i32x4.shuffle(p2, p3, 0, 4, 1, 5);
        const c = i32x4.shuffle(p0, p1, 2, 6, 3, 7);
        const d = i32x4.shuffle(p2, p3, 2, 6, 3, 7);
        v128.store(row, i64x2.shuffle(a, b, 0, 2));
        v128.store(row + down, i64x2.shuffle(a, b, 1, 3));
        v128.store(row + 2 * down, i64x2.shuffle(c, d, 0, 2));
        v128.store(row + 3 * down, i64x2.shuffle(c, d, 1, 3));
      }
    for (; r < rows; r++, from += step, row += down) {
      store<D>(row, <D>load<S>(from + o0));
      store<D>(row, <D>load<S>(from + o1), sizeof<D>());
      store<D>(row, <D>load<S>(from + o2), 2 * sizeof<D>());
      store<D>(row, <D>load<S>(from + o3), 3 * sizeof<D>());
    }
  }
  for (; l < lanes; l++) {
    let from = strip + start<S>(l, inner, blockStride);
    let row = to + (l / group) * groupStride + (l % group) * sizeof<D>();
    for (let r: usize = 0; r < rows; r++, from += step, row += down) store<D>(row, <D>load<S>(from));
  }
}

function outOf<T>(
  from: usize,
  group: usize,
  groupStride: usize,
  lanes: usize,
  rows: usize,
  strip: usize,
  blockStride: usize,
  inner: usize,
): void {
  const step = inner * sizeof<T>();
  const down = group * sizeof<T>();
  let l: usize = 0;
  for (; l + 4 <= lanes; l += 4) {
    const o0 = start<T>(l, inner, blockStride);
    const o1 = start<T>(l + 1, inner, blockStride);
    const o2 = start<T>(l + 2, inner, blockStride);
    const o3 = start<T>(l + 3, inner, blockStride);
    let to = strip;
    let row = from + (l / group) * groupStride + (l % group) * sizeof<T>();
    let r: usize = 0;
    if (inner === 1 && sizeof<T>() === 8)
      for (; r + 2 <= rows; r += 2, to += 2 * step, row += 2 * down) {
        const p0 = v128.load(row);
        const p1 = v128.load(row, 16);
        const q0 = v128.load(row + down);
        const q1 = v128.load(row + down, 16);
        v128.store(to + o0, i64x2.shuffle(p0, q0, 0, 2));
        v128.store(to + o1, i64x2.shuffle(p0, q0, 1, 3));
        v128.store(to + o2, i64x2.shuffle(p1, q1, 0, 2));
        v128.store(to + o3, i64x2.shuffle(p1, q1, 1, 3));
      }
    for (; r < rows; r++, to += step, row += down) {
      store<T>(to + o0, load<T>(row));
      store<T>(to + o1, load<T>(row, sizeof<T>()));
      store<T>(to + o2, load<T>(row, 2 * sizeof<T>()));
      store<T>(to + o3, load<T>(row, 3 * sizeof<T>()));
    }
  }
  for (; l < lanes; l++) {
    let to = strip + start<T>(l, inner, blockStride);
    let row = from + (l / group) * groupStride + (l % group) * sizeof<T>();
    for (let r: usize = 0; r < rows; r++, to += step, row += down) store<T>(to, load<T>(row));
  }
}

export function rowsFromFloat64(
  strip: usize,
  blockStride: usize,
  inner: usize,
  lanes: usize,
  rows: usize,
  to: usize,
  group: usize,
  groupStride: usize,
): void {
  into<f64, f64>(strip, blockStride, inner, lanes, rows, to, group, groupStride);
}

/** float32 to float64. */
export function rowsFromFloat32(
  strip: usize,
  blockStride: usize,
  inner: usize,
  lanes: usize,
  rows: usize,
  to: usize,
  group: usize,
  groupStride: usize,
): void {
  into<f32, f64>(strip, blockStride, inner, lanes, rows, to, group, groupStride);
}

/** int16 to float64. */
export function rowsFromInt16(
  strip: usize,
  blockStride: usize,
  inner: usize,
  lanes: usize,
  rows: usize,
  to: usize,
  group: usize,
  groupStride: usize,
): void {
  into<i16, f64>(strip, blockStride, inner, lanes, rows, to, group, groupStride);
}

/** float32 as it is. */
export function singleRowsFromFloat32(
  strip: usize,
  blockStride: usize,
  inner: usize,
  lanes: usize,
  rows: usize,
  to: usize,
  group: usize,
  groupStride: usize,
): void {
  into<f32, f32>(strip, blockStride, inner, lanes, rows, to, group, groupStride);
}

export function lanesFromFloat64(
  from: usize,
  group: usize,
  groupStride: usize,
  lanes: usize,
  rows: usize,
  strip: usize,
  blockStride: usize,
  inner: usize,
): void {
  outOf<f64>(from, group, groupStride, lanes, rows, strip, blockStride, inner);
}

export function lanesFromFloat32(
  from: usize,
  group: usize,
  groupStride: usize,
  lanes: usize,
  rows: usize,
  strip: usize,
  blockStride: usize,
  inner: usize,
): void {
  outOf<f32>(from, group, groupStride, lanes, rows, strip, blockStride, inner);
}
