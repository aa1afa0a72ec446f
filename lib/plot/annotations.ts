/** Everything of the picture that is lines and text, as SVG on a transparent ground. */
import type { Extent } from './extent.js';
import type { PanelBox, PictureLayout } from './layout.js';
import type { PreparedPanel } from './panel.js';
import { amplitudeTicks, numberTicks, timeTicks } from './ticks.js';

const INK = '#1a1a1a';
/** Picks: light dots with a dark rim, to be seen on any colour. */
const PICK = '#ffd91a';
const PICK_RIM = '#111111';

/** The SVG over the amplitudes; `limits` are where the colours of each panel saturate. */
export function annotations(
  panels: readonly PreparedPanel[],
  extent: Extent,
  layout: PictureLayout,
  limits: readonly number[],
  title: string | undefined,
): string {
  const { width, height, fontSize } = layout;
  const parts: string[] = [];
  if (title && layout.titleBaseline !== null)
    parts.push(text(width / 2, layout.titleBaseline, title, { size: 1.35 * fontSize, anchor: 'middle', bold: true }));
  for (const [k, panel] of panels.entries())
    parts.push(panelSvg(panel, extent, layout.panels[k]!, limits[k]!, fontSize, k));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans" fill="${INK}">${parts.join('')}</svg>`;
}

function panelSvg(
  panel: PreparedPanel,
  extent: Extent,
  { plot, bar, showTime, showDistance }: PanelBox,
  limit: number,
  size: number,
  number: number,
): string {
  const parts: string[] = [];
  const [right, bottom] = [plot.left + plot.width, plot.top + plot.height];
  const marks = panel.picks === null ? null : pickMarks(panel.picks, extent, plot);
  if (marks !== null && marks.count > 0) {
    const dot = Math.max(2.2, size / 5.5);
    const path = (stroke: string, across: number) =>
      `<path d="${marks.path}" fill="none" stroke="${stroke}" stroke-width="${across.toFixed(2)}" stroke-linecap="round"/>`;
    parts.push(
      `<clipPath id="clip${number}"><rect x="${plot.left}" y="${plot.top}" width="${plot.width}" height="${plot.height}"/></clipPath>`,
      `<g clip-path="url(#clip${number})">${path(PICK_RIM, dot + 1.6)}${path(PICK, dot)}</g>`,
    );
  }
  if (panel.title)
    parts.push(text(plot.left, plot.top - 0.55 * size, panel.title, { size: 1.1 * size, anchor: 'start', bold: true }));
  if (marks !== null) {
    const label = `${marks.count} ${marks.count === 1 ? 'pick' : 'picks'}`;
    parts.push(
      text(right, plot.top - 0.55 * size, label, { size, anchor: 'end' }),
      dotAt(right - (label.length * 0.6 + 0.9) * size, plot.top - 0.9 * size, Math.max(4, size / 3)),
    );
  }

  // time
  const { ticks, date } = timeTicks(extent.time, Math.max(2, Math.round(plot.width / (9 * size))));
  for (const tick of ticks) {
    const x = plot.left + tick.at * plot.width;
    parts.push(line(x, bottom, x, bottom + 0.35 * size));
    if (showTime) parts.push(text(x, bottom + 1.45 * size, tick.text, { size, anchor: 'middle' }));
  }
  if (showTime)
    parts.push(
      text(plot.left + plot.width / 2, bottom + 3.1 * size, `UTC time on ${date}`, {
        size: 1.05 * size,
        anchor: 'middle',
      }),
    );

  // distance, in km from ten of them
  const km = Math.max(Math.abs(extent.distance[0]), Math.abs(extent.distance[1])) >= 10_000;
  const range = extent.distance.map((value) => (km ? value / 1000 : value)) as [number, number];
  for (const tick of numberTicks(range, Math.max(2, Math.round(plot.height / (4 * size))))) {
    const y = bottom - tick.at * plot.height;
    parts.push(line(plot.left, y, plot.left - 0.35 * size, y));
    if (showDistance) parts.push(text(plot.left - 0.6 * size, y + 0.36 * size, tick.text, { size, anchor: 'end' }));
  }
  if (showDistance)
    parts.push(
      text(1.3 * size, plot.top + plot.height / 2, `Distance (${km ? 'km' : 'm'})`, {
        size: 1.05 * size,
        anchor: 'middle',
        turned: true,
      }),
    );

  // colours
  const amplitudes = amplitudeTicks(limit, Math.max(2, Math.round(plot.height / (5 * size))));
  for (const tick of amplitudes.ticks) {
    const y = bottom - tick.at * plot.height;
    parts.push(line(bar.left + bar.width, y, bar.left + bar.width + 0.3 * size, y));
    parts.push(text(bar.left + bar.width + 0.5 * size, y + 0.36 * size, tick.text, { size, anchor: 'start' }));
  }
  const power = amplitudes.power === 0 ? '' : `× 10${superscript(amplitudes.power)}`;
  const name = [panel.label, power].filter(Boolean).join('  ');
  if (name)
    parts.push(
      text(bar.left + bar.width + 4.6 * size, plot.top + plot.height / 2, name, {
        size: 1.05 * size,
        anchor: 'middle',
        turned: true,
      }),
    );
  for (const box of [plot, bar])
    parts.push(
      `<rect x="${box.left - 0.5}" y="${box.top - 0.5}" width="${box.width + 1}" height="${box.height + 1}" fill="none" stroke="${INK}"/>`,
    );
  return parts.join('');
}

/** Dots as one path of lines without length, and how many there are. */
function pickMarks(
  picks: { times: BigInt64Array; distances: Float64Array },
  { time, distance }: Extent,
  plot: { left: number; top: number; width: number; height: number },
): { path: string; count: number } {
  const parts: string[] = [];
  const span = Number(time[1] - time[0]);
  for (let k = 0; k < picks.times.length; k++) {
    const x = Number(picks.times[k]! - time[0]) / span;
    const y = (picks.distances[k]! - distance[0]) / (distance[1] - distance[0]);
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) continue;
    parts.push(`M${(plot.left + x * plot.width).toFixed(1)} ${(plot.top + (1 - y) * plot.height).toFixed(1)}h0`);
  }
  return { path: parts.join(''), count: parts.length };
}

function dotAt(x: number, y: number, across: number): string {
  return `<circle cx="${x}" cy="${y}" r="${across / 2 + 0.8}" fill="${PICK_RIM}"/><circle cx="${x}" cy="${y}" r="${across / 2}" fill="${PICK}"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${INK}"/>`;
}

function text(
  x: number,
  y: number,
  content: string,
  {
    size,
    anchor,
    bold = false,
    turned = false,
  }: { size: number; anchor: 'start' | 'middle' | 'end'; bold?: boolean; turned?: boolean },
): string {
  const place = turned
    ? `transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(-90)"`
    : `x="${x.toFixed(1)}" y="${y.toFixed(1)}"`;
  return `<text ${place} font-size="${size.toFixed(1)}" text-anchor="${anchor}"${bold ? ' font-weight="bold"' : ''}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  // control characters are not allowed in XML at all
  return [...content]
    .filter((char) => char >= ' ')
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function superscript(power: number): string {
  return String(power).replace(/[-\d]/g, (char) => (char === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(char)]!));
}
