/** One point of the growth bench, in a process of its own: pushes chunks through atoms and tells time and memory. */
import { IIRFilter, release, Sequential } from '../lib/index.js';
import { benchChunks } from './bench-array.js';

/** What is pushed through what. */
export interface GrowthPoint {
  channels: number;
  samples: number;
  stages: number;
}

/** What it took: nanoseconds of a push (the median), and bytes above those of the process before. */
export interface GrowthCost extends GrowthPoint {
  nanoseconds: number;
  bytes: number;
}

const pushes = 15;
const warmUp = 4;

function measured({ channels, samples, stages }: GrowthPoint): GrowthCost {
  const idle = process.memoryUsage.rss();
  const options = { order: 2, cutoff: [1, 10], dim: 'time' };
  const atom = new Sequential({ atoms: Array.from({ length: stages }, () => new IIRFilter(options)) });
  const times: number[] = [];
  for (const chunk of benchChunks({ shape: [samples, channels], dtype: 'float32' }, warmUp + pushes)) {
    const start = process.hrtime.bigint();
    const given = atom.push(chunk, { chunkDim: 'time' });
    times.push(Number(process.hrtime.bigint() - start));
    given.forEach(release);
  }
  const sorted = times.slice(warmUp).sort((a, b) => a - b);
  const bytes = process.resourceUsage().maxRSS * 1024 - idle;
  return { channels, samples, stages, nanoseconds: sorted[sorted.length >> 1]!, bytes };
}

process.once('message', (point: GrowthPoint) => {
  process.send!(measured(point), () => process.disconnect());
});
