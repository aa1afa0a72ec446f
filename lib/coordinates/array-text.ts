/** Text of arrays and axes as numpy prints them (array2string with summarised edges). */
import { type CoordArray, type CoordDType, isFloatDType, type Scalar } from '../dtype.js';
import { floatText, shortestDigits, signOf } from '../number-text.js';
import { formatTime, NAT } from '../time.js';
import { toExact } from './exact.js';

/** How {@link formatArray} prints. */
export interface ArrayTextOptions {
  /** Decimals of floats at most. */
  precision: number;
  /** Items at each end of a dimension that is longer than twice as many. */
  edgeItems: number;
}

const LINE_WIDTH = 75;

/** Text of C-ordered `values` of `shape`: always summarised to its edges, aligned, broken at 75 columns. */
export function formatArray(
  values: ArrayLike<Scalar> | CoordArray,
  shape: readonly number[],
  dtype: CoordDType,
  { precision, edgeItems }: ArrayTextOptions,
): string {
  const source = values as ArrayLike<Scalar>;
  if (shape.some((size) => size === 0)) return '[]';
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const shown: Scalar[] = [];
  const visit = (axis: number, offset: number): void => {
    if (axis === shape.length) {
      shown.push(source[offset]!);
      return;
    }
    for (const index of shownIndices(shape[axis]!, edgeItems))
      if (index >= 0) visit(axis + 1, offset + index * strides[axis]!);
  };
  visit(0, 0);
  const format = formatter(shown, dtype, precision);
  const print = (axis: number, offset: number, hanging: string, width: number): string => {
    if (axis === shape.length) return format(source[offset]!);
    const indices = shownIndices(shape[axis]!, edgeItems);
    if (axis === shape.length - 1) {
      let text = '';
      let line = hanging;
      for (const [k, index] of indices.entries()) {
        const word = index < 0 ? '...' : format(source[offset + index * strides[axis]!]!);
        if (line.length + word.length > width - 1 && line.length > hanging.length) {
          text += `${line.trimEnd()}\n`;
          line = hanging;
        }
        line += word + (k === indices.length - 1 ? '' : ' ');
      }
      return `[${(text + line).slice(hanging.length)}]`;
    }
    const rows = indices.map((index) =>
      index < 0 ? '...' : print(axis + 1, offset + index * strides[axis]!, `${hanging} `, width - 1),
    );
    return `[${rows.join('\n'.repeat(shape.length - axis - 1) + hanging)}]`;
  };
  return print(0, 0, ' ', LINE_WIDTH);
}

/** Indices that are shown along a dimension; -1 stands for the ellipsis. */
function shownIndices(size: number, edgeItems: number): number[] {
  if (size <= 2 * edgeItems) return Array.from({ length: size }, (_, k) => k);
  const head = Array.from({ length: edgeItems }, (_, k) => k);
  return [...head, -1, ...head.map((k) => size - edgeItems + k)];
}

function formatter(shown: readonly Scalar[], dtype: CoordDType, precision: number): (value: Scalar) => string {
  if (dtype === 'string') return (value) => quote(value as string);
  if (dtype === 'datetime64[ns]') {
    const text = (value: Scalar) => `'${formatTime(value as bigint, 9)}'`;
    const anyTime = shown.some((value) => value !== NAT);
    const width = anyTime ? 31 : 5;
    return (value) => (value === NAT ? "'NaT'" : text(value)).padStart(width);
  }
  if (dtype === 'timedelta64[ns]') {
    const words = shown.map((value) => (value === NAT ? "'NaT'" : String(value)));
    const width = Math.max(...words.map((word) => word.length));
    return (value) => (value === NAT ? "'NaT'" : String(value)).padStart(width);
  }
  if (isFloatDType(dtype)) return floatFormatter(shown as readonly number[], dtype, precision);
  const width = Math.max(...shown.map((value) => String(value).length));
  return (value) => String(value).padStart(width);
}

