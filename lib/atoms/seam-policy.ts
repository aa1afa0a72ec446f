/** What an atom does at a seam: the options of all atoms that say it, and what was decided at one. */
import { type CoordDType, type Delta, isTimeDType } from '../dtype.js';
import { AtomError } from '../errors.js';
import { type DurationLike, toDuration } from '../time.js';

/** What a gap or a change of rate does. */
export type OnDiscontinuity = 'reset' | 'raise' | 'fill';

/** What an overlap does. */
export type OnOverlap = 'raise' | 'trim';

/** The options of every atom that say what happens at seams. */
export interface SeamOptions {
  /**
   * What a gap or a change of rate does: `'reset'` (default) flushes and starts a new run, `'raise'` throws `DISCONTINUITY`,
   * `'fill'` puts samples into a gap (see `fill` and `maxFill`), so that the run goes on; what cannot be filled resets.
   * `'raise'` and `'fill'` of a nested atom count for the pipeline around it: gaps are filled before its first stage, and
   * only what cannot be filled raises.
   */
  onDiscontinuity?: OnDiscontinuity;
  /**
   * What a gap is filled with: `'interpolate'` (default), on the straight line from the last sample before it to the first
   * after it, lane by lane; or a number. Integers are rounded to the nearest, halves to even. Needs `onDiscontinuity: 'fill'`.
   */
  fill?: 'interpolate' | number;
  /**
   * The longest stretch of missing samples that is filled: bigint ns, seconds, or text such as `'1s'` (default); on axes that
   * are no times a number counts in their units, and text fills nothing. Longer gaps reset. Needs `onDiscontinuity: 'fill'`.
   */
  maxFill?: DurationLike;
  /**
   * What an overlap does: `'raise'` (default) throws `OVERLAP`; `'trim'` drops the samples that come less than one interval
   * after the last one seen (within the tolerance), and judges the rest as usual; a chunk that was seen wholly, or comes too late,
   * gives nothing. `'trim'` of a nested atom counts for the pipeline around it.
   */
  onOverlap?: OnOverlap;
}

/** Names of {@link SeamOptions}, for atoms that check their options themselves. */
export const seamOptionNames: readonly (keyof SeamOptions)[] = ['onDiscontinuity', 'fill', 'maxFill', 'onOverlap'];

/** Default of `maxFill`. */
export const DEFAULT_MAX_FILL = '1s';

/** How gaps are filled. */
export interface FillSettings {
  readonly fill: 'interpolate' | number;
  readonly maxFill: DurationLike;
}

/** What is done at a seam: {@link SeamOptions} of an atom and of those nested in it. */
export interface SeamPolicy {
  readonly fill: FillSettings | null;
  readonly raises: boolean;
  readonly trims: boolean;
}

/** The policy of an atom and of the atoms nested in it; its own way of filling counts first, then that of the first stage that fills. */
export function seamPolicy(own: SeamOptions, nested: Iterable<SeamPolicy>): SeamPolicy {
  let fill: FillSettings | null =
    own.onDiscontinuity === 'fill'
      ? { fill: own.fill ?? 'interpolate', maxFill: own.maxFill ?? DEFAULT_MAX_FILL }
      : null;
  let raises = own.onDiscontinuity === 'raise';
  let trims = own.onOverlap === 'trim';
  for (const policy of nested) {
    fill ??= policy.fill;
    raises ||= policy.raises;
    trims ||= policy.trims;
  }
  return { fill, raises, trims };
}

/** Throws `BAD_ARGUMENT` where seam options have wrong values, or say how to fill without saying to. */
export function checkSeamOptions(options: SeamOptions, who: string): void {
  const { onDiscontinuity, fill, maxFill, onOverlap } = options;
  const refuse = (text: string): never => {
    throw new AtomError('BAD_ARGUMENT', `${who}: ${text}`);
  };
  if (onDiscontinuity !== undefined && !['reset', 'raise', 'fill'].includes(onDiscontinuity))
    refuse(`onDiscontinuity is ${String(onDiscontinuity)}; allowed: 'reset', 'raise', 'fill'`);
  if (onOverlap !== undefined && onOverlap !== 'raise' && onOverlap !== 'trim')
    refuse(`onOverlap is ${String(onOverlap)}; allowed: 'raise', 'trim'`);
  if (fill !== undefined && fill !== 'interpolate' && typeof fill !== 'number')
    refuse(`fill is ${String(fill)}; allowed: 'interpolate' or a number`);
  if (maxFill !== undefined && !isLength(maxFill))
    refuse(`maxFill is ${String(maxFill)}; allowed: seconds, bigint nanoseconds, or text such as 1s, all above 0`);
  if (onDiscontinuity !== 'fill')
    for (const [name, value] of Object.entries({ fill, maxFill }))
      if (value !== undefined) refuse(`${name} has no effect without onDiscontinuity: 'fill'`);
}

function isLength(value: unknown): boolean {
  if (typeof value === 'number') return value > 0 && Number.isFinite(value);
  if (typeof value === 'bigint') return value > 0n;
  if (typeof value !== 'string') return false;
  try {
    return toDuration(value) > 0n;
  } catch {
    return false;
  }
}

/** `maxFill` in the units of an axis of `dtype`, or null where it says nothing about such an axis. */
export function longestFill(maxFill: DurationLike, dtype: CoordDType): Delta | null {
  if (isTimeDType(dtype)) return toDuration(maxFill);
  return typeof maxFill === 'number' ? maxFill : null;
}
