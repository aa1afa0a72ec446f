/** Least squares by Householder's reflections (Golub and Van Loan, Matrix Computations, 5.3). */
import { ArgumentError } from '../errors.js';

/**
 * A solver of `min |A x - b|` for a matrix `A` of `rows` x `columns`, C order, not changed: it gives x for each b.
 * Throws `BAD_ARGUMENT` where columns depend on each other (or rows are too few), so that x is not determined.
 */
export function leastSquares(a: Float64Array, rows: number, columns: number): (b: Float64Array) => Float64Array {
  const r = a.slice();
  const scales = new Float64Array(columns);
  if (rows < columns) throw new ArgumentError('BAD_ARGUMENT', `${rows} equations do not determine ${columns} unknowns`);
  let largest = 0;
  for (let k = 0; k < columns; k++) {
    let norm = 0;
    for (let i = k; i < rows; i++) norm += r[i * columns + k] ** 2;
    norm = Math.sqrt(norm);
    largest = Math.max(largest, norm);
    if (!(norm > largest * Number.EPSILON * rows))
      throw new ArgumentError('BAD_ARGUMENT', `unknown ${k} of ${columns} is not determined by the others' equations`);
    const alpha = r[k * columns + k] > 0 ? -norm : norm;
    // the reflector stays below the diagonal, its first element and the diagonal of R beside it
    const head = r[k * columns + k] - alpha;
    r[k * columns + k] = head;
    for (let j = k + 1; j < columns; j++) reflect(r, rows, columns, k, r, columns, j, alpha * head);
    scales[k] = alpha;
  }
  return (b) => {
    const y = b.slice();
    for (let k = 0; k < columns; k++) reflect(r, rows, columns, k, y, 1, 0, scales[k] * r[k * columns + k]);
    const x = new Float64Array(columns);
    for (let k = columns - 1; k >= 0; k--) {
      let sum = y[k];
      for (let j = k + 1; j < columns; j++) sum -= r[k * columns + j] * x[j];
      x[k] = sum / scales[k];
    }
    return x;
  };
}

/** Applies reflector `k`, column k of `r` from its row k on, to a column of `y`; `minusHalf` is minus half its square. */
function reflect(
  r: Float64Array,
  rows: number,
  columns: number,
  k: number,
  y: Float64Array,
  width: number,
  column: number,
  minusHalf: number,
): void {
  let dot = 0;
  for (let i = k; i < rows; i++) dot += r[i * columns + k] * y[i * width + column];
  const factor = dot / minusHalf;
  for (let i = k; i < rows; i++) y[i * width + column] += factor * r[i * columns + k];
}
