/** Samples of an OptoDAS instrument as strain rate. */
import type { AttrValue } from '../../dataarray/attributes.js';
import { DataArray } from '../../dataarray/data-array.js';
import { isDType } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import { factsOfAttrs } from './asn-facts.js';
import { isObject, type JsonValue } from './asn-header.js';

/** Units of phase that a sensitivity turns into strain, as headers spell them, and what they become. */
const phaseUnits: Record<string, string> = {
  'rad/(s*m)': 'strain/s',
  'rad/(m*s)': 'strain/s',
  'rad/s/m': 'strain/s',
  'rad/m/s': 'strain/s',
  'rad/m': 'strain',
};

/** Spellings of the unit of a sensitivity to strain. */
const strainSensitivities = new Set(['rad/(strain*m)', 'rad/(m*strain)', 'rad/strain/m', 'rad/m/strain']);

/**
 * An array as an instrument sent it, with the attributes of its header, as strain rate (1/s):
 *
 *     strain rate = values * dataScale / sensitivity
 *
 * - `values * dataScale`: phase per second and metre, in the header's `unit`, `rad/(s*m)`;
 * - `sensitivity`: the `factor` among the `sensitivities` whose `unit` is `rad/(strain*m)`, the first if there are several (about
 *   9.1e6 at 1550 nm, the optical path per strain of silica with its photo-elastic effect; the instrument says it).
 *
 * Values in `rad/m` (phase, not its rate) become strain in the same way. The same as in ASN's own reader (`load_DAS_files` of
 * simpleDAS with `sensitivitySelect=0, integrate=False`).
 *
 * float64, int32 and int64 become float64, float32 and int16 float32; the product is formed in float64 and rounded once. The
 * attribute `unit` becomes `strain/s` (or `strain`); `dataScale` and `sensitivities` go, for they are spent.
 *
 * Throws `BAD_ARGUMENT` where the attributes do not say how, `BAD_DTYPE` for complex values.
 */
export function toStrainRate(da: DataArray): DataArray {
  const { factor, unit } = strainScale(da.attrs);
  if (!isDType(da.dtype))
    throw new ArgumentError('BAD_DTYPE', `strain rate is made of real values, not of ${da.dtype}`);
  const { values } = da;
  const isNarrow = da.dtype === 'float32' || da.dtype === 'int16';
  const data = isNarrow ? new Float32Array(values.length) : new Float64Array(values.length);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    for (let k = 0; k < values.length; k++) data[k] = Number(values[k]) * factor;
  else for (let k = 0; k < values.length; k++) data[k] = values[k]! * factor;
  const attrs = Object.fromEntries(
    Object.entries(da.attrs).filter(([name]) => !/^(dataScale$|sensitivities(\.|$))/.test(name)),
  );
  return new DataArray({ data, shape: da.shape, coords: da.coords, name: da.name, attrs: { ...attrs, unit } });
}

/** What samples are to be multiplied by, and the unit that they then have. Throws `BAD_ARGUMENT`. */
export function strainScale(attrs: Readonly<Record<string, AttrValue>>): { factor: number; unit: string } {
  const { unit, dataScale = 1, sensitivities } = factsOfAttrs(attrs);
  const result = typeof unit === 'string' ? phaseUnits[unit.replace(/\s/g, '')] : undefined;
  if (!result) throw cannot(`unit is ${text(unit)}; allowed: ${Object.keys(phaseUnits).join(', ')}`);
  if (typeof dataScale !== 'number' || dataScale === 0)
    throw cannot(`dataScale is ${text(dataScale)}; allowed: a number other than 0`);
  const sensitivity = (Array.isArray(sensitivities) ? sensitivities : []).find(isStrainSensitivity)?.factor;
  if (typeof sensitivity !== 'number' || sensitivity === 0)
    throw cannot(`no factor in rad/(strain*m) is among its sensitivities, which are ${text(sensitivities)}`);
  return { factor: dataScale / sensitivity, unit: result };
}

function isStrainSensitivity(record: JsonValue): record is { factor: JsonValue; unit: string } {
  return isObject(record) && typeof record.unit === 'string' && strainSensitivities.has(record.unit.replace(/\s/g, ''));
}

function text(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

function cannot(why: string): ArgumentError {
  return new ArgumentError('BAD_ARGUMENT', `these values cannot become strain rate: ${why}`);
}
