// Two samples of any source dtype as float64: what all recursive kernels start from.

/** Samples at `p` and after it. */
export function pair<T>(p: usize): v128 {
  if (sizeof<T>() === 8) return v128.load(p);
  if (isFloat<T>()) return f64x2.promote_low_f32x4(v128.load64_zero(p));
  return f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_s(v128.load32_zero(p)));
}

/** The sample at `p`, and a zero. */
export function single<T>(p: usize): v128 {
  return f64x2.replace_lane(f64x2.splat(0), 0, <f64>load<T>(p));
}
