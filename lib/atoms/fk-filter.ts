import { z } from 'zod';
import { DataArray } from '../dataarray/data-array.js';
import { AtomError } from '../errors.js';
import { fanFilter } from '../signal/fft/fan-filter.js';
import type { Lanes } from '../signal/lanes.js';
import type { BlockTransform } from '../signal/overlap-add.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';
import { OverlapAddAtom } from './overlap-add-atom.js';
import { regularCoordinate, samplingInterval } from './sampling.js';
import { runStarts } from './seam.js';

/** Options of {@link FKFilter}. */
export type FKFilterOptions = z.input<typeof FKFilter.schema>;

/**
 * Lets through, or takes out, waves by their apparent velocity along the fibre, `v = f / k`: a fan in the frequency-wavenumber
 * domain (Yilmaz, 2001, Seismic Data Analysis, chapter 6). Cars, tube waves, ocean waves and trains each have their fan.
 *
 * - `vmin`, `vmax`: slowest and fastest apparent velocity, m/s (units of distance per second); null (default): no limit.
 * - `direction`: `'both'` (default), `'forward'` (towards larger distances) or `'backward'`.
 * - `mode`: `'pass'` (default) keeps what is in the fan, `'reject'` what is not: the two add up to the input.
 * - `taper`: width of the cosine flanks outside of the fan as a part of its limits, from `vmin (1 - taper)` and to
 *   `vmax (1 + taper)`; 0 to 1, default 0.2. Sharp flanks ring.
 * - `wlen`: length of a block, seconds; made an even number of samples, upwards. Longer than the longest period, and than a wave needs along
 *   the part of the fibre over which it stays alike.
 * - `dim`, `distance`: the dimensions, default `'time'` and `'distance'`.
 *
 * What arrives everywhere at once (k = 0) is infinitely fast, what does not change (f = 0) infinitely slow, and a constant
 * counts as fast: `vmax` takes it out. Nyquist and zero frequencies and wavenumbers belong to both directions. Energy that is aliased in space
 * (|k| above 1 / (2 dx)) has a wrong velocity and direction, as in any such filter.
 *
 * Blocks of n samples overlap by half, with sine windows before and after whose squares add up to 1 (weighted overlap-add;
 * Crochiere, 1980, IEEE Trans. ASSP 28, 99-102). Each is padded with zeros to the smallest power of two from 1.5 times its size, in
 * time and in distance, which keeps its ends apart. Real input, real output; units and labels stay.
 *
 * A sample comes when both its blocks are full, at most `wlen` later, the last ones of a run with its flush. Blocks count from
 * the start of the run, whatever the cutting: zeros are taken for the half block before it and for what follows its end; and for
 * what is beyond the ends of the fibre, so that waves lose amplitude there. float32 stays float32 (computed in float64,
 * rounded once), all others are float64. State: 1.5 blocks in float64, and labels. Scratch: a block and its half spectrum, 2.5 to 4
 * blocks together. A block of 10,000 channels and 512 samples is 41 MB: {@link Stack} first where the waves allow it.
 *
 * Throws `IRREGULAR` where the distance is not regular or has a gap, `CHUNKED_WHOLE_RECORD` where chunked along it.
 */
export class FKFilter extends OverlapAddAtom<z.output<typeof FKFilter.schema>> {
  static readonly schema = optionsSchema({
    vmin: z.number().positive().nullable().default(null),
    vmax: z.number().positive().nullable().default(null),
    direction: z.enum(['both', 'forward', 'backward']).default('both'),
    mode: z.enum(['pass', 'reject']).default('pass'),
    taper: z.number().min(0).max(1).default(0.2),
    wlen: z.number().positive(),
    dim: dimSchema.default('time'),
    distance: dimSchema.default('distance'),
  })
    .refine(({ vmin, vmax }) => vmin === null || vmax === null || vmin < vmax, {
      message: 'must be above vmin',
      path: ['vmax'],
    })
    .refine(({ vmin, vmax, direction }) => vmin !== null || vmax !== null || direction !== 'both', {
      message: 'give vmin, vmax, both, or a direction',
      path: ['vmin'],
    });

  constructor(options: FKFilterOptions) {
    super(parseOptions('FKFilter', FKFilter.schema, options));
  }

  protected override checkChunkDim(chunk: Chunk, chunkDim: string | undefined): void {
    if (!(chunk instanceof DataArray)) return;
    this.refuseChunkedAlong(
      this.#resolve(chunk.dims, this.options.distance),
      chunkDim,
      'a wavenumber is of all channels',
    );
  }

  protected override order(dims: readonly string[]): string[] {
    const dim = this.#resolve(dims, this.options.dim);
    const distance = this.#resolve(dims, this.options.distance);
    return [...dims.filter((one) => one !== dim && one !== distance), dim, distance];
  }

  protected override spacingOf(array: DataArray): number {
    const distance = this.#resolve(array.dims, this.options.distance);
    if (runStarts(regularCoordinate(array, distance, this.name)).length > 0)
      throw new AtomError(
        'IRREGULAR',
        `${this.name}: ${distance} has a gap; split the array there, or fill it, before its wavenumbers have a meaning`,
      );
    return samplingInterval(array, distance, this.name);
  }

  protected override design({ outer, inner }: Lanes): BlockTransform {
    const { vmin, vmax, direction, mode, taper } = this.options;
    const { step, spacing } = this.memory;
    const samplesPerSample = step / spacing!;
    return fanFilter(
      { batch: outer, size: this.blockSize, channels: inner },
      {
        vmin: vmin === null ? null : vmin * samplesPerSample,
        vmax: vmax === null ? null : vmax * samplesPerSample,
        taper,
        forward: direction !== 'backward',
        backward: direction !== 'forward',
        pass: mode === 'pass',
      },
    );
  }

  #resolve(dims: readonly string[], name: string): string {
    const found = dims.includes(name) ? name : name === 'first' ? dims[0] : name === 'last' ? dims.at(-1) : undefined;
    if (found === undefined)
      throw new AtomError('BAD_DIM', `${this.name}: ${name} is not a dimension of the array (${dims.join(', ')})`);
    return found;
  }
}
