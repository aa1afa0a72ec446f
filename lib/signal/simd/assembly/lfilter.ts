// Transposed direct form II of any order over rows of lanes: x is `count` rows of `width` T, `xs` bytes apart, y the same of float64,
// `ys` bytes apart.
// Coefficients are order + 1 of b, and as many of a; the state is `order` rows of `width` float64, `stride` bytes apart.
// Where R is f64 instead of v128 there is no a, and no product with it (which a NaN would pass through).
import { pair } from './load';

/** One row, four lanes: a coefficient is loaded once for both vectors. */
function four<T, R>(x: usize, y: usize, order: usize, b: usize, a: usize, z: usize, stride: usize): void {
  const recursive = sizeof<R>() === 16;
  const u = pair<T>(x);
  const v = pair<T>(x + 2 * sizeof<T>());
  const b0 = v128.load64_splat(b);
  const r = f64x2.add(v128.load(z), f64x2.mul(b0, u));
  const s = f64x2.add(v128.load(z, 16), f64x2.mul(b0, v));
  v128.store(y, r);
  v128.store(y, s, 16);
  const last = b + (order << 3);
  for (b += 8, a += 8; b < last; b += 8, a += 8, z += stride) {
    const bm = v128.load64_splat(b);
    let p = f64x2.add(v128.load(z + stride), f64x2.mul(u, bm));
    let q = f64x2.add(v128.load(z + stride, 16), f64x2.mul(v, bm));
    if (recursive) {
      const am = v128.load64_splat(a);
      p = f64x2.sub(p, f64x2.mul(r, am));
      q = f64x2.sub(q, f64x2.mul(s, am));
    }
    v128.store(z, p);
    v128.store(z, q, 16);
  }
  const bm = v128.load64_splat(b);
  let p = f64x2.mul(u, bm);
  let q = f64x2.mul(v, bm);
  if (recursive) {
    const am = v128.load64_splat(a);
    p = f64x2.sub(p, f64x2.mul(r, am));
    q = f64x2.sub(q, f64x2.mul(s, am));
  }
  v128.store(z, p);
  v128.store(z, q, 16);
}

/** One row, one lane. */
function one<T, R>(x: usize, y: usize, order: usize, b: usize, a: usize, z: usize, stride: usize): void {
  const recursive = sizeof<R>() === 16;
  const u = <f64>load<T>(x);
  const r = load<f64>(z) + load<f64>(b) * u;
  store<f64>(y, r);
  const last = b + (order << 3);
  for (b += 8, a += 8; b < last; b += 8, a += 8, z += stride) {
    let p = load<f64>(z + stride) + u * load<f64>(b);
    if (recursive) p -= r * load<f64>(a);
    store<f64>(z, p);
  }
  let p = u * load<f64>(b);
  if (recursive) p -= r * load<f64>(a);
  store<f64>(z, p);
}

function rows<T, R>(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  order: usize,
  b: usize,
  a: usize,
  state: usize,
  stride: usize,
): void {
  for (let t: usize = 0; t < count; t++, x += xs, y += ys) {
    let c: usize = 0;
    for (; c + 4 <= width; c += 4) four<T, R>(x + c * sizeof<T>(), y + (c << 3), order, b, a, state + (c << 3), stride);
    for (; c < width; c++) one<T, R>(x + c * sizeof<T>(), y + (c << 3), order, b, a, state + (c << 3), stride);
  }
}

function either<T>(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  order: usize,
  b: usize,
  a: usize,
  state: usize,
  stride: usize,
  recursive: bool,
): void {
  if (recursive) rows<T, v128>(x, xs, y, ys, count, width, order, b, a, state, stride);
  else rows<T, f64>(x, xs, y, ys, count, width, order, b, a, state, stride);
}

export function lfilterFloat64(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  order: usize,
  b: usize,
  a: usize,
  state: usize,
  stride: usize,
  recursive: bool,
): void {
  either<f64>(x, xs, y, ys, count, width, order, b, a, state, stride, recursive);
}

export function lfilterFloat32(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  order: usize,
  b: usize,
  a: usize,
  state: usize,
  stride: usize,
  recursive: bool,
): void {
  either<f32>(x, xs, y, ys, count, width, order, b, a, state, stride, recursive);
}

export function lfilterInt16(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  order: usize,
  b: usize,
  a: usize,
  state: usize,
  stride: usize,
  recursive: bool,
): void {
  either<i16>(x, xs, y, ys, count, width, order, b, a, state, stride, recursive);
}
