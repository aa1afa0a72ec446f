/**
 * Element-wise maths with the names, dtypes and rounding of numpy 2. The loops are `ndarray-ops`' where those agree with
 * numpy, our own where they do not (64-bit integers, wrapping products, signs of NaN, rounding halves to even).
 * As in xdas, results keep the coordinates along dimensions; name, attributes and scalar coordinates are left behind.
 */
import ops from 'ndarray-ops';
import { allocate, type DType, isDType, type TypedArray } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { broadcastView, commonFrame } from './broadcast.js';
import { DataArray } from './data-array.js';
import { kindOf, promoteTypes } from './promotion.js';
import { contiguous, type NdArray, stridedView, view } from './strided.js';

type Numeric = number | bigint;
type Loop = (out: NdArray, ...inputs: NdArray[]) => void;

/** One array in, one out. */
export type UnaryFunction = (da: DataArray) => DataArray;

/** An array and a number, or two arrays with equal coordinates (broadcast by the names of their dimensions). */
export type BinaryFunction = (a: DataArray | Numeric, b: DataArray | Numeric) => DataArray;

const native = ops as unknown as Record<string, Loop>;

/** A loop over contiguous values. */
function map1(fn: (x: never) => Numeric): Loop {
  return (out, input) => {
    const [target, source] = [out.data as unknown as Numeric[], contiguous(input) as unknown as Numeric[]];
    for (let k = 0; k < target.length; k++) target[k] = fn(source[k] as never);
  };
}

function map2(fn: (x: never, y: never) => Numeric): Loop {
  return (out, a, b) => {
    const target = out.data as unknown as Numeric[];
    const [x, y] = [contiguous(a) as unknown as Numeric[], contiguous(b) as unknown as Numeric[]];
    for (let k = 0; k < target.length; k++) target[k] = fn(x[k] as never, y[k] as never);
  };
}

/** A loop of `ndarray-ops`, by name. */
function nativeLoop(name: string): Loop {
  return native[name]!;
}

/** The same values as another dtype: integers wrap, 64-bit ones become floats rounded to nearest. */
export function astype(da: DataArray, dtype: DType): DataArray {
  if (!isDType(dtype)) throw new ArgumentError('BAD_DTYPE', `${String(dtype)} is no dtype of arrays`);
  if (da.dtype === dtype) return da;
  return da.with({ data: cast(da.data, dtype) });
}

function cast(input: NdArray, dtype: DType): NdArray {
  const source = contiguous(input) as unknown as ArrayLike<Numeric>;
  const out = allocate(dtype, source.length);
  const target = out as unknown as Numeric[];
  const big = dtype === 'int64' || dtype === 'uint64';
  for (let k = 0; k < source.length; k++) {
    const value = source[k]!;
    if (big) target[k] = typeof value === 'bigint' ? value : toBig(value);
    else if (typeof value === 'bigint')
      target[k] = dtype.startsWith('float') ? Number(value) : Number(BigInt.asIntN(32, value));
    else target[k] = value;
  }
  return view(out, input.shape);
}

/** What C makes of a float: the integer part; NaN and infinities the smallest int64. */
function toBig(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : -(2n ** 63n);
}

/** The dtype in which numpy computes roots, exponentials and the like. float16, which we lack, is float32 here. */
function floatOf(dtype: DType): DType {
  const { kind, bits } = kindOf(dtype);
  if (kind === 'float') return dtype;
  return bits <= 16 ? 'float32' : 'float64';
}

function isBig(dtype: DType): boolean {
  return dtype === 'int64' || dtype === 'uint64';
}

interface Unary {
  /** dtype of the result. */
  result: (dtype: DType) => DType;
  /** The loop for an input of a dtype; the input was cast to the result's dtype first if `castFirst`. */
  loop: (dtype: DType) => Loop;
  castFirst: boolean;
}

/** Functions that numpy computes in floats. */
function inFloats(fn: ((x: number) => number) | string): Unary {
  const loop = typeof fn === 'string' ? nativeLoop(fn) : map1(fn);
  return { result: floatOf, loop: () => loop, castFirst: true };
}

/** Functions that keep the dtype; integers of 64 bit by bigints. */
function keeping(float: Loop, integer: Loop, big: Loop): Unary {
  return {
    result: (dtype) => dtype,
    loop: (dtype) => (isBig(dtype) ? big : kindOf(dtype).kind === 'float' ? float : integer),
    castFirst: false,
  };
}

const identity = map1((x: Numeric) => x);
/** Rounds halves to even, as IEEE 754 and numpy do; `Math.round` rounds them up. */
function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor === 0 && (x < 0 || Object.is(x, -0)) ? -0 : floor;
  return floor === -1 ? -0 : floor + 1;
}

const { PI } = Math;

