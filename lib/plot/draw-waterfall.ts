/** Prepared panels to PNG. Loaded on the first call of `waterfall`, with all that it needs. */
import { encode } from 'fast-png';
import { annotations } from './annotations.js';
import { commonExtent } from './extent.js';
import { layoutPicture } from './layout.js';
import type { PreparedPanel } from './panel.js';
import { paintColorBar, paintRaster, rasterize } from './raster.js';
import { renderSvg } from './svg-renderer.js';
import type { WaterfallOptions } from './waterfall.js';

/** Amplitudes are painted pixel by pixel, axes and picks are an SVG over them. */
export async function drawWaterfall(panels: readonly PreparedPanel[], options: WaterfallOptions): Promise<Uint8Array> {
  const extent = commonExtent(panels);
  const layout = layoutPicture(
    panels.length,
    options,
    panels.some(({ title, picks }) => title !== '' || picks !== null),
  );
  const { width, height } = layout;
  const pixels = new Uint8Array(3 * width * height).fill(255);
  const limits = panels.map((panel, k) => {
    const { plot, bar } = layout.panels[k]!;
    const raster = rasterize(panel, extent, plot.width, plot.height);
    paintRaster(raster, panel.colors, pixels, width, plot.left, plot.top);
    paintColorBar(panel.colors, pixels, width, bar);
    return raster.limit;
  });
  const overlay = await renderSvg(annotations(panels, extent, layout, limits, options.title));
  blend(pixels, overlay.pixels);
  return encode({ width, height, data: pixels, channels: 3, depth: 8 });
}

/** Puts premultiplied RGBA over RGB. */
function blend(below: Uint8Array, above: Uint8Array): void {
  for (let source = 0, target = 0; source < above.length; source += 4, target += 3) {
    const alpha = above[source + 3]!;
    if (alpha === 0) continue;
    const rest = 255 - alpha;
    for (let k = 0; k < 3; k++) below[target + k] = above[source + k]! + Math.round((below[target + k]! * rest) / 255);
  }
}
