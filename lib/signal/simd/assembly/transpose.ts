// Lanes that are not neighbours in memory, into rows and back. A strip is [blocks][rows][inner] samples, `blocks` bytes
// apart (what lies at one stretch of the axis in an array of shape (outer, length, inner)); lane l is block l / inner,
// sample l % inner of each row. Rows are `group` lanes wide, groups are `groupStride` bytes apart.

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
    for (let r: usize = 0; r < rows; r++, from += step, row += down) {
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
    for (let r: usize = 0; r < rows; r++, to += step, row += down) {
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
