/** The values that a CF variable means: times, durations, packed and missing numbers (CF sections 2.5, 4.4 and 8.1). */
import type { CoordArray, CoordDType, TypedArray } from '../dtype.js';
import { allocate, type DType, isBigDType, isComplexDType } from '../dtype.js';
import { PacketError } from '../errors.js';
import { NAT } from '../time.js';
import { scalarOf, textOf } from './cf-attributes.js';
import { durationUnit, isTimeUnits, parseTimeUnits, toNanoseconds } from './cf-time.js';
import type { NetcdfVariable } from './netcdf-content.js';

/**
 * The dtype and values of a coordinate's variable:
 *
 * - `units` "<unit> since <date>": `datetime64[ns]`;
 * - `dtype` "timedelta64[...]" with a unit of time: `timedelta64[ns]` (xdas reads these as plain integers);
 * - `scale_factor`, `add_offset`: applied, float64;
 * - `_FillValue`, `missing_value`: NaN (float32 for integers up to 16 bit, float64 otherwise), or `NAT` for times;
 * - all else as it is stored.
 */
export function decodeCfVariable(variable: NetcdfVariable): { dtype: CoordDType; values: CoordArray } {
  const { attrs, name } = variable;
  if (variable.dtype === 'string') return { dtype: 'string', values: variable.values as string[] };
  if (isComplexDType(variable.dtype))
    throw new PacketError(
      'MALFORMED_PACKET',
      'decode',
      `variable ${name} is a coordinate and holds ${variable.dtype}; allowed: real numbers, times and text`,
    );
  const values = variable.values as TypedArray;
  const fills = ['_FillValue', 'missing_value'].map((key) => scalarOf(attrs, key)).filter((fill) => fill !== null);
  const units = textOf(attrs, 'units');
  if (isTimeUnits(units)) {
    const times = toNanoseconds(values, parseTimeUnits(units, textOf(attrs, 'calendar'), `variable ${name}`), name);
    if (fills.length)
      times.forEach((_, i) => {
        if (isFill(values[i]!, fills)) times[i] = NAT;
      });
    return { dtype: 'datetime64[ns]', values: times };
  }
  const unit = units === null ? null : durationUnit(units);
  if (unit !== null && textOf(attrs, 'dtype')?.startsWith('timedelta64'))
    return { dtype: 'timedelta64[ns]', values: toNanoseconds(values, { unit, origin: 0n }, `variable ${name}`) };
  return decodeNumbers(variable, values, fills);
}

function isFill(value: number | bigint, fills: readonly (number | bigint | string)[]): boolean {
  // neither below nor above: exact also where a bigint meets a number
  return fills.some((fill) => typeof fill !== 'string' && !(value < fill) && !(value > fill));
}

function decodeNumbers(variable: NetcdfVariable, values: TypedArray, fills: readonly (number | bigint | string)[]) {
  const dtype = variable.dtype as DType;
  const scale = scalarOf(variable.attrs, 'scale_factor');
  const offset = scalarOf(variable.attrs, 'add_offset');
  const isFloat = dtype === 'float32' || dtype === 'float64';
  const missing = fills.filter((fill) => !(typeof fill === 'number' && Number.isNaN(fill)));
  if (scale === null && offset === null && missing.length === 0) return { dtype, values };
  if (typeof scale === 'string' || typeof offset === 'string')
    throw new PacketError(
      'MALFORMED_PACKET',
      'decode',
      `variable ${variable.name}: scale_factor or add_offset is text, not a number`,
    );
  const scaled = scale !== null || offset !== null;
  const small = !isBigDType(dtype) && values.BYTES_PER_ELEMENT <= 2;
  const outDtype = scaled ? 'float64' : isFloat ? dtype : small ? 'float32' : 'float64';
  const out = allocate(outDtype, values.length);
  for (let i = 0; i < values.length; i++)
    out[i] = isFill(values[i]!, missing) ? Number.NaN : Number(values[i]!) * Number(scale ?? 1) + Number(offset ?? 0);
  return { dtype: outDtype, values: out };
}
