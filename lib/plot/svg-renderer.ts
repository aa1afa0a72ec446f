/** SVG to pixels by resvg (WebAssembly), with the font that comes as a dependency. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const { resolve } = createRequire(import.meta.url);
let ready: Promise<Uint8Array[]> | undefined;

/** Loads the module and the fonts once per process. */
function prepare(): Promise<Uint8Array[]> {
  ready ??= (async () => {
    await initWasm(await readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')));
    return Promise.all(
      ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => readFile(resolve(`dejavu-fonts-ttf/ttf/${name}`))),
    );
  })();
  return ready;
}

/** RGBA pixels of an SVG at its own size, colours premultiplied by alpha; owned (not a view of the module's memory). */
export async function renderSvg(svg: string): Promise<{ width: number; height: number; pixels: Uint8Array }> {
  const fontBuffers = await prepare();
  const resvg = new Resvg(svg, {
    font: { fontBuffers, defaultFontFamily: 'DejaVu Sans', loadSystemFonts: false } as never,
  });
  try {
    const image = resvg.render();
    try {
      return { width: image.width, height: image.height, pixels: image.pixels.slice() };
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}
