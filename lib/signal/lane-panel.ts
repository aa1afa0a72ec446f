/**
 * A few neighbouring lanes, each in one piece: what works along a strided axis reads and writes whole cache lines of it so,
 * instead of one number of each.
 */
import type { Lanes } from './lanes.js';
import type { FloatSamples } from './to-floating.js';

/** Lanes of a panel: those of a cache line of float64. */
export const PANEL = 8;

/**
 * Copies rows `from` up to, but without, `from + rows` of lanes `(o, i)` to `(o, i + width - 1)` into `panel`: row t of lane c
 * becomes element `c * stride + t`.
 */
export function gatherPanel(
  x: Float64Array,
  { length, inner }: Lanes,
  o: number,
  i: number,
  width: number,
  from: number,
  rows: number,
  panel: Float64Array,
  stride: number,
): void {
  const first = (o * length + from) * inner + i;
  if (inner === 1) {
    panel.set(x.subarray(first, first + rows));
    return;
  }
  for (let t = 0, e = first; t < rows; t++, e += inner)
    for (let c = 0, at = t; c < width; c++, at += stride) panel[at] = x[e + c];
}

/** The way back: `rows` rows of `panel` become rows `from` on of `out`. */
export function scatterPanel(
  panel: Float64Array,
  stride: number,
  out: FloatSamples,
  { length, inner }: Lanes,
  o: number,
  i: number,
  width: number,
  from: number,
  rows: number,
): void {
  const first = (o * length + from) * inner + i;
  for (let t = 0, e = first; t < rows; t++, e += inner)
    for (let c = 0, at = t; c < width; c++, at += stride) out[e + c] = panel[at];
}
