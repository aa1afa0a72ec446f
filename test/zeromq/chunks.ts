/** Small continuous chunks of a 100 Hz recording, and how this room's tests wait: by events alone. */
import type { TestContext } from 'node:test';
import { DataArray } from '../../lib/dataarray/data-array.js';

/** 2024-05-21T12:34:56.123456789 in ns. */
export const START = 1716294896123456789n;
/** 10 ms in ns. */
export const STEP = 10_000_000n;

/** Chunk `index` of a recording: (samples, channels) float64, every value the index, time and distance axes. */
export function chunk(index: number, { samples = 10, channels = 4, start = START } = {}): DataArray {
  const first = start + BigInt(index * samples) * STEP;
  return new DataArray({
    data: new Float64Array(samples * channels).fill(index),
    shape: [samples, channels],
    dims: ['time', 'distance'],
    coords: {
      time: {
        tieIndices: [0, samples - 1],
        tieValues: BigInt64Array.of(first, first + BigInt(samples - 1) * STEP),
        dtype: 'datetime64[ns]',
        samplingInterval: STEP,
      },
      distance: { tieIndices: [0, channels - 1], tieValues: Float64Array.of(0, 10 * (channels - 1)) },
    },
  });
}

/** The index that {@link chunk} wrote into every value. */
export function indexOf(data: DataArray): number {
  return Number(data.values[0]);
}

/** Resolves with the argument of the next `name` event. Not events.once: that one rejects where an 'error' event is expected. */
export function next<T>(emitter: NodeJS.EventEmitter, name: string): Promise<T> {
  return new Promise((resolve) => emitter.once(name, resolve));
}

/** Gives way to the event loop, turn by turn, until `condition` holds. The test runner's time-out is the only limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

/**
 * Ends a stream or socket with the test, however the test ends: an open publisher would keep the test file from ending
 * after a failure.
 */
export function held<T extends { destroy(): unknown } | { close(): unknown; readonly closed: boolean }>(
  t: TestContext,
  endpoint: T,
): T {
  t.after(() => {
    if ('destroy' in endpoint) endpoint.destroy();
    else if (!endpoint.closed) endpoint.close();
  });
  return endpoint;
}
