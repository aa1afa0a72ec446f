// FIR sums over panels. A panel is [rows][one 64 byte line of lanes]: 8 of float64 or 16 of float32 (T), so that the rows
// an output needs lie together; panels are `panelStride` bytes apart. Every sum runs from the oldest sample on, in T.

/** Dense rows, `stride` bytes apart, into panels, from row `at` of each on. */
function pack<S, T>(
  from: usize,
  stride: usize,
  rows: usize,
  groups: usize,
  panels: usize,
  panelStride: usize,
  at: usize,
): void {
  const lanes: usize = 64 / sizeof<T>();
  panels += at << 6;
  for (let r: usize = 0; r < rows; r++, from += stride, panels += 64) {
    let s = from;
    let p = panels;
    for (let g: usize = 0; g < groups; g++, s += lanes * sizeof<S>(), p += panelStride) {
      if (sizeof<S>() === sizeof<T>()) {
        v128.store(p, v128.load(s));
        v128.store(p, v128.load(s, 16), 16);
        v128.store(p, v128.load(s, 32), 32);
        v128.store(p, v128.load(s, 48), 48);
      } else {
        // int16 to float64
        const i = v128.load(s);
        const low = i32x4.extend_low_i16x8_s(i);
        const high = i32x4.extend_high_i16x8_s(i);
        v128.store(p, f64x2.convert_low_i32x4_s(low));
        v128.store(p, f64x2.convert_low_i32x4_s(i64x2.shuffle(low, low, 1, 0)), 16);
        v128.store(p, f64x2.convert_low_i32x4_s(high), 32);
        v128.store(p, f64x2.convert_low_i32x4_s(i64x2.shuffle(high, high, 1, 0)), 48);
      }
    }
  }
}

/**
 * Two outputs, the second `down` rows after the first: the rows that both need are loaded once. Head, shared and tail
 * rows have loops of their own, so that no sample meets a tap that is not there.
 */
