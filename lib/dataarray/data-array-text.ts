/** The text of a DataArray, as xdas prints it. */
import { formatArray } from '../coordinates/array-text.js';
import { isComplexDType } from '../dtype.js';
import type { DataArray } from './data-array.js';

/** The values; complex ones with five digits and two items at each edge. */
function valuesText({ values, shape, dtype }: DataArray): string {
  if (!isComplexDType(dtype)) return formatArray(values, shape, dtype, { precision: 6, edgeItems: 3 });
  const parts = values as Float64Array;
  const text = (k: number) => {
    const [re, im] = [parts[2 * k], parts[2 * k + 1]];
    return `${Number(re.toPrecision(5))}${im < 0 ? '-' : '+'}${Math.abs(Number(im.toPrecision(5)))}j`;
  };
  // made of text already: aligned as integers are
  const texts = Array.from({ length: parts.length / 2 }, (_, k) => text(k));
  return formatArray(texts, shape, 'int64', { precision: 0, edgeItems: 2 });
}

/** Header with sizes, summarised values, coordinates, and the dimensions that have none. */
export function dataArrayText(da: DataArray): string {
  const sizes = da.dims.map((dim, axis) => `${dim}: ${da.shape[axis]}`).join(', ');
  const lines = [`<xdas.DataArray (${sizes})>`, da.released ? '(released)' : valuesText(da)];
  if (da.coords.size > 0) lines.push(da.coords.toString());
  const unlabelled = da.dims.filter((dim) => !da.coords.has(dim));
  if (unlabelled.length > 0) lines.push(`Dimensions without coordinates: ${unlabelled.join(',')}`);
  return lines.join('\n');
}
