/** The median of a stretch of numbers by selection (Hoare 1961), without sorting them all. */

/**
 * The median of `values[start, start + count)`; the mean of the two middle ones where `count` is even, as numpy.median.
 * The stretch is **reordered**. It must hold no NaN. NaN for a `count` of 0.
 */
export function medianInPlace(values: Float64Array, start: number, count: number): number {
  if (count === 0) return Number.NaN;
  const middle = start + (count >> 1);
  selectInPlace(values, start, start + count - 1, middle);
  const upper = values[middle];
  if (count % 2 === 1) return upper;
  let lower = values[start];
  for (let k = start + 1; k < middle; k++) if (values[k] > lower) lower = values[k];
  return (lower + upper) / 2;
}

/** Reorders `values[left..right]` so that element `k` is where sorting would put it, smaller ones before it. */
function selectInPlace(values: Float64Array, left: number, right: number, k: number): void {
  while (right > left) {
    const pivot = medianOfThree(values[left], values[(left + right) >> 1], values[right]);
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const kept = values[i];
      values[i++] = values[j];
      values[j--] = kept;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else return;
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
