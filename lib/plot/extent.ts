/** What an axis of the picture covers, and where labels lie on it. */
import type { AxisCoordinate } from '../coordinates/coordinate.js';
import type { PreparedPanel } from './panel.js';

/** Half-open ranges of both axes; times in ns. */
export interface Extent {
  time: [bigint, bigint];
  distance: [number, number];
}

/** The union of what the panels cover; a sample covers half a sampling interval to either side. */
export function commonExtent(panels: readonly PreparedPanel[]): Extent {
  const times = panels.map(({ time }) => {
    const half = halfStep(time) as bigint;
    return [(time.start as bigint) - half, (time.end as bigint) + half] as const;
  });
  const distances = panels.map(({ distance }) => {
    const half = halfStep(distance) as number;
    return [(distance.start as number) - half, (distance.end as number) + half] as const;
  });
  return {
    time: [times.map(([start]) => start).reduce(earlier), times.map(([, end]) => end).reduce(later)],
    distance: [Math.min(...distances.map(([start]) => start)), Math.max(...distances.map(([, end]) => end))],
  };
}

function earlier(a: bigint, b: bigint): bigint {
  if (b < a) return b;
  return a;
}

function later(a: bigint, b: bigint): bigint {
  if (b > a) return b;
  return a;
}

/** Half the sample spacing: of the declared interval, or else of the smallest step; never zero. */
export function halfStep(axis: AxisCoordinate): number | bigint {
  const declared = axis.getSamplingInterval({ cast: false });
  if (declared !== null && declared > 0) return typeof declared === 'bigint' ? (declared + 1n) / 2n : declared / 2;
  const big = typeof axis.start === 'bigint';
  let least: number | bigint | null = null;
  const { values } = axis;
  for (let k = 1; k < axis.size; k++) {
    const step = big
      ? (values[k] as bigint) - (values[k - 1] as bigint)
      : (values[k] as number) - (values[k - 1] as number);
    if (least === null || step < least) least = step;
  }
  if (least === null) return big ? 500_000_000n : 0.5;
  return typeof least === 'bigint' ? (least + 1n) / 2n : least / 2;
}

/** Samples under one pixel: from `first` up to but without `stop`; none where they are equal. */
export interface PixelSpans {
  first: Int32Array;
  stop: Int32Array;
}

/**
 * Which samples lie under each of `count` pixels that divide the range. A pixel with none shows the sample whose cell it
 * is in (within half a step of its label), so that few samples are stretched and gaps stay blank.
 */
export function pixelSpans(
  axis: AxisCoordinate,
  count: number,
  range: readonly [bigint, bigint] | readonly [number, number],
): PixelSpans {
  const labels = axis.values as unknown as ArrayLike<number | bigint>;
  const half = halfStep(axis);
  const first = new Int32Array(count);
  const stop = new Int32Array(count);
  let index = 0;
  for (let pixel = 0; pixel < count; pixel++) {
    const [begin, middle, end] = [
      edge(range, 2 * pixel, 2 * count),
      edge(range, 2 * pixel + 1, 2 * count),
      edge(range, 2 * pixel + 2, 2 * count),
    ];
    while (index < labels.length && labels[index]! < begin) index++;
    let after = index;
    while (after < labels.length && labels[after]! < end) after++;
    if (after === index) {
      // no label in this pixel: the nearest one on either side, if its cell reaches the middle
      const nearest = nearestOf(labels, index, middle);
      if (nearest >= 0 && distanceOf(labels[nearest]!, middle) <= half) {
        first[pixel] = nearest;
        stop[pixel] = nearest + 1;
      }
    } else {
      first[pixel] = index;
      stop[pixel] = after;
    }
    index = after;
  }
  return { first, stop };
}

function edge(range: readonly (number | bigint)[], k: number, count: number): number | bigint {
  const [begin, end] = range;
  if (typeof begin === 'bigint') return begin + (((end as bigint) - begin) * BigInt(k)) / BigInt(count);
  return begin! + ((Number(end) - begin!) * k) / count;
}

function distanceOf(a: number | bigint, b: number | bigint): number | bigint {
  const difference = typeof a === 'bigint' ? a - (b as bigint) : a - (b as number);
  return difference < 0 ? -difference : difference;
}

/** Of the labels before and at `index`, the one nearer to `target`; -1 where there is none. */
function nearestOf(labels: ArrayLike<number | bigint>, index: number, target: number | bigint): number {
  if (index >= labels.length) return labels.length - 1;
  if (index === 0) return 0;
  return distanceOf(labels[index - 1]!, target) <= distanceOf(labels[index]!, target) ? index - 1 : index;
}
