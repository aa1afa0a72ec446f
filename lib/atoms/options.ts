import { z } from 'zod';
import { AtomError } from '../errors.js';
import { toSos } from '../signal/sosfilt.js';
import type { SeamOptions } from './seam-policy.js';

/** Options that every atom takes. */
export interface AtomOptions extends SeamOptions {
  /**
   * Threads that its kernels (`sosfilt`, `lfilter`, polyphase sums, recursive STA/LTA) run on, this one included: blocks of lanes of
   * chunks with more than about 1 ms of work, with the same bits for any number. Default: that of the atom around it, else 1. Results are
   * then on shared memory (`SharedArrayBuffer`). At most `os.availableParallelism()` threads are started in all.
   */
  workers?: number;
}

/** A number of threads. */
export const workersSchema = z.int().positive();

// their values are checked by the class Atom, which all atoms pass through
const common = {
  onDiscontinuity: z.enum(['reset', 'raise', 'fill']).optional(),
  fill: z.union([z.literal('interpolate'), z.number(), z.nan()]).optional(),
  maxFill: z.union([z.string(), z.number(), z.bigint()]).optional(),
  onOverlap: z.enum(['raise', 'trim']).optional(),
  workers: workersSchema.optional(),
};

/** The schema of an atom's options: its own `shape` and the options common to all atoms; anything else is refused. */
export function optionsSchema<S extends z.ZodRawShape>(shape: S): z.ZodObject<S & typeof common, z.core.$strict> {
  return z.strictObject({ ...shape, ...common });
}

/** A dimension: its name, or the aliases `first` and `last`. */
export const dimSchema = z.string().min(1);

/** Cut-off frequencies: one, or a list of rising ones. */
export const cutoffSchema = z.union([z.number().positive(), z.array(z.number().positive()).min(1)]);

/** A window as scipy names it: `'hamming'`, or a list of its name and parameters, `['kaiser', 5]`. */
export const windowSchema = z.union([z.string(), z.tuple([z.string()], z.number())]);

/** Filter coefficients: a list of finite numbers, at least one. */
export const coefficientsSchema = z
  .custom<ArrayLike<number>>(
    (value) => Array.isArray(value) || value instanceof Float64Array,
    'must be a list of numbers',
  )
  .transform((value) => Float64Array.from(value))
  .refine(
    (value) => value.length > 0 && value.every(Number.isFinite),
    'must be a list of finite numbers, at least one',
  );

/** Second-order sections: rows of 6 numbers. */
export const sosSchema = z
  .custom<readonly ArrayLike<number>[] | Float64Array>(
    (value) => Array.isArray(value) || value instanceof Float64Array,
    'must be a list of rows of 6 numbers',
  )
  .transform((value) => toSos(value));

/** A shape's option names with the allowed type of each, for error texts. */
function allowedOptions(schema: z.ZodType): string {
  const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
  return Object.entries(shape)
    .map(([name, type]) => (type.safeParse(undefined).success ? `${name}?` : name))
    .join(', ');
}

/**
 * Checks options against the schema of an atom and fills in defaults. Throws `BAD_ARGUMENT` naming the atom, each
 * option that is wrong, and the options that are allowed (`?` marks those that may be left out).
 */
export function parseOptions<T extends z.ZodType>(atom: string, schema: T, options: unknown): z.output<T> {
  const parsed = schema.safeParse(options ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message, ...issue }) => {
    if (issue.code === 'unrecognized_keys')
      return `unknown option${issue.keys.length > 1 ? 's' : ''} ${issue.keys.join(', ')}`;
    return path.length ? `${path.map(String).join('.')}: ${message}` : message;
  });
  throw new AtomError('BAD_ARGUMENT', `${atom}: ${faults.join('; ')} (allowed options: ${allowedOptions(schema)})`, {
    cause: parsed.error,
  });
}
