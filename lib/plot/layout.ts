/** Where everything lies in the picture, in whole pixels. */

/** A rectangle in pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where one panel lies, and which of its axes have numbers. */
export interface PanelBox {
  /** The amplitudes. */
  plot: Box;
  bar: Box;
  /** Numbers and name of the time axis: the lowest panel has them. */
  showTime: boolean;
  /** Numbers and name of the distance axis: the leftmost panel has them. */
  showDistance: boolean;
}

/** The whole picture. */
export interface PictureLayout {
  width: number;
  height: number;
  /** Pixels of the text of ticks; all else follows it. */
  fontSize: number;
  /** Baseline of the title; `null` without one. */
  titleBaseline: number | null;
  panels: PanelBox[];
}

/** Divides a picture among panels. */
export function layoutPicture(
  count: number,
  options: { width?: number; height?: number; layout?: 'rows' | 'columns'; title?: string },
  hasTitles: boolean,
): PictureLayout {
  const rows = options.layout !== 'columns';
  const width = options.width ?? 1600;
  const fontSize = Math.max(10, Math.min(26, Math.round(width / 88)));
  const unit = fontSize;
  const top = options.title ? Math.round(3.1 * unit) : Math.round(0.8 * unit);
  const bottom = Math.round(4.2 * unit);
  const titleSpace = hasTitles ? Math.round(2.1 * unit) : Math.round(0.9 * unit);
  const height = options.height ?? top + bottom + (rows ? count : 1) * (Math.round((width * 460) / 1600) + titleSpace);
  const left = Math.round(5.6 * unit);
  const barGap = Math.round(0.9 * unit);
  const barWidth = Math.round(0.95 * unit);
  const barSpace = barGap + barWidth + Math.round(5.6 * unit);
  const across = rows ? 1 : count;
  const plotWidth = Math.max(40, Math.floor((width - left - across * barSpace - Math.round(0.4 * unit)) / across));
  const down = rows ? count : 1;
  const plotHeight = Math.max(40, Math.floor((height - top - bottom - down * titleSpace) / down));
  const panels = Array.from({ length: count }, (_, k): PanelBox => {
    const plot = {
      left: rows ? left : left + k * (plotWidth + barSpace),
      top: top + titleSpace + (rows ? k * (plotHeight + titleSpace) : 0),
      width: plotWidth,
      height: plotHeight,
    };
    const bar = { left: plot.left + plotWidth + barGap, top: plot.top, width: barWidth, height: plotHeight };
    return { plot, bar, showTime: !rows || k === count - 1, showDistance: rows || k === 0 };
  });
  return { width, height, fontSize, titleBaseline: options.title ? Math.round(2.1 * unit) : null, panels };
}
