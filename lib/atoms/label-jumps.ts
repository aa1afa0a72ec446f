/** Where labels that are stored one by one leave their even steps. */
import type { Delta, Scalar } from '../dtype.js';
import { magnitude, subtractLabels } from './label-arithmetic.js';

/** What a stream knows before labels follow: its last label, and its interval. */
export interface LabelsBefore {
  readonly end: Scalar;
  readonly interval: Delta;
}

/**
 * The samples, counted from 0, before which the step is another one than usual by more than `allowed(usual)`. Usual is a step
 * that comes twice in a row at the beginning, else the median (of an even number the smaller of the middle two: a gap is longer
 * than a sample); and then each other step from where it is repeated, as behind a change of rate. In a stream (`before`) usual is its interval, unless the
 * labels show another one: by two equal steps in a row, that from its last label counted.
 */
export function labelJumps(
  labels: ArrayLike<Scalar>,
  allowed: (step: Delta) => Delta,
  before: LabelsBefore | null = null,
): number[] {
  const steps: Delta[] = [];
  for (let k = 1; k < labels.length; k++) steps.push(subtractLabels(labels[k]!, labels[k - 1]!));
  if (steps.length < (before ? 1 : 2)) return [];
  const near = (a: Delta, b: Delta | undefined) =>
    b !== undefined && magnitude(subtractLabels(a, b)) <= allowed(magnitude(b));
  const usualFirst = () => {
    const first = steps[0]!;
    if (near(first, steps[1])) return first;
    if (before === null) return lowerMedian(steps);
    const { end, interval } = before;
    if (near(first, subtractLabels(labels[0]!, end))) return first;
    const shown = steps.some((step) => near(step, interval));
    return shown || !steps.some((step, k) => near(step, steps[k + 1])) ? interval : lowerMedian(steps);
  };
  let usual = usualFirst();
  const jumps: number[] = [];
  for (const [k, step] of steps.entries()) {
    if (near(step, usual)) continue;
    jumps.push(k + 1);
    const next = steps[k + 1];
    if (next !== undefined && (near(step, next) || near(next, steps[k + 2]))) usual = next;
  }
  return jumps;
}

function lowerMedian(steps: readonly Delta[]): Delta {
  return [...steps].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[(steps.length - 1) >> 1]!;
}
