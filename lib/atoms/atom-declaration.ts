/** What a pipeline is, in plain data: names and options, so that a saved state can be held against it. */
import { Coordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { Atom } from './atom.js';
import { type MemoryValue, saveValue } from './state.js';

/** Plain JSON: a declaration is compared and stored as such. */
export type Declared = string | number | boolean | null | readonly Declared[] | { readonly [name: string]: Declared };

/**
 * An atom's class, name and options, defaults filled in; nested atoms as their own declarations. Functions count by their
 * names, arrays by their values, numbers that JSON lacks and bigints as text. `workers` does not count: the bits are the same
 * with any number of threads, and the next machine may have others.
 */
export function declareAtom(atom: Atom): Declared {
  const { onDiscontinuity, onOverlap } = atom;
  const { workers: _, ...options } = atom.options;
  return {
    atom: atom.constructor.name,
    name: atom.name,
    options: declare({ ...options, onDiscontinuity, onOverlap }, atom.name),
  };
}

function declare(value: unknown, who: string): Declared {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : `number ${value}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return { function: value.name || who };
  if (typeof value === 'symbol') return { symbol: value.description ?? '' };
  if (value instanceof Atom) return declareAtom(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof DataArray || value instanceof Coordinate) return declare(saveValue(value, who), who);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const values = Array.from(value as unknown as ArrayLike<number | bigint>, (one) => declare(one, who));
    return { [value.constructor.name]: values };
  }
  if (value instanceof Map || value instanceof Set)
    return { [value.constructor.name]: Array.from(value, (one) => declare(one, who)) };
  if (Array.isArray(value)) return value.map((one) => declare(one, who));
  // null stands for an option that was left out
  const entries = Object.entries(value as Record<string, MemoryValue | undefined>);
  const kept = entries.filter(([, one]) => one !== undefined && one !== null).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kept.map(([name, one]) => [name, declare(one, who)]));
}

/** Where two declarations first differ, as text: `process.options.freq[1]: saved 10, here 12`; null if they are the same. */
export function firstDifference(there: Declared | undefined, here: Declared | undefined, path = ''): string | null {
  if (isNode(there) && isNode(here) && Array.isArray(there) === Array.isArray(here)) {
    const [a, b] = [there, here] as unknown as Record<string, Declared>[];
    // what kind of atom it is says more than which option it has
    for (const name of new Set(['atom', 'name', ...Object.keys(a), ...Object.keys(b)])) {
      const step = Array.isArray(there) ? `[${name}]` : path ? `.${name}` : name;
      const found = firstDifference(a[name], b[name], path + step);
      if (found) return found;
    }
    return null;
  }
  return there === here ? null : `${path}: saved ${textOf(there)}, here ${textOf(here)}`;
}

function isNode(value: Declared | undefined): value is readonly Declared[] | { readonly [name: string]: Declared } {
  return value !== null && typeof value === 'object';
}

function textOf(value: Declared | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(isNode(value) && 'atom' in value ? value.atom : value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
