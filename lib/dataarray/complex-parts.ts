/** Complex arrays and their parts: numpy.real, imag, abs, angle, conj; and how to refuse what is complex. */
import { type ArrayDType, allocate, type DType, isComplexDType, partsDType } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import type { DataArray } from './data-array.js';

/** `dtype` if it is real; throws `BAD_DTYPE` for a complex one, saying that `who` does not take it. */
export function realDType(dtype: ArrayDType, who: string): DType {
  if (!isComplexDType(dtype)) return dtype;
  throw new ArgumentError(
    'BAD_DTYPE',
    `${who} does not take ${dtype} values; allowed: real ones, such as those that absolute, angle, real and imag give`,
  );
}

/** The real part; a real array is its own. float32 of complex64, float64 of complex128. Coordinates, name, attributes stay. */
export function real(da: DataArray): DataArray {
  return isComplexDType(da.dtype) ? part(da, (re) => re) : da;
}

/** The imaginary part; zeros of a real array. */
export function imag(da: DataArray): DataArray {
  if (!isComplexDType(da.dtype)) return da.with({ data: allocate(da.dtype, da.size) });
  return part(da, (_, im) => im);
}

/** The magnitude of complex values (`absolute` is the one for all), `sqrt(re^2 + im^2)` without overflow: of an analytic signal, the envelope. */
export function magnitude(da: DataArray): DataArray {
  return part(da, Math.hypot);
}

/** The angle of complex values in radians, -pi to pi; of real ones 0, or pi where they are negative. */
export function angle(da: DataArray): DataArray {
  if (!isComplexDType(da.dtype)) {
    const out = allocate(da.dtype === 'float32' ? 'float32' : 'float64', da.size) as Float64Array;
    for (let k = 0; k < out.length; k++) out[k] = Math.atan2(0, Number(da.values[k]));
    return da.with({ data: out });
  }
  return part(da, (re, im) => Math.atan2(im, re));
}

/** The complex conjugate; a real array is its own. */
export function conj(da: DataArray): DataArray {
  if (!isComplexDType(da.dtype)) return da;
  const data = da.values.slice() as Float64Array;
  for (let k = 1; k < data.length; k += 2) data[k] = -data[k];
  return da.with({ data, dtype: da.dtype });
}

function part(da: DataArray, of: (re: number, im: number) => number): DataArray {
  if (!isComplexDType(da.dtype))
    throw new ArgumentError('BAD_DTYPE', `${da.dtype} values are not complex; allowed: complex64, complex128`);
  const z = da.values as Float64Array;
  const out = allocate(partsDType(da.dtype), da.size) as Float64Array;
  for (let k = 0; k < out.length; k++) out[k] = of(z[2 * k], z[2 * k + 1]);
  return da.with({ data: out });
}
