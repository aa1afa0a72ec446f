// The parameters of a stream, as zfp has them.

export let minBits: u32 = 0;
export let maxBits: u32 = 0;
export let maxPrecision: i32 = 0;
export let minExponent: i32 = 0;
export let dimensions: i32 = 0;
/** Values of a block: 4^dimensions. */
export let blockSize: u32 = 0;

/** Sets what holds for all calls that follow. */
export function configure(least: u32, most: u32, precision: i32, exponent: i32, dims: i32): void {
  minBits = least;
  maxBits = most;
  maxPrecision = precision;
  minExponent = exponent;
  dimensions = dims;
  blockSize = 1 << (2 * dims);
}

/** How many bit planes of a block are coded whose largest value is below 2^exponent. */
export function planesOf(exponent: i32): i32 {
  return min(maxPrecision, max(0, exponent - minExponent + 2 * dimensions + 2));
}

/** Whether coded planes could need more than `most` bits: then the end may come within a plane. */
export function isLimited(planes: u32, most: u32): bool {
  return (planes + 1) * blockSize - 1 > most;
}
