/**
 * Exact arithmetic on coordinate values: every value is an integer times a power of two (integers and times trivially so,
 * floats by their bits), so that interpolation and its inverse are computed without any rounding and rounded once.
 */
import { type CoordDType, isBigDType, isFloatDType, type Scalar } from '../dtype.js';
import { roundDivide } from '../time.js';

/** A numeric value of a coordinate: number, or bigint for 64-bit integers and times. */
export type NumericScalar = number | bigint;

const bits = new DataView(new ArrayBuffer(8));

/** The odd or zero integer and the exponent with `value = integer * 2 ** exponent`; `value` must be finite. */
function decompose(value: number): [integer: bigint, exponent: number] {
  if (value === 0) return [0n, 0];
  if (Number.isSafeInteger(value)) return [BigInt(value), 0];
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const size = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  return [raw >> 63n ? -size : size, exponent];
}

/** Finite values as integers over one common power of two. bigint and integer values keep the exponent 0. */
export function toExact(...values: NumericScalar[]): { integers: bigint[]; exponent: number } {
  const parts = values.map((value) =>
    typeof value === 'bigint' ? ([value, 0] as [bigint, number]) : decompose(value),
  );
  const exponent = Math.min(...parts.map(([integer, power]) => (integer === 0n ? 0 : power)), 0);
  return { integers: parts.map(([integer, power]) => integer << BigInt(Math.max(power - exponent, 0))), exponent };
}

/** The float64 nearest to `numerator / denominator * 2 ** exponent`, halves to even; `denominator` is positive. */
export function ratioToNumber(numerator: bigint, denominator: bigint, exponent: number): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  // the quotient gets 55 bits or more, so that a sticky bit below decides halves
  const shift = Math.max(0, 55 - (bitLength(size) - bitLength(denominator)));
  const scaled = size << BigInt(shift);
  let quotient = scaled / denominator;
  const sticky = quotient * denominator !== scaled;
  let power = exponent - shift;
  // keep 53 bits, fewer where the result is subnormal
  const drop = Math.max(bitLength(quotient) - 53, -1074 - power);
  if (drop > 0) {
    const unit = 1n << BigInt(drop);
    const rest = quotient & (unit - 1n);
    quotient >>= BigInt(drop);
    const half = unit >> 1n;
    if (rest > half || (rest === half && (sticky || (quotient & 1n) === 1n))) quotient += 1n;
    power += drop;
  }
  const value = scaleByPowerOfTwo(Number(quotient), power);
  return negative ? -value : value;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

/** `value * 2 ** power` in steps that neither overflow nor round on the way. */
function scaleByPowerOfTwo(value: number, power: number): number {
  let result = value;
  let left = power;
  while (left > 1000) {
    result *= 2 ** 1000;
    left -= 1000;
  }
  while (left < -1000) {
    result *= 2 ** -1000;
    left += 1000;
  }
  return result * 2 ** left;
}

/** An integer as a scalar of an integer or time dtype, wrapped to its width as a typed array would. */
export function integerToScalar(integer: bigint, dtype: CoordDType): NumericScalar {
  switch (dtype) {
    case 'uint64':
      return BigInt.asUintN(64, integer);
    case 'uint32':
      return Number(BigInt.asUintN(32, integer));
    case 'uint16':
      return Number(BigInt.asUintN(16, integer));
    case 'uint8':
      return Number(BigInt.asUintN(8, integer));
    case 'int32':
      return Number(BigInt.asIntN(32, integer));
    case 'int16':
      return Number(BigInt.asIntN(16, integer));
    case 'int8':
      return Number(BigInt.asIntN(8, integer));
    default:
      return BigInt.asIntN(64, integer);
  }
}

/** `integer * 2 ** exponent` divided by `denominator` as a scalar of `dtype`: floats rounded once, others to even. */
export function exactToScalar(
  numerator: bigint,
  denominator: bigint,
  exponent: number,
  dtype: CoordDType,
): NumericScalar {
  if (!isFloatDType(dtype)) return integerToScalar(roundDivide(numerator, denominator), dtype);
  const value = ratioToNumber(numerator, denominator, exponent);
  return dtype === 'float32' ? Math.fround(value) : value;
}

/** A scalar as bigint, for exact dtypes. */
export function toInteger(value: Scalar): bigint {
  return typeof value === 'bigint' ? value : BigInt(value as number);
}

/** Difference `a - b` in the type that deltas of `dtype` have. */
export function subtract(a: Scalar, b: Scalar, dtype: CoordDType): NumericScalar {
  if (isBigDType(dtype)) return BigInt.asIntN(64, (a as bigint) - (b as bigint));
  return (a as number) - (b as number);
}

/** Absolute value of a bigint. */
export function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Greatest common divisor of two non-negative bigints. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
