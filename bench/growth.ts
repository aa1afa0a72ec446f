/** Question: do time and memory grow in proportion to the work? */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type GrowthSeries, growthFigure } from './growth-figure.js';
import type { GrowthCost, GrowthPoint } from './growth-process.js';
import type { CaseResult, Question } from './question.js';

/** What grows, while the rest stays as it is. */
const series: { title: string; of: keyof GrowthPoint; sizes: number[]; rest: GrowthPoint }[] = [
  {
    title: 'channels',
    of: 'channels',
    sizes: [1000, 4000, 16_000, 64_000],
    rest: { channels: 0, samples: 100, stages: 1 },
  },
  {
    title: 'samples in a chunk',
    of: 'samples',
    sizes: [10, 100, 1000, 10_000],
    rest: { channels: 1000, samples: 0, stages: 1 },
  },
  {
    title: 'stages',
    of: 'stages',
    sizes: [1, 2, 4, 8, 16, 32],
    rest: { channels: 1000, samples: 1000, stages: 0 },
  },
];

async function cost(point: GrowthPoint): Promise<GrowthCost> {
  const child = fork(new URL('./growth-process.js', import.meta.url));
  const answer = once(child, 'message') as Promise<[GrowthCost]>;
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of ${JSON.stringify(point)} ended with ${code} before it had measured`);
  });
  gone.catch(() => {});
  child.send(point);
  const [measured] = await Promise.race([answer, gone]);
  return measured;
}

export const growth: Question = {
  name: 'growth',
  title: 'Growth',
  method:
    'Chunks of float32 through band-passes of order 2 (two sections each), every point in a new process: the median time of a push, and ' +
    'the most memory that the process took beyond what it had before; results are released, as behind a writer. Linear growth is a straight line of slope one in these plots; the ' +
    'grey line has it. The floor of memory is what the engine keeps for garbage before it collects any.',
  async run({ plan, log }) {
    const results: CaseResult[] = [];
    const figures: GrowthSeries[] = [];
    for (const { title, of, sizes, rest } of series) {
      log(title);
      const costs: GrowthCost[] = [];
      // A quick run looks at the ends and the middle only.
      const chosen = plan.samples >= 20 ? sizes : sizes.filter((_, k) => k % 3 === 0 || k === sizes.length - 1);
      for (const size of chosen) costs.push(await cost({ ...rest, [of]: size }));
      figures.push({ title, sizes: chosen, costs });
      const rows = costs.map((at) => {
        const values = at.channels * at.samples * at.stages;
        return `${at[of]} ${title}: ${(at.nanoseconds / 1e6).toFixed(3)} ms, ${(at.nanoseconds / values).toFixed(2)} ns a value and stage, ${(at.bytes / 2 ** 20).toFixed(0)} MiB`;
      });
      results.push({ title: `More ${title}`, bytes: 0, notes: rows, measured: [] });
    }
    results[0]!.figure = {
      name: 'benchmarks-growth.svg',
      svg: growthFigure(figures),
      caption: 'Time and memory as the work grows',
    };
    return results;
  },
};
