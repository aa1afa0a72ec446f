/** Waterfall pictures: amplitudes over time and distance, as PNG. */
import { writeFile } from 'node:fs/promises';
import type { DataArray } from '../dataarray/data-array.js';
import { FileError } from '../errors.js';
import type { Table } from '../table/table.js';
import type { ColormapName } from './colormap.js';
import { preparePanels } from './panel.js';

/** One panel of a {@link waterfall}. */
export interface WaterfallPanel {
  /** Two dimensions, in any order: one with times, one with distances in metres. Gaps stay blank. */
  data: DataArray;
  title?: string;
  /** Picks to mark: columns `time` (datetime64[ns]) and `distance`; those outside the panel are not drawn. */
  picks?: Table | null;
  /** Percentile of the amplitudes shown from which on colours saturate, in (0, 100]; default 98. */
  clip?: number;
  /** Amplitude at which colours saturate, in place of `clip`. */
  limit?: number;
  /**
   * `'channel'`: each channel is divided by its root mean square first, so that arrivals show on quiet channels too (the
   * colour bar then has no units); default `'none'`.
   */
  normalize?: 'none' | 'channel';
  /** Default `'seismic'`: blue, white, red. */
  colormap?: ColormapName;
  /** What the colour bar shows, with units; default: the array's name and its attribute `units`. */
  label?: string;
}

/** Options of {@link waterfall}. */
export interface WaterfallOptions {
  /** File to write the PNG to, besides returning it. */
  path?: string;
  /** Title over all panels. */
  title?: string;
  /** Pixels; default 1600. At least 400. */
  width?: number;
  /** Pixels; default 460 per row of panels, and what titles and axes need. At least 300. */
  height?: number;
  /** Panels above each other with one time axis (`'rows'`, the default), or beside each other with one distance axis. */
  layout?: 'rows' | 'columns';
}

/**
 * Draws panels of amplitudes over time (UTC, to the right) and distance (upward) with colour bars, and picks on top.
 * All panels share both axes: the union of what they cover. A pixel shows the largest amplitude (by size, with its sign)
 * of the samples under it, so that no arrival vanishes; colours are symmetric around zero.
 *
 * Everything that draws is loaded on the first call (SVG by resvg in WebAssembly, the font DejaVu Sans: no native code, no
 * fonts of the machine). Memory: about 16 bytes per pixel, beside the data.
 *
 * Throws `BAD_ARGUMENT`, `BAD_DIM`, `BAD_SHAPE` where a panel cannot be drawn (the text names it), `OVERLAP` where an axis
 * goes backward, `BAD_FILE` where `path` cannot be written.
 */
export async function waterfall(
  panels: readonly WaterfallPanel[],
  options: WaterfallOptions = {},
): Promise<Uint8Array> {
  const prepared = preparePanels(panels, options);
  const { drawWaterfall } = await import('./draw-waterfall.js');
  const png = await drawWaterfall(prepared, options);
  if (options.path !== undefined) {
    try {
      await writeFile(options.path, png);
    } catch (cause) {
      throw new FileError('BAD_FILE', options.path, 'the picture cannot be written', { cause });
    }
  }
  return png;
}