/** A Python string literal. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = [...text]
    .map((char) => {
      if (char === '\\' || char === mark) return `\\${char}`;
      if (char === '\n') return '\\n';
      if (char === '\t') return '\\t';
      if (char === '\r') return '\\r';
      return char;
    })
    .join('');
  return mark + body + mark;
}

function floatFormatter(
  shown: readonly number[],
  dtype: 'float32' | 'float64',
  precision: number,
): (value: Scalar) => string {
  const finite = shown.filter(Number.isFinite);
  const sizes = finite.filter((value) => value !== 0).map(Math.abs);
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  const cutoff = 10 ** (dtype === 'float32' ? 6 : 8);
  const scientific = sizes.length > 0 && (largest >= cutoff || smallest < 0.0001 || largest / smallest > 1000);
  const parts = finite.map((value) => (scientific ? scientificParts : positionalParts)(value, dtype, precision));
  let left = Math.max(0, ...parts.map((part) => part.whole.length));
  const right = Math.max(0, ...parts.map((part) => part.fraction.length));
  const exponentSize = Math.max(2, ...parts.map((part) => part.exponent.length - 1));
  const tail = scientific ? right + exponentSize + 2 : right;
  if (finite.length < shown.length) {
    const offset = tail + 1;
    const negative = shown.some((value) => value === Number.NEGATIVE_INFINITY) ? 1 : 0;
    left = Math.max(left, 3 - offset, 3 + negative - offset);
  }
  return (scalar) => {
    const value = scalar as number;
    if (!Number.isFinite(value)) {
      const word = Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
      return word.padStart(left + tail + 1);
    }
    if (scientific) {
      const { whole, fraction, exponent } = scientificParts(value, dtype, right);
      const power = exponent[0]! + exponent.slice(1).padStart(exponentSize, '0');
      return `${whole.padStart(left)}.${fraction.padEnd(right, '0')}e${power}`;
    }
    const { whole, fraction } = positionalParts(value, dtype, precision);
    return `${whole.padStart(left)}.${fraction.padEnd(right)}`;
  };
}

interface DecimalParts {
  /** Sign and digits before the point. */
  whole: string;
  fraction: string;
  /** Sign and digits, at least two. */
  exponent: string;
}

function positionalParts(value: number, dtype: 'float32' | 'float64', precision: number): DecimalParts {
  const { digits, power } = shortestDigits(value, dtype);
  let [whole, fraction] = ['', ''];
  if (power >= 0) {
    const padded = digits.padEnd(power + 1, '0');
    whole = padded.slice(0, power + 1);
    fraction = padded.slice(power + 1);
  } else {
    whole = '0';
    fraction = '0'.repeat(-power - 1) + digits;
  }
  if (fraction.length > precision)
    [whole, fraction] = fixedDecimals(Math.abs(value), precision).split('.') as [string, string];
  return { whole: signOf(value) + whole, fraction: (fraction ?? '').replace(/0+$/, ''), exponent: '' };
}

function scientificParts(value: number, dtype: 'float32' | 'float64', precision: number): DecimalParts {
  let { digits, power } = value === 0 ? { digits: '0', power: 0 } : shortestDigits(value, dtype);
  if (digits.length > precision + 1) {
    // toExponential rounds the exact value, halves up: where it is a tie, to even
    const rounded = exactDigits(Math.abs(value), power, precision + 1);
    digits = rounded.digits;
    power = rounded.power;
  }
  const fraction = digits.slice(1).replace(/0+$/, '');
  const size = String(Math.abs(power)).padStart(2, '0');
  return { whole: signOf(value) + digits[0]!, fraction, exponent: (power < 0 ? '-' : '+') + size };
}

/** `count` digits of the exact value, rounded half to even. */
function exactDigits(value: number, power: number, count: number): { digits: string; power: number } {
  const { integers, exponent } = toExact(value);
  let numerator = integers[0]!;
  let denominator = 1n;
  if (exponent < 0) denominator <<= BigInt(-exponent);
  const shift = count - 1 - power;
  if (shift >= 0) numerator *= 10n ** BigInt(shift);
  else denominator *= 10n ** BigInt(-shift);
  const digits = roundHalfEven(numerator, denominator).toString();
  return digits.length > count ? { digits: digits.slice(0, count), power: power + 1 } : { digits, power };
}

function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** `value` with `decimals` decimals, the exact value rounded half to even: Python's `f'{value:.3f}'`. */
export function fixedDecimals(value: number, decimals: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const { integers, exponent } = toExact(Math.abs(value));
  const denominator = exponent < 0 ? 1n << BigInt(-exponent) : 1n;
  const scaled = roundHalfEven(integers[0]! * 10n ** BigInt(decimals), denominator)
    .toString()
    .padStart(decimals + 1, '0');
  const body = decimals === 0 ? scaled : `${scaled.slice(0, -decimals)}.${scaled.slice(-decimals)}`;
  return signOf(value) + body;
}

/** One label as numpy prints a scalar of it. */
function scalarText(value: Scalar, dtype: CoordDType): string {
  if (dtype === 'datetime64[ns]') return formatTime(value as bigint, 9);
  if (dtype === 'timedelta64[ns]') return value === NAT ? 'NaT' : `${value} nanoseconds`;
  if (isFloatDType(dtype)) return floatText(value as number, dtype);
  return String(value);
}

/** The extent of an axis: `first to last`, with three decimals; times to the millisecond, the rest cut off. */
export function formatSpan(axis: { size: number; dtype: CoordDType; start: Scalar; end: Scalar }): string {
  if (axis.size === 0) return 'empty coordinate';
  if (axis.size === 1) return scalarText(axis.start, axis.dtype);
  const text = (value: Scalar): string => {
    if (isFloatDType(axis.dtype)) return fixedDecimals(value as number, 3);
    if (axis.dtype === 'datetime64[ns]') return value === NAT ? 'NaT' : formatTime(value as bigint, 9).slice(0, -6);
    return scalarText(value, axis.dtype);
  };
  return `${text(axis.start)} to ${text(axis.end)}`;
}
