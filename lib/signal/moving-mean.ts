/**
 * Writes the mean over up to `half` elements on either side of each of the first `count` of `x` into `out`; at the ends it is
 * over those that are there. Sums across block borders are made of running sums, without subtraction (as {@link movingRms}
 * does), so that small values beside large ones keep their digits. `scratch` holds `2 (count + 2 half)` numbers.
 */
export function movingMean(
  x: Float64Array,
  count: number,
  half: number,
  out: Float64Array,
  scratch: Float64Array,
): void {
  if (half === 0) {
    for (let k = 0; k < count; k++) out[k] = x[k];
    return;
  }
  const width = 2 * half + 1;
  const size = count + 2 * half; // zeros on either side
  const value = (k: number) => (k >= half && k < half + count ? x[k - half] : 0);
  // forward[k]: from the beginning of k's block to k; backward[k]: from k to its end
  for (let k = 0; k < size; k++) scratch[k] = value(k) + (k % width === 0 ? 0 : scratch[k - 1]);
  for (let k = size - 1; k >= 0; k--)
    scratch[size + k] = value(k) + (k === size - 1 || k % width === width - 1 ? 0 : scratch[size + k + 1]);
  for (let k = 0; k < count; k++) {
    const last = k + width - 1;
    const sum = k % width === 0 ? scratch[last] : scratch[size + k] + scratch[last];
    out[k] = sum / (Math.min(count - 1, k + half) - Math.max(0, k - half) + 1);
  }
}
