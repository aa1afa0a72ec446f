import type { AxisCoordinate } from '../../coordinates/coordinate.js';
import { DenseCoordinate } from '../../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../coordinates/interp-coordinate.js';

/** How far labels may be from an even axis to be told by its ends: 1 ns; for distances half a nanometre. */
const tolerances = { 'datetime64[ns]': 1n, float64: 5e-10 } as const;

/**
 * The coordinate of labels that a file has one by one. `'interpolated'`: ties where they leave an even line by more than 1 ns or 0.5 nm,
 * with a rate where one fits; `'dense'`: each of them.
 */
export function axisOfLabels(
  type: 'interpolated' | 'dense',
  labels: BigInt64Array | Float64Array,
  dim: string,
): AxisCoordinate {
  const dtype = labels instanceof BigInt64Array ? 'datetime64[ns]' : 'float64';
  if (type === 'dense') return new DenseCoordinate({ values: labels, dim, dtype });
  const all = new InterpCoordinate({ tieIndices: Array.from(labels.keys()), tieValues: labels, dim, dtype });
  const exact = all.simplify(dtype === 'float64' ? 0 : 0n, { regularize: true });
  return exact.isRegular() ? exact : all.simplify(tolerances[dtype], { regularize: true });
}
