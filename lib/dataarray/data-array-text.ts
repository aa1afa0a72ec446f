/** The text of a DataArray, as xdas prints it. */
import { formatArray } from '../coordinates/array-text.js';
import type { DataArray } from './data-array.js';

/** Header with sizes, summarised values, coordinates, and the dimensions that have none. */
export function dataArrayText(da: DataArray): string {
  const sizes = da.dims.map((dim, axis) => `${dim}: ${da.shape[axis]}`).join(', ');
  const lines = [
    `<xdas.DataArray (${sizes})>`,
    formatArray(da.values, da.shape, da.dtype, { precision: 6, edgeItems: 3 }),
  ];
  if (da.coords.size > 0) lines.push(da.coords.toString());
  const unlabelled = da.dims.filter((dim) => !da.coords.has(dim));
  if (unlabelled.length > 0) lines.push(`Dimensions without coordinates: ${unlabelled.join(',')}`);
  return lines.join('\n');
}
