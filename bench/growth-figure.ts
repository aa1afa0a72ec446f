/** The plots of the growth bench, as one SVG: time above, memory below, one column for each thing that grows. */
import { scaleLog } from 'd3-scale';
import type { GrowthCost } from './growth-process.js';

/** What was measured while one thing grew. */
export interface GrowthSeries {
  title: string;
  sizes: number[];
  costs: GrowthCost[];
}

const [width, height] = [290, 200];
const margin = { left: 64, right: 14, top: 30, bottom: 42 };

interface Panel {
  title: string;
  unit: string;
  xs: number[];
  ys: number[];
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Powers of ten that hold all values. */
function decades(values: number[]): [number, number] {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  return [low, high > low ? high : 10 * low];
}

function panel({ title, unit, xs, ys }: Panel, left: number, top: number): string {
  const x = scaleLog(decades(xs), [left + margin.left, left + width - margin.right]);
  const y = scaleLog(decades(ys), [top + height - margin.bottom, top + margin.top]);
  const powers = ([low, high]: number[]) => {
    const ticks = [];
    for (let tick = low!; tick <= high! * 1.0001; tick *= 10) ticks.push(tick);
    return ticks;
  };
  const label = (value: number) => (value >= 1 ? value.toLocaleString('en') : String(Number(value.toPrecision(1))));
  const [x0, x1] = x.range() as [number, number];
  const [y0, y1] = y.range() as [number, number];
  const parts = [`<rect x="${x0}" y="${y1}" width="${x1 - x0}" height="${y0 - y1}" fill="none" stroke="#444"/>`];
  for (const tick of powers(x.domain()))
    parts.push(`<text x="${x(tick)}" y="${y0 + 15}" text-anchor="middle">${label(tick)}</text>`);
  for (const tick of powers(y.domain())) {
    parts.push(`<line x1="${x0}" x2="${x1}" y1="${y(tick)}" y2="${y(tick)}" stroke="#ddd"/>`);
    parts.push(`<text x="${x0 - 6}" y="${y(tick) + 4}" text-anchor="end">${label(tick)}</text>`);
  }
  // Slope one through the last point: growth in proportion.
  const [lastX, lastY] = [xs.at(-1)!, ys.at(-1)!];
  const from = Math.max(xs[0]!, (y.domain()[0]! * lastX) / lastY);
  const at = (a: number, b: number) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`;
  parts.push(
    `<polyline points="${at(from, (from * lastY) / lastX)} ${at(lastX, lastY)}" stroke="#aaa" stroke-dasharray="4 3" fill="none"/>`,
    `<polyline points="${xs.map((value, k) => at(value, ys[k]!)).join(' ')}" stroke="#1f5fbf" stroke-width="2" fill="none"/>`,
    ...xs.map(
      (value, k) => `<circle cx="${x(value).toFixed(1)}" cy="${y(ys[k]!).toFixed(1)}" r="3.5" fill="#1f5fbf"/>`,
    ),
    `<text x="${(x0 + x1) / 2}" y="${y0 + 32}" text-anchor="middle">${escaped(title)}</text>`,
    `<text x="${x0}" y="${y1 - 8}">${escaped(unit)}</text>`,
  );
  return parts.join('\n');
}

/** One SVG of all series. */
export function growthFigure(series: readonly GrowthSeries[]): string {
  const parts = series.flatMap(({ title, sizes, costs }, column) => [
    panel({ title, unit: 'ms a push', xs: sizes, ys: costs.map((at) => at.nanoseconds / 1e6) }, column * width, 0),
    panel(
      { title, unit: 'MiB', xs: sizes, ys: costs.map((at) => Math.max(1, at.bytes / 2 ** 20)) },
      column * width,
      height,
    ),
  ]);
  const [w, h] = [series.length * width, 2 * height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="DejaVu Sans, sans-serif" font-size="11" fill="#222">`,
    `<rect width="${w}" height="${h}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
