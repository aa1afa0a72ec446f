import { z } from 'zod';
import type { Attrs } from '../dataarray/attributes.js';
import { AtomError } from '../errors.js';
import { whitenBlocks } from '../signal/fft/whiten-blocks.js';
import type { Lanes } from '../signal/lanes.js';
import type { BlockTransform } from '../signal/overlap-add.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { OverlapAddAtom } from './overlap-add-atom.js';
import { withUnit } from './unit-attributes.js';

/** Options of {@link SpectralWhitening}. */
export type SpectralWhiteningOptions = z.input<typeof SpectralWhitening.schema>;

const corner = z.number().nonnegative().nullable();

/**
 * Makes the amplitude spectrum of each channel flat over a band and keeps the phases, before noise is correlated (Bensen et
 * al., 2007, Geophys. J. Int. 169, 1239-1260, section 2.1). Block by block:
 *
 *     X = rfft(w x, nfft),   A = mean of |X| over `smoothing`,   Y = X sqrt(n / 2) B / max(A, water max A),   y = w irfft(Y)
 *
 * with blocks x of n samples that overlap by half, the sine window `w[k] = sin(pi (k + 1/2) / n)` before and after, whose squares add
 * up to 1 (weighted overlap-add; Crochiere, 1980, IEEE Trans. ASSP 28, 99-102), and nfft the smallest power of two from 1.5 n: the
 * zeros behind a block keep its ends apart.
 *
 * - `wlen`: length of a block, seconds or units of the coordinate; made an even number of samples, upwards. Several of the longest periods
 *   of the band; amplitudes are equal from block to block too, as after a running normalization in time.
 * - `freq`: `[fmin, fmax]` of the band in Hz, null for no corner; default `[null, null]`. B is 1 in it, with cosine flanks of `taper` Hz
 *   outside of it (default null: 2 / wlen) and 0 beyond. A corner must be below Nyquist.
 * - `smoothing`: width in Hz of the running mean of |X|, made an odd number of frequencies, clipped at 0 and Nyquist; default 0: one
 *   frequency, so that all amplitudes become equal.
 * - `water`: the least divisor, relative to the largest A in the band; default 1e-8: what is below is noise of rounding. 0: none.
 * - `dim`: default `'time'`.
 *
 * The result has no unit (an attribute `units` or `unit` becomes `1`); in the band its spectrum is that of white noise with a
 * standard deviation of 1 (to 1.13 with wide smoothing). A block of zeros stays zero; a NaN spoils the blocks that hold it.
 *
 * Labels stay. A sample comes when both its blocks are full, at most `wlen` later, the last ones of a run with its flush. Blocks count
 * from the start of the run, whatever the cutting: zeros are taken for the half block before it and for what follows its end, so
 * that the first and last half block of a run are whitened with that edge in them. float32 stays float32 (computed in
 * float64, rounded once), all others are float64. State: 1.5 blocks of each channel in float64, and labels; scratch: another block.
 */
export class SpectralWhitening extends OverlapAddAtom<z.output<typeof SpectralWhitening.schema>> {
  static readonly schema = optionsSchema({
    wlen: z.number().positive(),
    freq: z.tuple([corner, corner]).default([null, null]),
    smoothing: z.number().nonnegative().default(0),
    taper: z.number().nonnegative().nullable().default(null),
    water: z.number().min(0).max(1).default(1e-8),
    dim: dimSchema.default('time'),
  }).refine(({ freq: [low, high] }) => low === null || high === null || low < high, {
    message: 'must rise',
    path: ['freq'],
  });

  constructor(options: SpectralWhiteningOptions) {
    super(parseOptions('SpectralWhitening', SpectralWhitening.schema, options));
  }

  protected override design(lanes: Lanes): BlockTransform {
    const { wlen, freq, smoothing, taper, water } = this.options;
    const { step } = this.memory;
    for (const one of freq)
      if (one !== null && one * step >= 0.5)
        throw new AtomError(
          'BAD_ARGUMENT',
          `${this.name}: freq has ${one} Hz; allowed: below ${0.5 / step} Hz, the Nyquist frequency`,
        );
    const [low, high] = freq.map((one) => (one === null ? null : one * step));
    return whitenBlocks(lanes, this.blockSize, {
      low: low!,
      high: high!,
      taper: (taper ?? 2 / wlen) * step,
      smoothing: smoothing * step,
      water,
    });
  }

  protected override attrsOf(attrs: Attrs): Attrs {
    return withUnit(attrs, '1');
  }
}
