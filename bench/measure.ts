/** Samples of several contenders, taken in turns, and what is said about them. */

/** One of those who are compared. */
export interface Contender {
  name: string;
  /** Does the work once; resolves with nanoseconds per unit of work. */
  sample(): Promise<number>;
}

/** How many samples are taken. */
export interface Plan {
  /** Rounds before the first sample counts. */
  warmUp: number;
  /** Samples of each contender. */
  samples: number;
}

/** The samples of one contender, in the order in which they were taken. */
export interface Measured {
  name: string;
  /** Nanoseconds. */
  samples: number[];
}

/** Median, fastest and quartiles of samples. */
export interface Summary {
  median: number;
  min: number;
  /** First and third quartile. */
  quartiles: [number, number];
}

/**
 * Takes one sample of each contender per round, starting with another contender each round, so that a machine that gets
 * slower or hotter on the way does so for all of them.
 */
export async function measure(contenders: readonly Contender[], plan: Plan): Promise<Measured[]> {
  const measured = contenders.map(({ name }) => ({ name, samples: [] as number[] }));
  for (let round = -plan.warmUp; round < plan.samples; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const index = (turn + round + plan.warmUp) % contenders.length;
      const sample = await contenders[index]!.sample();
      if (round >= 0) measured[index]!.samples.push(sample);
    }
  }
  return measured;
}

/** Quantiles between order statistics, as numpy's default has them. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const quantile = (q: number) => {
    const position = q * (sorted.length - 1);
    const below = Math.floor(position);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (sorted[above]! - sorted[below]!) * (position - below);
  };
  return { median: quantile(0.5), min: sorted[0]!, quartiles: [quantile(0.25), quantile(0.75)] };
}