function two<T>(p: usize, down: usize, n: usize, h: usize, y: usize, yStride: usize): void {
  const E: usize = sizeof<T>();
  let a0 = v128.splat<T>(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const ahead = down * E;
  let d = h;
  let e = h + ahead;
  for (; h < e; h += E, p += 64) {
    const t = v128.load_splat<T>(h);
    a0 = v128.add<T>(a0, v128.mul<T>(t, v128.load(p)));
    a1 = v128.add<T>(a1, v128.mul<T>(t, v128.load(p, 16)));
    a2 = v128.add<T>(a2, v128.mul<T>(t, v128.load(p, 32)));
    a3 = v128.add<T>(a3, v128.mul<T>(t, v128.load(p, 48)));
  }
  e = d + n * E;
  for (; h < e; h += E, d += E, p += 64) {
    const t = v128.load_splat<T>(h);
    const s = v128.load_splat<T>(d);
    let x = v128.load(p);
    a0 = v128.add<T>(a0, v128.mul<T>(t, x));
    b0 = v128.add<T>(b0, v128.mul<T>(s, x));
    x = v128.load(p, 16);
    a1 = v128.add<T>(a1, v128.mul<T>(t, x));
    b1 = v128.add<T>(b1, v128.mul<T>(s, x));
    x = v128.load(p, 32);
    a2 = v128.add<T>(a2, v128.mul<T>(t, x));
    b2 = v128.add<T>(b2, v128.mul<T>(s, x));
    x = v128.load(p, 48);
    a3 = v128.add<T>(a3, v128.mul<T>(t, x));
    b3 = v128.add<T>(b3, v128.mul<T>(s, x));
  }
  for (; d < e; d += E, p += 64) {
    const s = v128.load_splat<T>(d);
    b0 = v128.add<T>(b0, v128.mul<T>(s, v128.load(p)));
    b1 = v128.add<T>(b1, v128.mul<T>(s, v128.load(p, 16)));
    b2 = v128.add<T>(b2, v128.mul<T>(s, v128.load(p, 32)));
    b3 = v128.add<T>(b3, v128.mul<T>(s, v128.load(p, 48)));
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y, a2, 32);
  v128.store(y, a3, 48);
  y += yStride;
  v128.store(y, b0);
  v128.store(y, b1, 16);
  v128.store(y, b2, 32);
  v128.store(y, b3, 48);
}

/** One output of `n` taps. */
function one<T>(p: usize, n: usize, h: usize, y: usize): void {
  let a0 = v128.splat<T>(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (const e = h + n * sizeof<T>(); h < e; h += sizeof<T>(), p += 64) {
    const t = v128.load_splat<T>(h);
    a0 = v128.add<T>(a0, v128.mul<T>(t, v128.load(p)));
    a1 = v128.add<T>(a1, v128.mul<T>(t, v128.load(p, 16)));
    a2 = v128.add<T>(a2, v128.mul<T>(t, v128.load(p, 32)));
    a3 = v128.add<T>(a3, v128.mul<T>(t, v128.load(p, 48)));
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y, a2, 32);
  v128.store(y, a3, 48);
}

/**
 * `outputs` rows of `groups` lines into y. `taps` has `up` branches of ceil(n / up) places, each reversed; the first
 * output uses branch `phase`, and `newest` is its newest row.
 */
function sums<T>(
  panels: usize,
  panelStride: usize,
  groups: usize,
  taps: usize,
  n: usize,
  up: usize,
  down: usize,
  phase: usize,
  newest: usize,
  outputs: usize,
  y: usize,
  yStride: usize,
): void {
  for (; groups > 0; groups--, panels += panelStride, y += 64) {
    let k: usize = 0;
    let to = y;
    if (up === 1) {
      let p = panels + ((newest + 1 - n) << 6);
      if (down < n)
        for (; k + 2 <= outputs; k += 2, p += down << 7, to += yStride << 1) two<T>(p, down, n, taps, to, yStride);
      for (; k < outputs; k++, p += down << 6, to += yStride) one<T>(p, n, taps, to);
    } else {
      const places = (n + up - 1) / up;
      let f = phase;
      let r = newest;
      for (; k < outputs; k++, to += yStride) {
        const length = f < n ? (n - f + up - 1) / up : 0;
        one<T>(panels + ((r + 1 - length) << 6), length, taps + f * places * sizeof<T>(), to);
        r += down / up;
        f += down % up;
        if (f >= up) {
          f -= up;
          r++;
        }
      }
    }
  }
}

/** The last `keep` of `rows` rows of each panel to its beginning. */
export function keepRows(panels: usize, panelStride: usize, groups: usize, rows: usize, keep: usize): void {
  for (; groups > 0; groups--, panels += panelStride) memory.copy(panels, panels + ((rows - keep) << 6), keep << 6);
}

export function packFloat64(
  from: usize,
  stride: usize,
  rows: usize,
  groups: usize,
  panels: usize,
  panelStride: usize,
  at: usize,
): void {
  pack<f64, f64>(from, stride, rows, groups, panels, panelStride, at);
}

export function packFloat32(
  from: usize,
  stride: usize,
  rows: usize,
  groups: usize,
  panels: usize,
  panelStride: usize,
  at: usize,
): void {
  pack<f32, f32>(from, stride, rows, groups, panels, panelStride, at);
}

/** int16 to float64. */
export function packInt16(
  from: usize,
  stride: usize,
  rows: usize,
  groups: usize,
  panels: usize,
  panelStride: usize,
  at: usize,
): void {
  pack<i16, f64>(from, stride, rows, groups, panels, panelStride, at);
}

export function sumsFloat64(
  panels: usize,
  panelStride: usize,
  groups: usize,
  taps: usize,
  n: usize,
  up: usize,
  down: usize,
  phase: usize,
  newest: usize,
  outputs: usize,
  y: usize,
  yStride: usize,
): void {
  sums<f64>(panels, panelStride, groups, taps, n, up, down, phase, newest, outputs, y, yStride);
}

export function sumsFloat32(
  panels: usize,
  panelStride: usize,
  groups: usize,
  taps: usize,
  n: usize,
  up: usize,
  down: usize,
  phase: usize,
  newest: usize,
  outputs: usize,
  y: usize,
  yStride: usize,
): void {
  sums<f32>(panels, panelStride, groups, taps, n, up, down, phase, newest, outputs, y, yStride);
}
