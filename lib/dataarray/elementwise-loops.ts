/**
 * The loops and dtypes of element-wise maths, as numpy 2 has them: `ndarray-ops`' loops where those agree with numpy, our
 * own where they do not (64-bit integers, wrapping products, signs of NaN, halves to even).
 */
import ops from 'ndarray-ops';
import type { DType } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { kindOf } from './promotion.js';
import { contiguous, type NdArray } from './strided.js';

/** One element. */
export type Numeric = number | bigint;
/** Writes a result, one element after the other; inputs have the shape of the output. */
export type Loop = (out: NdArray, ...inputs: NdArray[]) => void;

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

/** The dtype in which numpy computes roots, exponentials and the like. float16, which we lack, is float32 here. */
function floatOf(dtype: DType): DType {
  const { kind, bits } = kindOf(dtype);
  if (kind === 'float') return dtype;
  return bits <= 16 ? 'float32' : 'float64';
}

/** True for 64-bit integers, whose elements are bigint. */
export function isBig(dtype: DType): boolean {
  return dtype === 'int64' || dtype === 'uint64';
}

/** A function of one array: the dtype of its result, and its loop. */
export interface Unary {
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

/** Functions of one array, by numpy's names. */
export const unary = {
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

/** A function of two operands. */
export interface Binary {
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

/** Functions of two operands, by numpy's names. */
export const binary = {
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
