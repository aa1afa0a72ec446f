// Second-order sections over rows of lanes, all sections fused: x is `count` rows of `width` T, `xs` bytes apart, y the same of
// float64, `ys` bytes apart (y may be x where T is float64). Sections are b0, b1, b2, a1, a2; the state of section s is the two rows 2 s
// and 2 s + 1 of `width` float64, `stride` bytes from row to row. The order of operations is scipy's.
import { pair, single } from './load';

/** One row by two lanes (V is v128) or one (V is f64): the widths and heights that the tile below leaves over. */
function column<T, V>(x: usize, y: usize, coef: usize, end: usize, z: usize, stride: usize): void {
  const alone = sizeof<V>() === 8;
  let u = alone ? single<T>(x) : pair<T>(x);
  for (; coef < end; coef += 40, z += stride << 1) {
    const z1 = z + stride;
    const p = alone ? v128.load64_zero(z) : v128.load(z);
    const q = alone ? v128.load64_zero(z1) : v128.load(z1);
    const r = f64x2.add(f64x2.mul(v128.load64_splat(coef), u), p);
    const n0 = f64x2.add(
      f64x2.sub(f64x2.mul(v128.load64_splat(coef, 8), u), f64x2.mul(v128.load64_splat(coef, 24), r)),
      q,
    );
    const n1 = f64x2.sub(f64x2.mul(v128.load64_splat(coef, 16), u), f64x2.mul(v128.load64_splat(coef, 32), r));
    if (alone) {
      v128.store64_lane(z, n0, 0);
      v128.store64_lane(z1, n1, 0);
    } else {
      v128.store(z, n0);
      v128.store(z1, n1);
    }
    u = r;
  }
  if (alone) v128.store64_lane(y, u, 0);
  else v128.store(y, u);
}

/** Two rows by four lanes: the state is loaded once for two rows, a coefficient once for eight samples. */
function rows<T>(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  sections: usize,
  coef: usize,
  state: usize,
  stride: usize,
): void {
  const E: usize = sizeof<T>();
  const end = coef + sections * 40;
  const tiled = width & ~3;
  let t: usize = 0;
  for (; t + 2 <= count; t += 2) {
    let x0 = x + t * xs;
    let y0 = y + t * ys;
    let z = state;
    for (let c: usize = 0; c < tiled; c += 4) {
      const x1 = x0 + xs;
      let u0 = pair<T>(x0);
      let v0 = pair<T>(x0 + 2 * E);
      let u1 = pair<T>(x1);
      let v1 = pair<T>(x1 + 2 * E);
      let z0 = z;
      for (let k = coef; k < end; k += 40, z0 += stride << 1) {
        const z1 = z0 + stride;
        const b0 = v128.load64_splat(k);
        const b1 = v128.load64_splat(k, 8);
        const b2 = v128.load64_splat(k, 16);
        const a1 = v128.load64_splat(k, 24);
        const a2 = v128.load64_splat(k, 32);
        let p = v128.load(z0);
        let q = v128.load(z1);
        let r = f64x2.add(f64x2.mul(b0, u0), p);
        p = f64x2.add(f64x2.sub(f64x2.mul(b1, u0), f64x2.mul(a1, r)), q);
        q = f64x2.sub(f64x2.mul(b2, u0), f64x2.mul(a2, r));
        u0 = r;
        r = f64x2.add(f64x2.mul(b0, u1), p);
        p = f64x2.add(f64x2.sub(f64x2.mul(b1, u1), f64x2.mul(a1, r)), q);
        q = f64x2.sub(f64x2.mul(b2, u1), f64x2.mul(a2, r));
        u1 = r;
        v128.store(z0, p);
        v128.store(z1, q);
        p = v128.load(z0, 16);
        q = v128.load(z1, 16);
        r = f64x2.add(f64x2.mul(b0, v0), p);
        p = f64x2.add(f64x2.sub(f64x2.mul(b1, v0), f64x2.mul(a1, r)), q);
        q = f64x2.sub(f64x2.mul(b2, v0), f64x2.mul(a2, r));
        v0 = r;
        r = f64x2.add(f64x2.mul(b0, v1), p);
        p = f64x2.add(f64x2.sub(f64x2.mul(b1, v1), f64x2.mul(a1, r)), q);
        q = f64x2.sub(f64x2.mul(b2, v1), f64x2.mul(a2, r));
        v1 = r;
        v128.store(z0, p, 16);
        v128.store(z1, q, 16);
      }
      v128.store(y0, u0);
      v128.store(y0, v0, 16);
      v128.store(y0 + ys, u1);
      v128.store(y0 + ys, v1, 16);
      x0 += 4 * E;
      y0 += 32;
      z += 32;
    }
    rest<T>(x + t * xs, y + t * ys, tiled, width, coef, end, state, stride);
    rest<T>(x + t * xs + xs, y + t * ys + ys, tiled, width, coef, end, state, stride);
  }
  if (t < count) rest<T>(x + t * xs, y + t * ys, 0, width, coef, end, state, stride);
}

/** Lanes `c` to `width` of one row. */
function rest<T>(
  x: usize,
  y: usize,
  c: usize,
  width: usize,
  coef: usize,
  end: usize,
  state: usize,
  stride: usize,
): void {
  for (; c + 2 <= width; c += 2)
    column<T, v128>(x + c * sizeof<T>(), y + (c << 3), coef, end, state + (c << 3), stride);
  if (c < width) column<T, f64>(x + c * sizeof<T>(), y + (c << 3), coef, end, state + (c << 3), stride);
}

export function sosfiltFloat64(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  sections: usize,
  coef: usize,
  state: usize,
  stride: usize,
): void {
  rows<f64>(x, xs, y, ys, count, width, sections, coef, state, stride);
}

export function sosfiltFloat32(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  sections: usize,
  coef: usize,
  state: usize,
  stride: usize,
): void {
  rows<f32>(x, xs, y, ys, count, width, sections, coef, state, stride);
}

export function sosfiltInt16(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  sections: usize,
  coef: usize,
  state: usize,
  stride: usize,
): void {
  rows<i16>(x, xs, y, ys, count, width, sections, coef, state, stride);
}
