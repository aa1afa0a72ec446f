import type { z } from 'zod';
import { AtomError } from '../errors.js';
import { lanesOf } from '../signal/lanes.js';
import { type Ba, lfilter, lfilterOrder } from '../signal/lfilter.js';
import { Atom, type CallFlags } from './atom.js';
import { castOption } from './cast-output.js';
import type { Chunk } from './chunk.js';
import { coefficientsSchema, dimSchema, optionsSchema, parseOptions } from './options.js';

/** Options of {@link LFilter}. */
export type LFilterOptions = z.input<typeof LFilter.schema>;

interface LFilterMemory {
  axis: number;
  zi: Float64Array | null;
}

/**
 * A filter given by its coefficients (scipy.signal.lfilter), along one dimension; xdas's LFilter.
 *
 * - `b`, `a`: numerator and denominator, in falling powers of z. Null: designed by the atom around it.
 * - `dim`: default `'last'`.
 *
 * Result float64, same coordinates. State: `zi`, scipy's, where the stream is chunked along `dim`.
 */
export class LFilter extends Atom<z.output<typeof LFilter.schema>, LFilterMemory> {
  static readonly schema = optionsSchema({
    b: coefficientsSchema.nullable(),
    a: coefficientsSchema.nullable(),
    dim: dimSchema.default('last'),
    ...castOption,
  });
  #coefficients: Ba | null;

  constructor(options: LFilterOptions) {
    super(parseOptions('LFilter', LFilter.schema, options), ['axis', 'zi']);
    const { b, a } = this.options;
    this.#coefficients = b && a ? { b, a } : null;
  }

  /** Sets the coefficients, before the first chunk of a run. */
  design(coefficients: Ba): void {
    this.#coefficients = coefficients;
  }

  protected override initialize(chunk: Chunk, { chunkDim }: CallFlags): void {
    const { array, dim, axis } = this.requireDim(chunk);
    const { outer, inner } = lanesOf(array.shape, axis);
    const order = lfilterOrder(this.#designed);
    this.memory = { axis, zi: dim === chunkDim ? new Float64Array(outer * order * inner) : null };
  }

  override get consumesInput(): boolean {
    return this.constructor === LFilter; // a subclass may keep its input
  }

  protected override call(chunk: Chunk): Chunk[] {
    const { array } = this.requireDim(chunk);
    const { axis, zi } = this.memory;
    const data = lfilter(this.#designed, array.values, lanesOf(array.shape, axis), zi ?? undefined, this.threads);
    return [array.with({ data })];
  }

  get #designed(): Ba {
    if (this.#coefficients === null) throw new AtomError('BAD_ARGUMENT', 'LFilter: b and a are not set');
    return this.#coefficients;
  }
}
