import { Coordinate } from '../coordinates/coordinate.js';
import { DataArray } from '../dataarray/data-array.js';
import { dtypeOf, type TypedArray } from '../dtype.js';
import { AtomError } from '../errors.js';
import { loadArray, loadCoordinate, saveArray, saveCoordinate } from './array-state.js';

/** Values with a shape, in C order: what a state keeps of an array that needs no labels. */
export interface StateArray {
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** What a saved state can hold under one name. Plain data only, so that it can be written anywhere. */
export type StateValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | TypedArray
  | readonly StateValue[]
  | { readonly [name: string]: StateValue };

/** A saved state: plain names to typed arrays and scalars, nested atoms under their own names. */
export interface AtomState {
  readonly [name: string]: StateValue;
}

/** What an atom may keep between chunks: plain values, arrays with a shape, labelled arrays, or records of those. */
export type MemoryValue = StateValue | StateArray | DataArray | Coordinate | { readonly [name: string]: MemoryValue };

const isTypedArray = (value: unknown): value is TypedArray => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** A deep copy of a memory value as plain data. A labelled array is written out with its labels. */
export function saveValue(value: MemoryValue, name: string): StateValue {
  if (value === null || ['number', 'bigint', 'string', 'boolean'].includes(typeof value)) return value as StateValue;
  if (isTypedArray(value)) {
    dtypeOf(value);
    return value.slice() as TypedArray;
  }
  if (value instanceof DataArray) return saveArray(value);
  if (value instanceof Coordinate) return { kind: 'Coordinate', ...saveCoordinate(value) };
  if (Array.isArray(value)) return value.map((item, i) => saveValue(item, `${name}[${i}]`));
  if (typeof value === 'object') {
    const saved: Record<string, StateValue> = {};
    for (const [key, item] of Object.entries(value)) saved[key] = saveValue(item as MemoryValue, `${name}.${key}`);
    return saved;
  }
  throw new AtomError('BAD_STATE', `state ${name} holds a ${typeof value}, which cannot be saved`);
}

/** The memory value of which {@link saveValue} gave `value`: an own copy, never shared with the saved state. */
export function loadValue(value: StateValue, name: string): MemoryValue {
  if (value === null || typeof value !== 'object') return value;
  if (isTypedArray(value)) return value.slice() as TypedArray;
  if (Array.isArray(value)) return value.map((item, i) => loadValue(item, `${name}[${i}]`)) as MemoryValue;
  const record = value as { readonly [name: string]: StateValue };
  if (record.kind === 'DataArray') return loadArray(record, name);
  if (record.kind === 'Coordinate') return loadCoordinate(structuredClone(record) as typeof record);
  const loaded: Record<string, MemoryValue> = {};
  for (const [key, item] of Object.entries(record)) loaded[key] = loadValue(item, `${name}.${key}`);
  return loaded;
}

/** Throws `BAD_STATE` unless `saved` has exactly these names; `part` says of what, `who` is the atom. */
export function expectNames(who: string, part: string, saved: unknown, names: readonly string[]): void {
  const given = saved !== null && typeof saved === 'object' ? Object.keys(saved).sort() : [];
  const wanted = [...names].sort();
  if (given.join() !== wanted.join())
    throw new AtomError(
      'BAD_STATE',
      `${who}: a saved state has ${part} {${given.join(', ')}}; this atom needs {${wanted.join(', ')}}`,
    );
}
