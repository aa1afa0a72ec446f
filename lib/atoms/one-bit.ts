import type { z } from 'zod';
import { DataArray } from '../dataarray/data-array.js';
import { sign } from '../dataarray/elementwise.js';
import { AtomError } from '../errors.js';
import { Atom } from './atom.js';
import type { Chunk } from './chunk.js';
import { optionsSchema, parseOptions } from './options.js';
import { withUnit } from './unit-attributes.js';

/** Options of {@link OneBit}. */
export type OneBitOptions = z.input<typeof OneBit.schema>;

/**
 * The sign of each sample, -1, 0 or 1 (numpy.sign): one-bit normalization, which takes earthquakes and cars out of noise that is
 * to be correlated (Bensen et al., 2007, Geophys. J. Int. 169, 1239-1260, section 2.1). Remove the mean first.
 *
 * The dtype stays, integers too, and so do the coordinates; the result has no unit, so that an attribute `units` or `unit`
 * becomes `1`. NaN stays NaN. No delay, no state.
 */
export class OneBit extends Atom<z.output<typeof OneBit.schema>> {
  static readonly schema = optionsSchema({});

  constructor(options: OneBitOptions = {}) {
    super(parseOptions('OneBit', OneBit.schema, options));
  }

  override get consumesInput(): boolean {
    return true;
  }

  protected override call(chunk: Chunk): Chunk[] {
    if (!(chunk instanceof DataArray))
      throw new AtomError('BAD_ARGUMENT', `${this.name} works on arrays; it was given a table`);
    return [sign(chunk).with({ name: chunk.name, attrs: withUnit(chunk.attrs, '1') })];
  }
}
