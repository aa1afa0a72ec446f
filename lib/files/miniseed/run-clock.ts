import { ArgumentError } from '../../errors.js';
import { formatTime, roundDivide } from '../../time.js';
import { type TimeRun, timeInRun } from './time-runs.js';

/** How a run follows the one before it. */
export type RunVerdict = 'first' | 'continuous' | 'gap' | 'retimed' | 'rate';

/**
 * The clock of a stream of records: judges how each run of times follows. Within the tolerance (1 us at least) of the first label at the rate,
 * a run goes on; else a new record begins, so that no record is off by more: behind a `gap` of more than half a sample, or
 * `retimed` within half a sample, which readers of miniSEED take for continuous. Samples that go back by more are an overlap.
 */
export class RunClock {
  #anchor: TimeRun | null = null;
  #samples = 0;

  /** The run that the stream hangs on, or null before the first. */
  get run(): TimeRun | null {
    return this.#anchor;
  }

  /**
   * Judges the next run and goes on with it. What overlaps is trimmed from its start, or with `onOverlap` `'error'` refused (`OVERLAP`): `run` is what
   * is left, null if nothing.
   */
  follow(
    next: TimeRun,
    onOverlap: 'error' | 'trim',
    who: string,
  ): { run: TimeRun | null; verdict: RunVerdict; trimmed: number } {
    if (!this.#anchor) return this.#begin(next, 'first', 0);
    const anchor = this.#anchor;
    const expected = timeInRun(anchor, this.#samples);
    const trimmed = Math.min(next.size, samplesBefore(next, expected));
    if (trimmed > 0 && onOverlap === 'error') throw overlap(next.start, expected, who);
    if (trimmed === next.size) return { run: null, verdict: 'continuous', trimmed };
    const run = trimmed === 0 ? next : laterRun(next, trimmed);
    const tolerance = run.tolerance > anchor.tolerance ? run.tolerance : anchor.tolerance;
    if (rateDiffers(anchor, run, tolerance)) return this.#begin(run, 'rate', trimmed);
    const jump = run.start - expected;
    if (jump <= tolerance && jump >= -tolerance) {
      this.#samples += run.size;
      return { run, verdict: 'continuous', trimmed };
    }
    return this.#begin(run, 2n * jump * run.denominator > run.numerator ? 'gap' : 'retimed', trimmed);
  }

  #begin(run: TimeRun, verdict: RunVerdict, trimmed: number) {
    this.#anchor = run;
    this.#samples = run.size;
    return { run, verdict, trimmed };
  }
}

/** How many samples of a run lie before `time`, to the nearest: 0 where it starts at it or later. May be more than there are. */
export function samplesBefore(run: TimeRun, time: bigint): number {
  if (time <= run.start) return 0;
  return Number(roundDivide((time - run.start) * run.denominator, run.numerator));
}

/** The run without its first samples. */
export function laterRun(run: TimeRun, skip: number): TimeRun {
  return { ...run, first: run.first + skip, size: run.size - skip, start: timeInRun(run, skip) };
}

/** The error of samples that were there already. */
export function overlap(start: bigint, expected: bigint, who: string): ArgumentError {
  return new ArgumentError(
    'OVERLAP',
    `${who}: times go backward: the samples so far go up to ${formatTime(expected)}, the next ones start at ${formatTime(start)}; ` +
      "sort the chunks, or drop what is double with onOverlap: 'trim'",
  );
}

/** Rates are the same where the difference over the samples of the run stays within the tolerance. */
function rateDiffers(a: TimeRun, b: TimeRun, tolerance: bigint): boolean {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  const size = difference < 0n ? -difference : difference;
  return size * BigInt(Math.max(1, b.size - 1)) > tolerance * a.denominator * b.denominator;
}
