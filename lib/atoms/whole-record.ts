import type { z } from 'zod';
import { realDType } from '../dataarray/complex-parts.js';
import { DataArray } from '../dataarray/data-array.js';
import { AtomError } from '../errors.js';
import { Atom } from './atom.js';
import type { Chunk } from './chunk.js';
import { asFunction } from './compose.js';
import { parseOptions } from './options.js';
import type { HERE } from './partial.js';

/** How a {@link WholeRecordFunction} is made. */
export interface WholeRecordPlan<S extends z.ZodType> {
  /** Its name: of the function, of its atoms, in declared pipelines. */
  readonly name: string;
  /** The schema of its options, `onDiscontinuity` among them (`optionsSchema`). */
  readonly schema: S;
  /** The dimensions that are needed whole, as the user names them; null for all of them. */
  dims(options: z.output<S>): readonly string[] | null;
  /** Why, for the error that refuses chunks. */
  readonly why: string;
  /** A gap is no end: the array is not split at discontinuities. Default false. */
  readonly acrossGaps?: boolean;
  /** Complex arrays are taken, not only real ones. Default false. */
  readonly complex?: boolean;
  /** The result for a whole array (or, unless `acrossGaps`, for each stretch without discontinuities). */
  compute(array: DataArray, options: z.output<S>): DataArray;
}

/**
 * An operation that needs the whole record along a dimension.
 *
 * - `f(da, options)` works at once. At discontinuities the array is split, each stretch is worked on by itself, and the
 *   results are joined (but for reductions and the like, which take all samples).
 * - `f(HERE, options)` gives the atom, `f(atom, options)` a pipeline longer by it.
 *
 * The atom streams along any other dimension; chunks along its own are refused with `CHUNKED_WHOLE_RECORD`.
 */
export interface WholeRecordFunction<I> {
  (data: DataArray, options?: I): DataArray;
  (input: typeof HERE | Atom, options?: I): Atom;
  readonly name: string;
}

/** Makes a {@link WholeRecordFunction}: what xdas's `@atomized @_whole_record()` marks. */
export function wholeRecordFunction<S extends z.ZodType>(plan: WholeRecordPlan<S>): WholeRecordFunction<z.input<S>> {
  class WholeRecord extends Atom {
    constructor(options?: z.input<S>) {
      super(parseOptions(plan.name, plan.schema, options) as object);
    }

    override get name(): string {
      return plan.name;
    }

    get #dims(): readonly string[] | null {
      return plan.dims(this.options as z.output<S>);
    }

    protected override get dim(): string | null {
      if (plan.acrossGaps) return null;
      const dims = this.#dims;
      return dims?.includes('time') ? 'time' : (dims?.[0] ?? null);
    }

    protected override checkChunkDim(chunk: Chunk, chunkDim: string | undefined): void {
      const dims = this.#dims;
      if (dims === null) this.refuseChunkedAlong(null, chunkDim, plan.why);
      else if (chunk instanceof DataArray)
        for (const dim of dims) this.refuseChunkedAlong(chunk.coords.resolveDim(dim), chunkDim, plan.why);
    }

    override get consumesInput(): boolean {
      return true;
    }

    protected override call(chunk: Chunk): Chunk[] {
      if (!(chunk instanceof DataArray))
        throw new AtomError('BAD_ARGUMENT', `${plan.name} works on arrays; it was given a table`);
      if (!plan.complex) realDType(chunk.dtype, plan.name);
      return [plan.compute(chunk, this.options as z.output<S>)];
    }
  }
  const form = asFunction(WholeRecord);
  Object.defineProperty(form, 'name', { value: plan.name });
  return form as unknown as WholeRecordFunction<z.input<S>>;
}
