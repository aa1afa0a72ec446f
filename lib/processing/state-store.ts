/** The state of atoms, kept where a later process finds it. Files come in from outside, as sources and sinks do. */
import type { Atom } from '../atoms/atom.js';
import { type NamedAtoms, packState, type SavedState, unpackState } from '../atoms/saved-state.js';
import { ArgumentError, FileError } from '../errors.js';
import { expectAtom } from './expect-atom.js';

/** The file format of states. `lib/register-kinds.ts` puts it in. */
export interface StateStore {
  encode(state: SavedState): Promise<Uint8Array>;
  decode(bytes: Uint8Array, from?: string): Promise<SavedState>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Null where there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
}

let store: StateStore | null = null;

/** Makes a file format known to {@link saveState} and {@link loadState}. */
export function registerStateStore(found: StateStore): void {
  store = found;
}

function stateStore(): StateStore {
  if (!store)
    throw new ArgumentError('BAD_ARGUMENT', 'no format for saved states is registered (lib/register-kinds.js)');
  return store;
}

/** The name that a single atom has in a state file. */
const ALONE = 'process';

/**
 * The state of an atom or pipeline, as the bytes of a NetCDF4 file; with `path`, written there as well, whole or not at all. What
 * the atom holds back stays in it and goes into the state: do not `flush()` a stream that is to be gone on with. The file has a
 * format version, the atoms with their options (functions by name), and a checksum. Memory: the state three times over.
 *
 * Throws `BAD_STATE` where a state holds what cannot be saved, `BAD_FILE` where the file cannot be written.
 */
export async function saveState(atom: Atom, path?: string): Promise<Uint8Array> {
  expectAtom(atom, 'saveState');
  return await saveStates({ [ALONE]: atom }, path);
}

/**
 * Sets an atom to a state that {@link saveState} gave: bytes, or the path of a file. The next `push` goes on from it bit for bit,
 * in another process too.
 *
 * Throws `OTHER_PIPELINE` where the atom is not the one that was saved (what differs is said), `UNKNOWN_VERSION` for
 * a format that is not known, `BAD_STATE` for bytes that are broken or no state, `BAD_FILE` where there is no such file.
 */
export async function loadState(atom: Atom, source: Uint8Array | string): Promise<void> {
  expectAtom(atom, 'loadState');
  if (typeof source !== 'string') {
    if (!(source instanceof Uint8Array))
      throw new ArgumentError('BAD_ARGUMENT', `a saved state is a Uint8Array or a path, not ${String(source)}`);
    unpackState({ [ALONE]: atom }, await stateStore().decode(source), 'the saved state');
    return;
  }
  if (!(await loadStates({ [ALONE]: atom }, source)))
    throw new FileError('BAD_FILE', source, 'cannot be read: there is no such file');
}

/** As {@link saveState}, of several atoms by name. */
export async function saveStates(atoms: NamedAtoms, path?: string): Promise<Uint8Array> {
  const bytes = await stateStore().encode(packState(atoms));
  if (path !== undefined) await stateStore().write(path, bytes);
  return bytes;
}

/** As {@link loadState}, of several atoms by name; false, and nothing is done, where there is no file. */
export async function loadStates(atoms: NamedAtoms, path: string): Promise<boolean> {
  const bytes = await stateStore().read(path);
  if (bytes === null) return false;
  unpackState(atoms, await stateStore().decode(bytes, path), path);
  return true;
}
