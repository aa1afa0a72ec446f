/** Colour maps as tables of 255 colours (an odd number: the middle one is that of zero), from d3-scale-chromatic. */
import {
  interpolateBrBG,
  interpolateGreys,
  interpolateMagma,
  interpolatePiYG,
  interpolatePRGn,
  interpolatePuOr,
  interpolateRdBu,
  interpolateViridis,
} from 'd3-scale-chromatic';
import { ArgumentError } from '../errors.js';

/** Blue, white, red; the ends are deep but not dark, so that dense wiggles do not turn black. */
function seismic(t: number): string {
  return t < 0.5
    ? interpolateRgb('#12309e', '#3d76e8', '#ffffff')(2 * t)
    : interpolateRgb('#ffffff', '#ea4335', '#a80f1c')(2 * t - 1);
}

/** From the first over the second (at the middle) to the third colour. */
function interpolateRgb(...stops: [string, string, string]): (t: number) => string {
  const colors = stops.map(parseColor);
  return (t) => {
    const at = Math.min(1, Math.floor(2 * t));
    const [from, to] = [colors[at]!, colors[at + 1]!];
    return `rgb(${from.map((part, k) => Math.round(part + (to[k]! - part) * (2 * t - at))).join(', ')})`;
  };
}

const maps = {
  seismic,
  RdBu: (t: number) => interpolateRdBu(1 - t),
  PuOr: (t: number) => interpolatePuOr(1 - t),
  PRGn: interpolatePRGn,
  PiYG: interpolatePiYG,
  BrBG: interpolateBrBG,
  greys: interpolateGreys,
  viridis: interpolateViridis,
  magma: interpolateMagma,
} as const;

/** A colour map: diverging ones (seismic, RdBu, PuOr, PRGn, PiYG, BrBG), greys, viridis, magma. */
export type ColormapName = keyof typeof maps;

/** The names that {@link colormap} knows. */
export const colormapNames = Object.keys(maps) as ColormapName[];

/** Colours in a table: an odd number, so that zero has one. */
export const COLORS = 255;

/** {@link COLORS} colours, three bytes each, from the lowest to the highest. Throws `BAD_ARGUMENT` for a name that is not known. */
export function colormap(name: ColormapName): Uint8Array {
  const map = maps[name];
  if (!map)
    throw new ArgumentError('BAD_ARGUMENT', `colour map ${String(name)} is not one of ${colormapNames.join(', ')}`);
  const table = new Uint8Array(3 * COLORS);
  for (let k = 0; k < COLORS; k++) table.set(parseColor(map(k / (COLORS - 1))), 3 * k);
  return table;
}

/** The three bytes of `rgb(r, g, b)` or `#rrggbb`. */
function parseColor(text: string): number[] {
  if (text.startsWith('#')) return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  return text
    .match(/\d+(\.\d+)?/g)!
    .slice(0, 3)
    .map((part) => Math.round(Number(part)));
}
