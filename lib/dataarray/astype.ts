/** Values as another dtype. */
import { allocate, type DType, dtypeOf, isBigDType, isDType } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { realDType } from './complex-parts.js';
import type { DataArray } from './data-array.js';
import { contiguous, type NdArray, view } from './strided.js';

/** The same values as another dtype: integers wrap, 64-bit ones become floats rounded to nearest. */
export function astype(da: DataArray, dtype: DType): DataArray {
  if (!isDType(dtype)) throw new ArgumentError('BAD_DTYPE', `${String(dtype)} is no dtype of arrays`);
  if (da.dtype === dtype) return da;
  realDType(da.dtype, 'astype');
  return da.with({ data: cast(da.data, dtype) });
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
