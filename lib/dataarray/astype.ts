/** Values as another dtype. */
import {
  type ArrayDType,
  allocate,
  type DType,
  dtypeOf,
  isBigDType,
  isComplexDType,
  isDType,
  partsDType,
} from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { realDType } from './complex-parts.js';
import type { DataArray } from './data-array.js';
import { contiguous, type NdArray, view } from './strided.js';

/**
 * The same values as another dtype: integers wrap, 64-bit ones become floats rounded to nearest, real ones become complex
 * with an imaginary part of 0. Throws `BAD_DTYPE` for complex values as real ones: say `real`, `imag`, `absolute` or `angle`.
 */
export function astype(da: DataArray, dtype: ArrayDType): DataArray {
  if (!isDType(dtype) && !isComplexDType(dtype))
    throw new ArgumentError('BAD_DTYPE', `${String(dtype)} is no dtype of arrays`);
  if (da.dtype === dtype) return da;
  if (!isComplexDType(dtype)) {
    realDType(da.dtype, `astype to ${dtype}`);
    return da.with({ data: cast(da.data, dtype) });
  }
  const parts = cast(da.data, partsDType(dtype));
  if (isComplexDType(da.dtype)) return da.with({ data: parts, dtype });
  const data = allocate(partsDType(dtype), 2 * da.size) as Float64Array;
  const source = contiguous(parts) as Float64Array;
  for (let k = 0; k < source.length; k++) data[2 * k] = source[k]!;
  return da.with({ data, dtype });
}

/** The elements of a view as another dtype, in C order. */
export function cast(input: NdArray, dtype: DType): NdArray {
  const source = contiguous(input) as unknown as ArrayLike<number | bigint>;
  const out = allocate(dtype, source.length);
  const target = out as unknown as (number | bigint)[];
  const big = isBigDType(dtype);
  if (!big && !isBigDType(dtypeOf(input.data))) {
    // at the speed of memory, and no value passes through JavaScript
    (out as Float64Array).set(source as ArrayLike<number>);
    return view(out, input.shape);
  }
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
