/** Amplitudes to pixels. */
import { COLORS } from './colormap.js';
import { type Extent, pixelSpans } from './extent.js';
import type { PreparedPanel } from './panel.js';

/** What one panel shows: one amplitude per pixel, NaN where there is none. Row 0 is the top, the farthest distance. */
export interface Raster {
  width: number;
  height: number;
  values: Float64Array;
  /** Amplitude at which colours saturate. */
  limit: number;
}

/**
 * One amplitude per pixel: of the samples under it the one largest in size, with its sign, so that a short arrival stays
 * when many samples share a pixel. NaN and missing samples are left out.
 */
export function rasterize(panel: PreparedPanel, extent: Extent, width: number, height: number): Raster {
  const columns = pixelSpans(panel.time, width, extent.time);
  const rows = pixelSpans(panel.distance, height, extent.distance);
  const { data, stride, offset } = panel.data.data;
  const samples = data as ArrayLike<number | bigint>;
  const [perChannel, perSample] = stride as [number, number];
  const values = new Float64Array(width * height).fill(Number.NaN);
  for (let row = 0; row < height; row++) {
    const target = (height - 1 - row) * width;
    for (let channel = rows.first[row]!; channel < rows.stop[row]!; channel++) {
      const base = offset + channel * perChannel;
      const scale = panel.scales?.[channel] ?? 1;
      for (let column = 0; column < width; column++) {
        let best = values[target + column]!;
        let size = Number.isNaN(best) ? -1 : Math.abs(best);
        for (let k = columns.first[column]!; k < columns.stop[column]!; k++) {
          const value = Number(samples[base + k * perSample]) / scale;
          const own = Math.abs(value);
          if (own > size) {
            best = value;
            size = own;
          }
        }
        values[target + column] = best;
      }
    }
  }
  return { width, height, values, limit: panel.limit ?? percentileOfSize(values, panel.clip) };
}

/** The percentile of the finite absolute values; 1 where all are zero or there are none. */
function percentileOfSize(values: Float64Array, percentile: number): number {
  const sizes = values.map(Math.abs).filter(Number.isFinite).sort();
  if (sizes.length === 0) return 1;
  const at = ((sizes.length - 1) * percentile) / 100;
  const below = Math.floor(at);
  const limit = sizes[below]! + (sizes[Math.min(below + 1, sizes.length - 1)]! - sizes[below]!) * (at - below);
  // where most is silent, the percentile may be: the largest then
  return limit > 0 ? limit : sizes.at(-1)! || 1;
}

/** The colour of zero. */
const MIDDLE = (COLORS - 1) / 2;

/** Where there is no data. */
const BLANK = [226, 226, 226] as const;

/** Paints a raster into RGB `pixels` of a picture of `stride` pixels per row, its corner at (`left`, `top`). */
export function paintRaster(
  raster: Raster,
  colors: Uint8Array,
  pixels: Uint8Array,
  stride: number,
  left: number,
  top: number,
): void {
  const { width, height, values, limit } = raster;
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column]!;
      const at = 3 * ((top + row) * stride + left + column);
      if (Number.isNaN(value)) {
        pixels.set(BLANK, at);
        continue;
      }
      const level = Math.max(0, Math.min(2 * MIDDLE, Math.round(MIDDLE + (MIDDLE * value) / limit)));
      pixels[at] = colors[3 * level]!;
      pixels[at + 1] = colors[3 * level + 1]!;
      pixels[at + 2] = colors[3 * level + 2]!;
    }
}

/** Paints a colour map upward into a rectangle of RGB `pixels`. */
export function paintColorBar(
  colors: Uint8Array,
  pixels: Uint8Array,
  stride: number,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): void {
  for (let row = 0; row < height; row++) {
    const level = Math.round((2 * MIDDLE * (height - 1 - row)) / Math.max(1, height - 1));
    const color = colors.subarray(3 * level, 3 * level + 3);
    for (let column = 0; column < width; column++) pixels.set(color, 3 * ((top + row) * stride + left + column));
  }
}
