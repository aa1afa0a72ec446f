import { z } from 'zod';
import { AtomError } from '../errors.js';
import { lanesOf } from '../signal/lanes.js';
import { type Sos, sosfilt, sosfiltStateSize, toSos } from '../signal/sosfilt.js';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { dimSchema, optionsSchema, parseOptions } from './options.js';

const sections = z.custom<readonly ArrayLike<number>[] | Float64Array>(
  (value) => Array.isArray(value) || value instanceof Float64Array,
  'must be a list of rows of 6 numbers',
);

/** Options of {@link SOSFilter}. */
export type SOSFilterOptions = z.input<typeof SOSFilter.schema>;

interface SOSFilterMemory {
  axis: number;
  zi: Float64Array | null;
}

/**
 * A filter given by second-order sections (scipy.signal.sosfilt), along one dimension; xdas's SOSFilter.
 *
 * - `sos`: rows of b0, b1, b2, 1, a1, a2, as scipy designs them. Null: designed by the atom around it.
 * - `dim`: default `'last'`.
 *
 * Result float64, same coordinates. State: `zi`, scipy's, where the stream is chunked along `dim`.
 */
export class SOSFilter extends Atom<z.output<typeof SOSFilter.schema>, SOSFilterMemory> {
  static readonly schema = optionsSchema({ sos: sections.nullable(), dim: dimSchema.default('last'), ...castOption });
  #sos: Sos | null;

  constructor(options: SOSFilterOptions) {
    super(parseOptions('SOSFilter', SOSFilter.schema, options), ['axis', 'zi']);
    this.#sos = this.options.sos === null ? null : toSos(this.options.sos).slice();
  }

  /** Sets the sections, before the first chunk of a run. */
  design(sos: Sos): void {
    this.#sos = sos;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim, axis } = this.requireDim(chunk);
    const size = sosfiltStateSize(this.#designed, lanesOf(array.shape, axis));
    this.memory = { axis, zi: dim === chunkDim ? new Float64Array(size) : null };
  }

  override get consumesInput(): boolean {
    return this.constructor === SOSFilter; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array } = this.requireDim(chunk);
    const { axis, zi } = this.memory;
    const data = sosfilt(
      this.#designed,
      array.values,
      lanesOf(array.shape, axis),
      zi ?? undefined,
      undefined,
      this.threads,
    );
    return [array.with({ data })];
  }

  get #designed(): Sos {
    if (this.#sos === null) throw new AtomError('BAD_ARGUMENT', 'SOSFilter: sos is not set');
    return this.#sos;
  }
}
