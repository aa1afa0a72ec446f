/** The state of atoms with what they are, as texts and arrays: what a state file holds. */
import { dtypeOf, type TypedArray } from '../dtype.js';
import { AtomError } from '../errors.js';
import type { Atom } from './atom.js';
import { type Declared, declareAtom, firstDifference } from './atom-declaration.js';
import type { AtomState, StateValue } from './state.js';

/** A saved state in parts that any file format can hold. */
export interface SavedState {
  /** What the atoms are: their declarations by name, as JSON. */
  readonly declaration: string;
  /** Their states by name, as JSON in which arrays are named. */
  readonly tree: string;
  /** The arrays, by name. */
  readonly arrays: Readonly<Record<string, TypedArray>>;
}

/** Atoms by name; those that a pipeline has no stage for are null. */
export type NamedAtoms = Readonly<Record<string, Atom | null>>;

/** The states of atoms, copied. */
export function packState(atoms: NamedAtoms): SavedState {
  const arrays: Record<string, TypedArray> = {};
  const tree: Record<string, unknown> = {};
  for (const [name, atom] of Object.entries(atoms)) tree[name] = atom && pack(atom.state, name, arrays);
  return { declaration: JSON.stringify(declarationOf(atoms)), tree: JSON.stringify(tree), arrays };
}

/**
 * Sets the states of atoms to saved ones. All are set, or none is touched and `OTHER_PIPELINE` is thrown, which says what
 * differs; `BAD_STATE` where the declarations agree and the state does not fit all the same.
 */
export function unpackState(atoms: NamedAtoms, saved: SavedState, from: string): void {
  const { there, tree } = parse(saved, from);
  const difference = firstDifference(there, declarationOf(atoms));
  if (difference !== null)
    throw new AtomError(
      'OTHER_PIPELINE',
      `${from} is of another pipeline: ${difference}; allowed: the same atoms and options`,
    );
  for (const [name, atom] of Object.entries(atoms))
    if (atom) atom.setState(unpack(tree[name], saved.arrays, `${from}: ${name}`) as AtomState);
}

function declarationOf(atoms: NamedAtoms): Declared {
  return Object.fromEntries(Object.entries(atoms).map(([name, atom]) => [name, atom && declareAtom(atom)]));
}

function parse({ declaration, tree }: SavedState, from: string): { there: Declared; tree: Record<string, unknown> } {
  try {
    return { there: JSON.parse(declaration), tree: JSON.parse(tree) };
  } catch (cause) {
    throw new AtomError('BAD_STATE', `${from}: its texts are no JSON`, { cause });
  }
}

/** The key that marks what JSON has no form for: `{ $: 'array', value: 'name' }`. */
const MARK = '$';

function pack(value: StateValue, path: string, arrays: Record<string, TypedArray>): unknown {
  if (typeof value === 'bigint') return { [MARK]: 'bigint', value: String(value) };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { [MARK]: 'number', value: Object.is(value, -0) ? '-0' : String(value) };
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) {
    const array = value as TypedArray;
    dtypeOf(array);
    const plain = path.replace(/[^A-Za-z0-9_.]+/g, '_');
    let name = plain;
    for (let k = 1; name in arrays; k++) name = `${plain}_${k}`;
    arrays[name] = array;
    return { [MARK]: 'array', value: name };
  }
  if (Array.isArray(value)) return value.map((item, i) => pack(item, `${path}.${i}`, arrays));
  const record = Object.fromEntries(
    Object.entries(value as AtomState).map(([key, item]) => [key, pack(item, `${path}.${key}`, arrays)]),
  );
  return MARK in record ? { [MARK]: 'record', value: record } : record;
}

function unpack(value: unknown, arrays: SavedState['arrays'], where: string): StateValue {
  if (value === null || typeof value !== 'object') return value as StateValue;
  if (Array.isArray(value)) return value.map((item, i) => unpack(item, arrays, `${where}.${i}`));
  const { [MARK]: mark, value: inner } = value as Record<string, unknown>;
  if (mark === 'bigint') return BigInt(inner as string);
  if (mark === 'number') return Number(inner);
  if (mark === 'array') {
    const array = arrays[inner as string];
    if (!array) throw new AtomError('BAD_STATE', `${where}: the array ${String(inner)} is missing`);
    return array;
  }
  const record = (mark === 'record' ? inner : value) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => [key, unpack(item, arrays, `${where}.${key}`)]),
  );
}
