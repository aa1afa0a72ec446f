/** What a chunk of several runs would be refused for, found before any of them is worked on. */
import type { DataArray } from '../dataarray/data-array.js';
import { crossSeam } from './cross-seam.js';
import type { Seam } from './seam.js';
import type { SeamPolicy } from './seam-policy.js';
import type { StreamPosition } from './stream-position.js';

/**
 * The first seam that `policy` raises at when `runs` follow each other behind `position`, which is left as it is; null
 * where they pass. Throws what judging throws (`IRREGULAR`).
 */
export function raisedSeam(
  runs: readonly DataArray[],
  position: StreamPosition,
  policy: SeamPolicy,
  chunkDim: string,
  atom: string,
): Seam | null {
  const ahead = position.copy();
  const keepsLast = policy.fill !== null;
  for (const run of runs)
    for (let rest: DataArray | null = run; rest !== null; ) {
      const { place, edge } = ahead.meet(rest, chunkDim, atom, () => {});
      const crossing = place && crossSeam(place, policy);
      if (crossing?.seam.action === 'raised') return crossing.seam;
      if (crossing?.seam.action === 'trimmed') {
        rest = crossing.rest;
        continue;
      }
      ahead.advance(rest, chunkDim, edge, keepsLast);
      rest = null;
    }
  return null;
}
