/** How the header of a record says its rate: two 16-bit numbers, and a float where they cannot. */
export interface RecordRate {
  /** SEED's rate factor and multiplier: positive ones multiply, negative ones divide. */
  readonly factor: number;
  readonly multiplier: number;
  /** Samples per second for blockette 100, where factor and multiplier are only near; else null. */
  readonly actual: number | null;
}

const MOST = 32767;

/**
 * The rate of `numerator / denominator` ns between samples: exact in factor and multiplier where it is an integer, a period or
 * a ratio of numbers up to 32767, else the nearest such ratio and blockette 100 (float32, so to 6e-8 of the rate).
 */
export function recordRate(numerator: bigint, denominator: bigint): RecordRate {
  let [samples, seconds] = [1_000_000_000n * denominator, numerator];
  const common = greatestCommonDivisor(samples, seconds);
  samples /= common;
  seconds /= common;
  const [p, q] = [Number(samples), Number(seconds)];
  if (p <= MOST && q <= MOST) return { factor: p, multiplier: q === 1 ? 1 : -q, actual: null };
  const split = q === 1 ? divisor(p) : p === 1 ? divisor(q) : null;
  if (split !== null)
    return q === 1
      ? { factor: p / split, multiplier: split, actual: null }
      : { factor: -(q / split), multiplier: -split, actual: null };
  return { ...nearestRatio(samples, seconds), actual: Math.fround(p / q) };
}

/** The least number that leaves a quotient of 16 bits, or null. */
function divisor(value: number): number | null {
  for (let m = Math.ceil(value / MOST); m <= MOST; m++) if (value % m === 0) return m;
  return null;
}

/** The last convergent of the continued fraction of which both terms fit. */
function nearestRatio(samples: bigint, seconds: bigint): { factor: number; multiplier: number } {
  let [a, b] = [samples, seconds];
  let [p0, q0, p1, q1] = [0n, 1n, 1n, 0n];
  while (b !== 0n) {
    const whole = a / b;
    const [p, q] = [whole * p1 + p0, whole * q1 + q0];
    if (p > MOST || q > MOST) break;
    [a, b, p0, q0, p1, q1] = [b, a % b, p1, q1, p, q];
  }
  if (p1 > 0n && q1 > 0n) return { factor: Number(p1), multiplier: q1 === 1n ? 1 : -Number(q1) };
  const rate = Number(samples) / Number(seconds);
  const large = rate > 1 ? rate : 1 / rate;
  const multiplier = Math.min(MOST, Math.ceil(large / MOST));
  const factor = Math.min(MOST, Math.round(large / multiplier));
  return rate > 1 ? { factor, multiplier } : { factor: -factor, multiplier: -multiplier };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
