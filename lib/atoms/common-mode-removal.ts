import { z } from 'zod';
import { removeCommonMode } from '../signal/common-mode.js';
import { lanesOf } from '../signal/lanes.js';
import { AcrossChannels } from './across-channels.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';

/** Options of {@link CommonModeRemoval}. */
export type CommonModeRemovalOptions = z.input<typeof CommonModeRemoval.schema>;

/**
 * Takes off each sample what all channels have in common at its time, `y[t, x] = x[t, x] - median over x of x[t, x]`: the
 * noise of the laser and of vibrations at the interrogator, which reaches all channels at once (Lindsey and Martin, 2021,
 * "Fiber-optic seismology", Annual Review of Earth and Planetary Sciences 49, 309-336). A wave that arrives everywhere at
 * the same time is removed with it.
 *
 * - `method`: `'median'` (default; a car or a loud channel does not matter) or `'mean'` (cheaper: what is loud in one channel
 *   is spread over all, divided by their number).
 * - `group`: channels that have one common mode, counted from the first; the channels that are left over at the end belong
 *   to the last group. Default null: all of them.
 * - `dim`: the dimension of the channels, default `'distance'`.
 *
 * Units and coordinates stay; no delay. NaN samples (dead channels) are left out of the median and stay NaN. float32 stays float32 (computed in float64, rounded
 * once), all others are float64. No state; scratch memory for 8 times of the array. Gaps along `dim` do not matter.
 * Throws `CHUNKED_WHOLE_RECORD` where chunked along `dim`.
 */
export class CommonModeRemoval extends AcrossChannels<z.output<typeof CommonModeRemoval.schema>> {
  static readonly schema = optionsSchema({
    method: z.enum(['median', 'mean']).default('median'),
    group: z.int().min(2).nullable().default(null),
    dim: dimSchema.default('distance'),
  });
  protected readonly why = 'all channels make the common mode';

  constructor(options: CommonModeRemovalOptions = {}) {
    super(parseOptions('CommonModeRemoval', CommonModeRemoval.schema, options));
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array, axis } = this.along(chunk);
    const { method, group } = this.options;
    const lanes = lanesOf(array.shape, axis);
    const count = group === null ? 1 : Math.max(1, Math.floor(lanes.length / group));
    const bounds = Array.from({ length: count + 1 }, (_, g) => (g === count ? lanes.length : g * group!));
    return [array.with({ data: removeCommonMode(array.values, lanes, method, bounds) })];
  }
}
