/** a * b + c rounded once, which JavaScript does not have: numpy multiplies arrays of complex numbers with it. */

const bits = new BigInt64Array(1);
const float = new Float64Array(bits.buffer);

/** a + b, and what rounding took away (Knuth). */
function exactSum(a: number, b: number): [number, number] {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
}

/** a * b, and what rounding took away (Dekker). */
function exactProduct(a: number, b: number): [number, number] {
  const high = (x: number) => {
    const c = 134217729 * x; // 2^27 + 1
    return c - (c - x);
  };
  const [ah, bh] = [high(a), high(b)];
  const [al, bl] = [a - ah, b - bh];
  const product = a * b;
  return [product, al * bl - (product - ah * bh - al * bh - ah * bl)];
}

/** a + b, with an odd last bit where it is not exact: a sum that is rounded again is then rounded as if once. */
function oddSum(a: number, b: number): number {
  const [sum, rest] = exactSum(a, b);
  if (rest === 0) return sum;
  float[0] = sum;
  if ((bits[0]! & 1n) === 0n) bits[0]! += rest > 0 === sum > 0 ? 1n : -1n;
  return float[0];
}

/**
 * a * b + c with one rounding (Boldo and Melquiond, Emulation of a FMA and correctly rounded sums, 2008), as processors
 * have it. Numbers near the ends of the range of float64, where the parts overflow or vanish, are rounded twice.
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const size = Math.abs(product);
  if (c === 0 || !(size > 1e-250 && size < 1e250 && Math.abs(c) < 1e250 && Math.abs(a) < 1e250 && Math.abs(b) < 1e250))
    return product + c;
  const [high, low] = exactProduct(a, b);
  const [middle, least] = exactSum(c, low);
  const [sum, rest] = exactSum(high, middle);
  return sum + oddSum(least, rest);
}
