import { type Table, toDuration } from '../lib/index.js';

/** A moment at which many channels trigger together. */
export interface Moment {
  /** Nanoseconds since 1970: the median of the picks in the window. */
  time: bigint;
  /** Different channels with a pick in the window. */
  channels: number;
}

/**
 * The `count` moments at which most channels trigger together: windows of length `window` over the picks (columns `time`
 * and `distance`), the fullest first found, each at least `apart` from the others; given in the order of time.
 * Fewer where there are no more picks.
 */
export function busiestMoments(picks: Table, count: number, { window = '1s', apart = '10s' } = {}): Moment[] {
  const times = picks.get('time') as BigInt64Array;
  const channels = picks.get('distance') as Float64Array;
  const order = Array.from(times.keys()).sort((a, b) => (times[a] < times[b] ? -1 : times[a] > times[b] ? 1 : 0));
  const length = toDuration(window);
  const distance = toDuration(apart);
  const found: Moment[] = [];
  while (found.length < count) {
    let best: Moment | null = null;
    const inWindow = new Map<number, number>();
    let last = 0;
    for (let first = 0; first < order.length; first++) {
      const start = times[order[first]];
      while (last < order.length && times[order[last]] < start + length) {
        const channel = channels[order[last++]];
        inWindow.set(channel, (inWindow.get(channel) ?? 0) + 1);
      }
      const time = times[order[(first + last - 1) >> 1]];
      if (
        (best === null || inWindow.size > best.channels) &&
        found.every((other) => (time > other.time ? time - other.time : other.time - time) >= distance)
      )
        best = { time, channels: inWindow.size };
      const gone = channels[order[first]];
      const left = inWindow.get(gone)! - 1;
      if (left === 0) inWindow.delete(gone);
      else inWindow.set(gone, left);
    }
    if (best === null) break;
    found.push(best);
  }
  return found.sort((a, b) => (a.time < b.time ? -1 : 1));
}
