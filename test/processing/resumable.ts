/** A pipeline with every kind of state, and its output as text that shows every bit. */

import type { Chunk } from '../../lib/atoms/chunk.js';
import { compose } from '../../lib/atoms/compose.js';
import { Filter } from '../../lib/atoms/filter.js';
import { Partial } from '../../lib/atoms/partial.js';
import { Rechunk } from '../../lib/atoms/rechunk.js';
import { Resample } from '../../lib/atoms/resample.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import { STALTA } from '../../lib/atoms/stalta.js';
import { Trigger } from '../../lib/atoms/trigger.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { square } from '../../lib/dataarray/elementwise.js';
import { record } from './chunks.js';

/** A new one; `freq` for another one that is nearly the same. */
export const resumable = (freq: [number, number] = [2, 20]) =>
  new Sequential({
    atoms: [
      compose(new Filter({ freq }), new Filter({ freq: [null, 30], ftype: 'fir', transition: 15 })),
      new Resample({ down: 3 }),
      new Partial({ func: square }),
      new Rechunk({ chunks: { time: 7 } }),
    ],
    onDiscontinuity: 'fill',
    onOverlap: 'trim',
  });

/** Another, whose output are picks. */
export const picking = () =>
  new Sequential([new Filter({ freq: [2, 20] }), new STALTA({ sta: 0.05, lta: 0.3 }), new Trigger({ thresh: 1.2 })]);

/** 20 chunks with a gap that can be filled, one that cannot, and one chunk that comes twice. */
export const pieces = [0, 10, 20, 20, 30, 45, 55, 400, 410, 420, 430, 440, 450, 460, 470, 480, 490, 500, 510, 520].map(
  (first) => record(first, 10),
);

/** Labels and bits of chunks. */
export function bits(chunks: readonly Chunk[]): string[] {
  return chunks.map((chunk) => {
    if (!(chunk instanceof DataArray)) return chunk.toCsv();
    const { buffer, byteOffset, byteLength } = chunk.values;
    const time = chunk.coords.axis('time');
    return `${time.start} ${time.end} ${time.size} ${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}`;
  });
}
