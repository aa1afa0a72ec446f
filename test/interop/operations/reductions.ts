/** Entries of the table of operations: reductions and the like, xdas's methods of arrays. */
import fc from 'fast-check';
import { atomFromSpec, type DataArray, diff, HERE } from '../../../lib/index.js';
import { between, type Case, type Entry, eps32, largest, type Options, streamed, usual } from './entry.js';
import { recording } from './random-recording.js';

const dtypes = ['float64', 'float64', 'float32', 'int16', 'int32', 'int64', 'uint8'] as const;
const input = (nan: boolean) => recording({ low: 1, high: 60, nan, dtypes, integers: 20 });

/** All dimensions, or one by name or alias; streams only along another one. */
const dims = (array: DataArray) => fc.constantFrom<(string | null)[]>(null, 'time', ...array.dims, 'first', 'last');

function across(array: DataArray, { dim }: Options): string | null {
  if (typeof dim !== 'string') return null;
  const own = array.dims[array.axis(dim)]!;
  return own !== 'time' && array.sizes.time! > 1 && array.coords.get('time')!.ctype !== 'dense' ? 'time' : null;
}

/** numpy adds float32 in float32, pairwise: a rounding error for each of log2 n steps at least, for each sample at most. */
function summed(one: Case, dtype: string) {
  const { relative } = usual(one, dtype);
  const single = one.input.dtype === 'float32';
  return { relative: single ? Math.max(8, one.input.size) * eps32 : relative, scale: largest(one.input) };
}

function reduction(
  name: string,
  {
    ours = name,
    nan = true,
    more = fc.constant({}),
    ...rest
  }: Partial<Entry> & { ours?: string; nan?: boolean; more?: fc.Arbitrary<Options> } = {},
): Entry {
  return {
    target: `methods.${name}`,
    make: (options) => atomFromSpec({ [ours]: options }),
    cases: streamed(
      recording({
        low: 1,
        high: 60,
        nan,
        dtypes,
        integers: 20,
        time: ['regular', 'sampled', 'jitter', 'float'],
      }),
      (array) =>
        fc
          .tuple(dims(array), nan ? fc.record({ skipna: fc.constantFrom(true, true, false) }) : fc.constant({}), more)
          .map(([dim, skipping, options]) => ({ dim, ...skipping, ...options })),
      (array, options) => (array.coords.get('time')!.isRegular() ? across(array, options) : null),
    ),
    ...rest,
  };
}

const method = fc.constantFrom('linear', 'linear', 'lower', 'higher', 'nearest', 'midpoint');
const ddof = fc.record({ ddof: fc.constantFrom(0, 1) });

export const reductions: Entry[] = [
  reduction('mean', { bound: summed }),
  reduction('sum', { bound: (one, dtype) => ({ ...summed(one, dtype) }) }),
  reduction('prod', { bound: summed }),
  reduction('var', { more: ddof, bound: (one, dtype) => ({ ...summed(one, dtype), scale: largest(one.input) ** 2 }) }),
  reduction('std', { more: ddof, bound: summed }),
  reduction('min'),
  reduction('max'),
  reduction('argmin'),
  reduction('argmax'),
  reduction('median', { bound: summed }),
  reduction('quantile', { more: fc.record({ q: between(0.01, 0.99), method }), bound: summed }),
  reduction('percentile', {
    more: fc.record({ q: between(0.5, 99.5).map((q) => (Number.isInteger(q) ? q + 0.25 : q)), method }),
    bound: summed,
  }),
  reduction('ptp', { nan: false }),
  reduction('any', { nan: false }),
  reduction('all', { nan: false }),
  reduction('count_nonzero', { ours: 'countNonzero', nan: false }),
  reduction('average', { nan: false, bound: summed }),
  {
    target: 'methods.average',
    title: 'weights',
    cases: streamed(
      input(false),
      (array) =>
        fc
          .array(between(0.1, 3), { minLength: array.sizes.time!, maxLength: array.sizes.time! })
          .map((weights) => ({ dim: 'time', weights })),
      () => null,
    ),
    bound: summed,
  },
  ...['cumsum', 'cumprod'].map(
    (name): Entry => ({
      target: `methods.${name}`,
      cases: streamed(
        input(true),
        (array) => fc.record({ dim: fc.constantFrom('time', ...array.dims, 'last'), skipna: fc.boolean() }),
        () => null,
      ),
      bound: summed,
    }),
  ),
  {
    target: 'methods.diff',
    // xdas swaps name and attributes (and fails where there is a name), leaves further labels as long as they were, and
    // takes only an n of 1
    nameless: true,
    make: (options) => diff(HERE, options as never),
    cases: streamed(
      recording({ low: 5, high: 60, dtypes, labels: false, time: ['regular', 'sampled', 'jitter', 'float'] }).map(
        (array) => array.with({ name: null, attrs: {} }),
      ),
      () => fc.record({ dim: fc.constant('time'), label: fc.constantFrom('upper', 'lower') }),
      () => null,
    ),
  },
];
