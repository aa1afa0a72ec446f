/** Arrays and streams for the tests of this room. */
import { Readable } from 'node:stream';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';

export const T0 = 1_700_000_000_000_000_000n;
export const STEP = 10_000_000n;

/** `size` samples of `width` channels at 100 Hz from sample `first` on, values a smooth function of both. */
export function record(first: number, size: number, width = 3): DataArray {
  const data = new Float64Array(size * width);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < width; j++)
      data[i * width + j] = Math.sin(0.37 * (first + i) + j) + 0.2 * Math.cos(2.1 * (first + i) * (j + 1));
  const start = T0 + BigInt(first) * STEP;
  return new DataArray({
    data,
    shape: [size, width],
    dims: ['time', 'distance'],
    coords: {
      time: new InterpCoordinate({
        tieIndices: size === 1 ? [0] : [0, size - 1],
        tieValues: size === 1 ? [start] : [start, start + BigInt(size - 1) * STEP],
        samplingInterval: STEP,
        dtype: 'datetime64[ns]',
        dim: 'time',
      }),
      distance: Float64Array.from({ length: width }, (_, j) => 5 * j),
    },
    name: 'velocity',
  });
}

/** `count` chunks of `size` samples, one after the other. */
export function chunks(count: number, size: number, width = 3): DataArray[] {
  return Array.from({ length: count }, (_, i) => record(i * size, size, width));
}

/** A Readable that counts what was pulled from it and never ends by itself unless told how many there are. */
export class Counted extends Readable {
  pulled = 0;
  readonly chunkDim = 'time';
  readonly #count: number;
  readonly #size: number;

  constructor(count = Number.POSITIVE_INFINITY, size = 10) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#count = count;
    this.#size = size;
  }

  override _read(): void {
    setImmediate(() => {
      if (this.destroyed) return;
      this.push(this.pulled < this.#count ? record(this.pulled++ * this.#size, this.#size) : null);
    });
  }
}
