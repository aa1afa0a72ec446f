// Recursive STA/LTA over rows of lanes: x is `count` rows of `width` T, `xs` bytes apart, y the same of float64, `ys` bytes apart. The
// state is two rows of `width` float64, short and long averages, `stride` bytes apart. Constants: csta, 1 - csta, clta, 1 - clta, the floor.
// Rows before `from` are zero and not averaged; rows before `full` are averaged and zero.
import { pair, single } from './load';

/** Two lanes (V is v128) or one (V is f64), of energies (Q is f64) or of samples to be squared (Q is v128). */
function column<T, V, Q>(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  rows: usize,
  constants: usize,
  z: usize,
  stride: usize,
  from: usize,
  full: usize,
): void {
  const alone = sizeof<V>() === 8;
  const square = sizeof<Q>() === 16;
  const csta = v128.load64_splat(constants);
  const icsta = v128.load64_splat(constants, 8);
  const clta = v128.load64_splat(constants, 16);
  const iclta = v128.load64_splat(constants, 24);
  const floor = v128.load64_splat(constants, 32);
  const zero = f64x2.splat(0);
  let sta = alone ? v128.load64_zero(z) : v128.load(z);
  let lta = alone ? v128.load64_zero(z + stride) : v128.load(z + stride);
  for (let t: usize = 0; t < rows; t++, x += xs, y += ys) {
    let ratio = zero;
    if (t >= from) {
      let e = alone ? single<T>(x) : pair<T>(x);
      if (square) e = f64x2.mul(e, e);
      sta = f64x2.add(f64x2.mul(csta, e), f64x2.mul(icsta, sta));
      lta = f64x2.add(f64x2.mul(clta, e), f64x2.mul(iclta, lta));
      if (t >= full) ratio = f64x2.div(sta, f64x2.max(lta, floor));
    }
    if (alone) v128.store64_lane(y, ratio, 0);
    else v128.store(y, ratio);
  }
  if (alone) {
    v128.store64_lane(z, sta, 0);
    v128.store64_lane(z + stride, lta, 0);
  } else {
    v128.store(z, sta);
    v128.store(z + stride, lta);
  }
}

/** Columns of eight lanes, a cache line of y, for a few rows at a time. */
function rows<T, Q>(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  constants: usize,
  state: usize,
  stride: usize,
  from: usize,
  full: usize,
): void {
  for (let t: usize = 0; t < count; t += 8) {
    const n = min<usize>(8, count - t);
    const xt = x + t * xs;
    const yt = y + t * ys;
    const skip = from > t ? from - t : 0;
    const quiet = full > t ? full - t : 0;
    let c: usize = 0;
    for (; c + 2 <= width; c += 2) {
      const z = state + (c << 3);
      column<T, v128, Q>(xt + c * sizeof<T>(), xs, yt + (c << 3), ys, n, constants, z, stride, skip, quiet);
    }
    if (c < width) {
      const z = state + (c << 3);
      column<T, f64, Q>(xt + c * sizeof<T>(), xs, yt + (c << 3), ys, n, constants, z, stride, skip, quiet);
    }
  }
}

/** x is energy already. */
export function staLtaEnergy(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  constants: usize,
  state: usize,
  stride: usize,
  from: usize,
  full: usize,
): void {
  rows<f64, f64>(x, xs, y, ys, count, width, constants, state, stride, from, full);
}

export function staLtaFloat64(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  constants: usize,
  state: usize,
  stride: usize,
  from: usize,
  full: usize,
): void {
  rows<f64, v128>(x, xs, y, ys, count, width, constants, state, stride, from, full);
}

export function staLtaFloat32(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  constants: usize,
  state: usize,
  stride: usize,
  from: usize,
  full: usize,
): void {
  rows<f32, v128>(x, xs, y, ys, count, width, constants, state, stride, from, full);
}

export function staLtaInt16(
  x: usize,
  xs: usize,
  y: usize,
  ys: usize,
  count: usize,
  width: usize,
  constants: usize,
  state: usize,
  stride: usize,
  from: usize,
  full: usize,
): void {
  rows<i16, v128>(x, xs, y, ys, count, width, constants, state, stride, from, full);
}
