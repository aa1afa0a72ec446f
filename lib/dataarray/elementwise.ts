/**
 * Element-wise maths with the names, dtypes and rounding of numpy 2 (loops: elementwise-loops.ts).
 * As in xdas, results keep the coordinates along dimensions; name, attributes and scalar coordinates are left behind.
 */
import { allocate, type DType, isComplexDType, type TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { cast } from './astype.js';
import { broadcastView, commonFrame } from './broadcast.js';
import { angle, conj, imag, magnitude, real, realDType } from './complex-parts.js';
import { DataArray } from './data-array.js';
import { type Binary, binary, isBig, type Loop, type Numeric, type Unary, unary } from './elementwise-loops.js';
import { kindOf, promoteTypes } from './promotion.js';
import { contiguous, type NdArray, stridedView, view } from './strided.js';

export { angle, conj, imag, real };

/** One array in, one out. */
export type UnaryFunction = (da: DataArray) => DataArray;

/** An array and a number, or two arrays with equal coordinates (broadcast by the names of their dimensions). */
export type BinaryFunction = (a: DataArray | Numeric, b: DataArray | Numeric) => DataArray;

function applyUnary(name: keyof typeof unary, da: DataArray): DataArray {
  const { result, loop, castFirst } = unary[name] as Unary;
  const own = realDType(da.dtype, name);
  const dtype = result(own);
  const frame = commonFrame([da]);
  const input = castFirst && isBig(own) ? cast(da.data, dtype) : da.data;
  return finish(frame, dtype, loop(castFirst ? dtype : own), [input]);
}

function finish(frame: ReturnType<typeof commonFrame>, dtype: DType, loop: Loop, inputs: NdArray[]): DataArray {
  const size = frame.shape.reduce((product, length) => product * length, 1);
  const values = allocate(dtype, size) as TypedArray;
  // ndarray-ops has no arrays without dimensions
  const flat = frame.shape.length === 0;
  const out = view(values, flat ? [1] : frame.shape);
  if (size > 0) loop(out, ...(flat ? inputs.map((input) => view(contiguous(input), [1])) : inputs));
  return new DataArray({ data: view(values, frame.shape), coords: frame.coords, dims: frame.dims });
}

function applyBinary(name: keyof typeof binary, a: DataArray | Numeric, b: DataArray | Numeric): DataArray {
  const arrays = [a, b].filter((operand) => operand instanceof DataArray);
  if (arrays.length === 0) throw new ArgumentError('BAD_ARGUMENT', `${name} needs an array among its operands`);
  for (const operand of [a, b])
    if (!(operand instanceof DataArray) && typeof operand !== 'number' && typeof operand !== 'bigint')
      throw new ArgumentError('BAD_ARGUMENT', `${name} takes arrays, numbers and bigints, not ${typeof operand}`);
  const dtypes = arrays.map((array) => realDType(array.dtype, name));
  // numpy takes the root where the exponent is a plain 0.5: minus infinity has one power and no root
  if (name === 'power' && b === 0.5 && a instanceof DataArray && kindOf(dtypes[0]!).kind === 'float') return sqrt(a);
  const { result, loop } = binary[name] as Binary;
  const promoted = arrays.length === 2 ? promoteTypes(dtypes[0]!, dtypes[1]!) : withScalar(name, dtypes[0]!, a, b);
  const dtype = result(promoted);
  const operandType = dtype;
  const frame = commonFrame(arrays);
  const inputs = [a, b].map((operand) => {
    if (!(operand instanceof DataArray)) return scalarView(operand, operandType, frame.shape);
    const data = broadcastView(operand, frame);
    // integers of up to 32 bits go into float loops as they are
    return isBig(operand.dtype as DType) !== isBig(operandType) ? cast(data, operandType) : data;
  });
  return finish(frame, dtype, loop(operandType), inputs);
}

/** numpy 2: a plain number does not widen an array, but a fraction makes integers float64. */
function withScalar(name: string, dtype: DType, a: DataArray | Numeric, b: DataArray | Numeric): DType {
  const scalar = (a instanceof DataArray ? b : a) as Numeric;
  const { kind, bits } = kindOf(dtype);
  if (kind === 'float') return dtype;
  if (typeof scalar === 'number' && !Number.isInteger(scalar)) return 'float64';
  const value = BigInt(scalar);
  const fits = kind === 'int' ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
  if (!fits) {
    if (name === 'divide') return dtype;
    throw new ArgumentError('BAD_DTYPE', `${scalar} does not fit in ${dtype}: cast the array first (astype)`);
  }
  return dtype;
}

/** One value repeated over a shape. */
function scalarView(value: Numeric, dtype: DType, shape: readonly number[]): NdArray {
  const one = allocate(dtype, 1);
  (one as unknown as Numeric[])[0] = isBig(dtype) ? BigInt(value) : Number(value);
  return stridedView(one, [...shape], new Array<number>(shape.length).fill(0), 0);
}

const one =
  (name: keyof typeof unary): UnaryFunction =>
  (da) =>
    applyUnary(name, da);
const two =
  (name: keyof typeof binary): BinaryFunction =>
  (a, b) =>
    applyBinary(name, a, b);

/** `|x|`; integers keep their dtype (the smallest one stays negative, as in numpy). */
export const absolute: UnaryFunction = (da) => (isComplexDType(da.dtype) ? magnitude(da) : applyUnary('absolute', da));
/** `-x`; integers wrap. */
export const negative = one('negative');
/** -1, 0 or 1; NaN stays NaN. */
export const sign = one('sign');
/** `x * x`; integers keep their dtype and wrap. */
export const square = one('square');
/** The integer below; integers are left alone. */
export const floor = one('floor');
/** The integer above; integers are left alone. */
export const ceil = one('ceil');
/** The integer toward zero; integers are left alone. */
export const trunc = one('trunc');
/** The nearest integer, halves to even; integers are left alone. */
export const round = one('round');
/** Square root; integers become floats (8 and 16 bit float32, others float64). */
export const sqrt = one('sqrt');
/** Cube root. */
export const cbrt = one('cbrt');
/** Powers of e. */
export const exp = one('exp');
/** Powers of 2. */
export const exp2 = one('exp2');
/** `exp(x) - 1`, exact near zero. */
export const expm1 = one('expm1');
/** Natural logarithm; NaN for negative numbers. */
export const log = one('log');
/** Logarithm to base 2. */
export const log2 = one('log2');
/** Logarithm to base 10. */
export const log10 = one('log10');
/** `log(1 + x)`, exact near zero. */
export const log1p = one('log1p');
/** Sine of radians. */
export const sin = one('sin');
/** Cosine of radians. */
export const cos = one('cos');
/** Tangent of radians. */
export const tan = one('tan');
/** Inverse sine in radians. */
export const arcsin = one('arcsin');
/** Inverse cosine in radians. */
export const arccos = one('arccos');
/** Inverse tangent in radians. */
export const arctan = one('arctan');
/** Hyperbolic sine. */
export const sinh = one('sinh');
/** Hyperbolic cosine. */
export const cosh = one('cosh');
/** Hyperbolic tangent. */
export const tanh = one('tanh');
/** Degrees to radians. */
export const deg2rad = one('deg2rad');
/** Radians to degrees. */
export const rad2deg = one('rad2deg');

/** `a + b`; integers wrap. */
export const add = two('add');
/** `a - b`; integers wrap. */
export const subtract = two('subtract');
/** `a * b`; integers wrap. */
export const multiply = two('multiply');
/** `a / b`; integers become float64. */
export const divide = two('divide');
/** `a` to the power `b`; integers wrap, and throw `BAD_ARGUMENT` for negative exponents. */
export const power = two('power');
/** The larger; NaN if one is. */
export const maximum = two('maximum');
/** The smaller; NaN if one is. */
export const minimum = two('minimum');
/** The angle of the point `(b, a)`, in radians. */
export const arctan2 = two('arctan2');
/** `sqrt(a ** 2 + b ** 2)` without overflow. */
export const hypot = two('hypot');

/** All element-wise functions by numpy's names (and `abs`, `sub`, `mul`, `div`, `pow`): what a pipeline can name. */
export const elementwise = {
  abs: absolute,
  absolute,
  negative,
  sign,
  square,
  floor,
  ceil,
  trunc,
  round,
  sqrt,
  cbrt,
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sin,
  cos,
  tan,
  arcsin,
  arccos,
  arctan,
  sinh,
  cosh,
  tanh,
  deg2rad,
  rad2deg,
  add,
  subtract,
  sub: subtract,
  multiply,
  mul: multiply,
  divide,
  div: divide,
  power,
  pow: power,
  maximum,
  minimum,
  arctan2,
  hypot,
  real,
  imag,
  angle,
  conj,
} as const;
