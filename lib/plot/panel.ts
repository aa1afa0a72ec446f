/** Panels checked and brought to one orientation. */
import type { AxisCoordinate } from '../coordinates/coordinate.js';
import { realDType } from '../dataarray/complex-parts.js';
import type { DataArray } from '../dataarray/data-array.js';
import { isFloatDType } from '../dtype.js';
import { ArgumentError, CoordinateError } from '../errors.js';
import type { Table } from '../table/table.js';
import { type ColormapName, colormap } from './colormap.js';
import type { WaterfallOptions, WaterfallPanel } from './waterfall.js';

/** A panel that can be drawn. */
export interface PreparedPanel {
  /** Distance by time. */
  data: DataArray;
  time: AxisCoordinate;
  distance: AxisCoordinate;
  title: string;
  /** Times and distances of the picks. */
  picks: { times: BigInt64Array; distances: Float64Array } | null;
  clip: number;
  limit: number | null;
  /** What each channel is divided by; `null`: nothing. */
  scales: Float64Array | null;
  colors: Uint8Array;
  label: string;
}

/** Checks panels and options; errors name the panel (counted from 0). */
export function preparePanels(panels: readonly WaterfallPanel[], options: WaterfallOptions): PreparedPanel[] {
  if (!Array.isArray(panels) || panels.length === 0)
    throw new ArgumentError('BAD_ARGUMENT', 'a waterfall needs one panel at least: [{ data, title }]');
  for (const [name, least] of [
    ['width', 400],
    ['height', 300],
  ] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= 20_000))
      throw new ArgumentError('BAD_ARGUMENT', `${name} must be an integer from ${least} to 20000 pixels, not ${value}`);
  }
  if (options.layout !== undefined && options.layout !== 'rows' && options.layout !== 'columns')
    throw new ArgumentError('BAD_ARGUMENT', `layout ${String(options.layout)} is not one of rows, columns`);
  return panels.map((panel, k) => preparePanel(panel, `panel ${k}`));
}

function preparePanel(panel: WaterfallPanel, name: string): PreparedPanel {
  const { data, title = '', picks = null, clip = 98, limit = null, colormap: map = 'seismic' as ColormapName } = panel;
  const { normalize = 'none' } = panel;
  if (data.ndim !== 2)
    throw new ArgumentError('BAD_SHAPE', `${name} has ${data.ndim} dimensions, a waterfall has time and distance`);
  if (data.empty) throw new ArgumentError('BAD_SHAPE', `${name} has no samples: shape (${data.shape.join(', ')})`);
  realDType(data.dtype, name);
  const axes = data.dims.map((dim) => data.coords.axis(dim));
  const timeAxis = axes.findIndex((axis) => axis.dtype === 'datetime64[ns]');
  const time = axes[timeAxis];
  const distance = axes[1 - timeAxis];
  if (time === undefined || distance === undefined || distance.dtype === 'datetime64[ns]')
    throw new ArgumentError(
      'BAD_DIM',
      `${name} has dimensions of ${axes.map((axis) => `${axis.dim} (${axis.dtype})`).join(' and ')}: one must have times, the other distances`,
    );
  if (!isFloatDType(distance.dtype) && !/^u?int(8|16|32)$/.test(distance.dtype))
    throw new ArgumentError(
      'BAD_DIM',
      `${name} has ${distance.dtype} labels along ${distance.dim}: distances are numbers`,
    );
  for (const axis of [time, distance])
    if (!axis.isMonotonicIncreasing())
      throw new CoordinateError(
        'OVERLAP',
        `${name} goes backward along ${axis.dim}: split it at its overlaps, or simplify the coordinate`,
      );
  if (!(clip > 0 && clip <= 100))
    throw new ArgumentError('BAD_ARGUMENT', `clip of ${name} is a percentile in (0, 100], not ${clip}`);
  if (limit !== null && !(limit > 0 && Number.isFinite(limit)))
    throw new ArgumentError('BAD_ARGUMENT', `limit of ${name} must be a positive number, not ${limit}`);
  if (normalize !== 'none' && normalize !== 'channel')
    throw new ArgumentError('BAD_ARGUMENT', `normalize of ${name} is none or channel, not ${String(normalize)}`);
  const oriented = timeAxis === 0 ? data.transpose() : data;
  return {
    data: oriented,
    time,
    distance,
    title,
    picks: picks === null ? null : preparePicks(picks, name),
    clip,
    limit,
    scales: normalize === 'channel' ? rootMeanSquares(oriented) : null,
    colors: colormap(map),
    label: labelOf(panel),
  };
}

function labelOf({ data, label, normalize }: WaterfallPanel): string {
  const units = data.attrs.units;
  if (normalize === 'channel') return `${label ?? data.name ?? 'amplitude'} / RMS of channel`;
  return label ?? [data.name, typeof units === 'string' ? `(${units})` : null].filter(Boolean).join(' ');
}

/** Of each row, NaN and infinities left out; 1 for silent rows. */
function rootMeanSquares(data: DataArray): Float64Array {
  const { shape, stride, offset } = data.data;
  const [rows, length] = shape as [number, number];
  const values = data.data.data as ArrayLike<number | bigint>;
  return Float64Array.from({ length: rows }, (_, row) => {
    let [sum, count] = [0, 0];
    for (let k = 0; k < length; k++) {
      const value = Number(values[offset + row * stride[0]! + k * stride[1]!]);
      if (!Number.isFinite(value)) continue;
      sum += value * value;
      count++;
    }
    return Math.sqrt(sum / count) || 1;
  });
}

function preparePicks(picks: Table, name: string): PreparedPanel['picks'] {
  for (const column of ['time', 'distance'])
    if (!picks.has(column))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `picks of ${name} need the columns time and distance, they have ${picks.columns.join(', ') || 'none'}`,
      );
  if (picks.empty) return null;
  if (picks.dtype('time') !== 'datetime64[ns]')
    throw new ArgumentError(
      'BAD_DTYPE',
      `picks of ${name} have times of dtype ${picks.dtype('time')}: datetime64[ns] is needed`,
    );
  if (picks.dtype('distance') === 'string')
    throw new ArgumentError('BAD_DTYPE', `picks of ${name} have text for distances`);
  return {
    times: picks.get('time') as BigInt64Array,
    distances: Float64Array.from(picks.get('distance') as ArrayLike<number | bigint>, Number),
  };
}
