/**
 * A saved state as a NetCDF4 file: texts in global attributes, each array a variable of one dimension, and a checksum over
 * all of it.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type DType, dtypeOf, type TypedArray } from '../dtype.js';
import { AtomError, DasflowError, FileError } from '../errors.js';
import { readNetcdf } from '../packets/hdf5/read-netcdf.js';
import { writeNetcdf } from '../packets/hdf5/write-netcdf.js';
import type { NetcdfAttribute, NetcdfContent } from '../packets/netcdf-content.js';
import { writeWholeFile } from './whole-file.js';

/** The version of the format that is written, and the only one that is read. */
export const STATE_VERSION = 1;

/** HDF5 may take so long over a state, in ms: they can be large. */
const DEADLINE = 120_000;
/** Most bytes of all arrays of a state. */
const MAX_BYTES = 2 ** 31;

/** What a state file holds: texts, and arrays by name. */
export interface StateContent {
  readonly declaration: string;
  readonly tree: string;
  readonly arrays: Readonly<Record<string, TypedArray>>;
}

/** The bytes of a state file. */
export async function encodeState(content: StateContent): Promise<Uint8Array> {
  const { declaration, tree, arrays } = content;
  const names = Object.keys(arrays);
  const sizes = new Set(names.map((name) => arrays[name]!.length));
  const text = (value: string): NetcdfAttribute => ({ dtype: 'string', shape: [], values: [value] });
  return await writeNetcdf(
    {
      attrs: {
        title: text('state of a dasflow pipeline'),
        dasflow_state_version: { dtype: 'int32', shape: [], values: Int32Array.of(STATE_VERSION) },
        dasflow_declaration: text(declaration),
        dasflow_state: text(tree),
        dasflow_checksum: text(checksum(content)),
      },
      dims: Array.from(sizes, (size) => ({ name: `n${size}`, size })),
      variables: names.map((name) => {
        const values = arrays[name]!;
        return { name, dtype: dtypeOf(values), shape: [values.length], dims: [`n${values.length}`], attrs: {}, values };
      }),
    },
    { deadline: DEADLINE },
  );
}

/**
 * What the bytes of a state file hold. Throws `BAD_STATE` for bytes that are no state file or were changed since they were
 * written, `UNKNOWN_VERSION` for one that a later version wrote. `from` names the file in messages.
 */
export async function decodeState(bytes: Uint8Array, from = 'the saved state'): Promise<StateContent> {
  let content: NetcdfContent;
  try {
    content = await readNetcdf(bytes, { deadline: DEADLINE, maxBytes: MAX_BYTES });
  } catch (cause) {
    if (!(cause instanceof DasflowError)) throw cause;
    throw new AtomError('BAD_STATE', `${from} is broken: ${cause.message}`, { cause });
  }
  const version = content.attrs.dasflow_state_version?.values[0];
  if (version === undefined)
    throw new AtomError('BAD_STATE', `${from} is no saved state: it has no dasflow_state_version`);
  if (Number(version) !== STATE_VERSION)
    throw new AtomError('UNKNOWN_VERSION', `${from} is a state of version ${version}; allowed: ${STATE_VERSION}`);
  const text = (name: string): string => {
    const value = content.attrs[name]?.values[0];
    if (typeof value !== 'string') throw new AtomError('BAD_STATE', `${from} is broken: it has no text ${name}`);
    return value;
  };
  const arrays: Record<string, TypedArray> = {};
  for (const { name, values } of content.variables) if (!Array.isArray(values)) arrays[name] = values;
  const state = { declaration: text('dasflow_declaration'), tree: text('dasflow_state'), arrays };
  if (checksum(state) !== text('dasflow_checksum'))
    throw new AtomError('BAD_STATE', `${from} is broken: its checksum is that of another content`);
  return state;
}

/** Writes a state file whole or not at all, in the place of an earlier one. Throws `BAD_FILE`. */
export async function writeStateFile(path: string, bytes: Uint8Array): Promise<void> {
  await writeWholeFile(path, bytes);
}

/** The bytes of a state file; null where there is no file. Throws `BAD_FILE`. */
export async function readStateFile(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FileError('BAD_FILE', path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function checksum({ declaration, tree, arrays }: StateContent): string {
  const hash = createHash('sha256');
  const add = (text: string) => hash.update(`${Buffer.byteLength(text)} `).update(text);
  add(declaration);
  add(tree);
  for (const name of Object.keys(arrays).sort()) {
    const { buffer, byteOffset, byteLength } = arrays[name]!;
    add(name);
    add(`${dtypeOf(arrays[name]!) satisfies DType} ${byteLength}`);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