const unary = {
  absolute: keeping(
    nativeLoop('abs'),
    nativeLoop('abs'),
    map1((x: bigint) => (x < 0n ? -x : x)),
  ),
  negative: keeping(
    nativeLoop('neg'),
    nativeLoop('neg'),
    map1((x: bigint) => -x),
  ),
  sign: keeping(
    map1((x: number) => (Number.isNaN(x) ? x : x > 0 ? 1 : x < 0 ? -1 : 0)),
    map1((x: number) => Math.sign(x)),
    map1((x: bigint) => (x > 0n ? 1n : x < 0n ? -1n : 0n)),
  ),
  square: keeping(
    map1((x: number) => x * x),
    map1((x: number) => Math.imul(x, x)),
    map1((x: bigint) => x * x),
  ),
  floor: keeping(nativeLoop('floor'), identity, identity),
  ceil: keeping(nativeLoop('ceil'), identity, identity),
  trunc: keeping(
    map1((x: number) => Math.trunc(x)),
    identity,
    identity,
  ),
  round: keeping(map1(roundEven), identity, identity),
  sqrt: inFloats('sqrt'),
  cbrt: inFloats(Math.cbrt),
  exp: inFloats('exp'),
  exp2: inFloats((x) => 2 ** x),
  expm1: inFloats(Math.expm1),
  log: inFloats('log'),
  log2: inFloats(Math.log2),
  log10: inFloats(Math.log10),
  log1p: inFloats(Math.log1p),
  sin: inFloats('sin'),
  cos: inFloats('cos'),
  tan: inFloats('tan'),
  arcsin: inFloats('asin'),
  arccos: inFloats('acos'),
  arctan: inFloats('atan'),
  sinh: inFloats(Math.sinh),
  cosh: inFloats(Math.cosh),
  tanh: inFloats(Math.tanh),
  deg2rad: inFloats((x) => x * (PI / 180)),
  rad2deg: inFloats((x) => x * (180 / PI)),
} as const satisfies Record<string, Unary>;

function applyUnary(name: keyof typeof unary, da: DataArray): DataArray {
  const { result, loop, castFirst } = unary[name] as Unary;
  const dtype = result(da.dtype);
  const frame = commonFrame([da]);
  const input = castFirst && isBig(da.dtype) ? cast(da.data, dtype) : da.data;
  return finish(frame, dtype, loop(castFirst ? dtype : da.dtype), [input]);
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

interface Binary {
  /** dtype of the result from the promoted dtype of the operands. */
  result: (dtype: DType) => DType;
  loop: (dtype: DType) => Loop;
}

/** `promoted` dtype in and out; products of 32 bits wrap exactly. */
function arithmetic(
  native: string,
  big: (x: bigint, y: bigint) => bigint,
  integer?: (x: number, y: number) => number,
): Binary {
  const [float, bigs] = [nativeLoop(native), map2(big)];
  const integers = integer ? map2(integer) : float;
  return {
    result: (dtype) => dtype,
    loop: (dtype) => (isBig(dtype) ? bigs : kindOf(dtype).kind === 'float' ? float : integers),
  };
}

/** Integer power that wraps at the width of the dtype. */
function integerPower(dtype: DType): Loop {
  const { bits } = kindOf(dtype);
  const big = isBig(dtype);
  return map2((x: Numeric, y: Numeric) => {
    let exponent = BigInt(y);
    if (exponent < 0n)
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `an integer to the power ${y} is no integer: use a float exponent or array`,
      );
    let [base, value] = [BigInt(x), 1n];
    while (exponent > 0n) {
      if (exponent & 1n) value = BigInt.asIntN(bits, value * base);
      base = BigInt.asIntN(bits, base * base);
      exponent >>= 1n;
    }
    return big ? value : Number(value);
  });
}

const floatPower = map2((x: number, y: number) =>
  x === 1 || y === 0 ? 1 : Math.abs(x) === 1 && !Number.isFinite(y) && !Number.isNaN(y) ? 1 : x ** y,
);

function largerBig(x: bigint, y: bigint): bigint {
  if (y > x) return y;
  return x;
}

function smallerBig(x: bigint, y: bigint): bigint {
  if (y < x) return y;
  return x;
}

const binary = {
  add: arithmetic('add', (x, y) => x + y),
  subtract: arithmetic('sub', (x, y) => x - y),
  multiply: arithmetic('mul', (x, y) => x * y, Math.imul),
  divide: { result: (dtype) => (kindOf(dtype).kind === 'float' ? dtype : 'float64'), loop: () => nativeLoop('div') },
  power: {
    result: (dtype) => dtype,
    loop: (dtype) => (kindOf(dtype).kind === 'float' ? floatPower : integerPower(dtype)),
  },
  maximum: arithmetic('max', largerBig),
  minimum: arithmetic('min', smallerBig),
  arctan2: { result: floatOf, loop: () => nativeLoop('atan2') },
  hypot: { result: floatOf, loop: () => map2(Math.hypot) },
} as const satisfies Record<string, Binary>;

function applyBinary(name: keyof typeof binary, a: DataArray | Numeric, b: DataArray | Numeric): DataArray {
  const arrays = [a, b].filter((operand) => operand instanceof DataArray);
  if (arrays.length === 0) throw new ArgumentError('BAD_ARGUMENT', `${name} needs an array among its operands`);
  for (const operand of [a, b])
    if (!(operand instanceof DataArray) && typeof operand !== 'number' && typeof operand !== 'bigint')
      throw new ArgumentError('BAD_ARGUMENT', `${name} takes arrays, numbers and bigints, not ${typeof operand}`);
  const { result, loop } = binary[name] as Binary;
  const promoted =
    arrays.length === 2 ? promoteTypes(arrays[0]!.dtype, arrays[1]!.dtype) : withScalar(name, arrays[0]!.dtype, a, b);
  const dtype = result(promoted);
  const operandType = dtype;
  const frame = commonFrame(arrays);
  const inputs = [a, b].map((operand) => {
    if (!(operand instanceof DataArray)) return scalarView(operand, operandType, frame.shape);
    const data = broadcastView(operand, frame);
    // integers of up to 32 bits go into float loops as they are
    return isBig(operand.dtype) !== isBig(operandType) ? cast(data, operandType) : data;
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
export const absolute = one('absolute');
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
} as const;
