/** DataArray -> what a NetCDF packet holds. */
import type { DataArray } from '../dataarray/data-array.js';
import { PacketError } from '../errors.js';
import {
  encodeAttributes,
  isStorableText,
  type NetcdfAttributes,
  scalarAttribute,
  textAttribute,
} from './cf-attributes.js';
import { isTimeUnits, parseTimeUnits } from './cf-time.js';
import { UNNAMED } from './content-to-data-array.js';
import type { NetcdfContent, NetcdfStorage } from './netcdf-content.js';
import { type Dialect, writeCoordinates } from './write-coordinates.js';

/** Global attribute: a random id per publisher start. */
export const STREAM_ATTRIBUTE = '__stream__';
/** Global attribute: the number of the packet in its stream, int64 from 0. */
export const SEQUENCE_ATTRIBUTE = '__sequence__';
/** Global attribute: 1 in the packet that ends a finite stream. */
export const END_OF_STREAM_ATTRIBUTE = '__end_of_stream__';

const conventions: Record<Dialect, string> = { both: 'CF-1.9', 'cf-1.9': 'CF-1.9', 'cf-1.13': 'CF-1.13' };

/** What goes into a packet beside the array. */
export interface ContentOptions {
  /** Which age of xdas the packet is for; default `'both'`: one payload that all of them read. See docs/wire-format.md. */
  dialect?: Dialect;
  /** How the values are stored; default contiguous, without filters. */
  storage?: NetcdfStorage;
  /** Id of the stream, a new one for each start of a publisher. */
  stream?: string;
  /** Number of the packet in its stream, from 0. */
  sequence?: bigint;
  /** True for the packet that ends a finite stream. */
  endOfStream?: boolean;
}

/**
 * What the NetCDF file of a packet holds: the data variable (`__values__` where the array has no name), coordinates in
 * the spelling of `dialect`, times as int64 "nanoseconds since 1970-01-01". Values are the array's own memory where that
 * is contiguous: write the content before anything changes it.
 *
 * Throws `BAD_ENCODING` where names collide or cannot be stored, and where the dialect has no words for a coordinate.
 */
export function dataArrayToContent(da: DataArray, options: ContentOptions = {}): NetcdfContent {
  const { dialect = 'both', storage, stream, sequence, endOfStream } = options;
  if (!Object.hasOwn(conventions, dialect))
    throw bad(`dialect ${JSON.stringify(dialect)} is not one of ${Object.keys(conventions).join(', ')}`);
  const name = da.name ?? UNNAMED;
  if (da.name === UNNAMED) throw bad(`the name ${UNNAMED} is kept for arrays without a name`);
  const attrs: NetcdfAttributes = { Conventions: textAttribute(conventions[dialect]) };
  if (stream !== undefined) attrs[STREAM_ATTRIBUTE] = textAttribute(stream);
  if (sequence !== undefined && (sequence < 0n || sequence >= 2n ** 63n))
    throw bad(`sequence is ${sequence}; allowed: from 0 to 2^63 - 1`);
  if (sequence !== undefined) attrs[SEQUENCE_ATTRIBUTE] = scalarAttribute('int64', sequence);
  if (endOfStream) attrs[END_OF_STREAM_ATTRIBUTE] = scalarAttribute('int64', 1n);
  const coords = writeCoordinates(da.coords.entries(), dialect);
  const own = encodeAttributes(da.attrs);
  checkUnits(da);
  const dims = da.dims.map((dim, axis) => ({ name: dim, size: da.shape[axis]! }));
  const content: NetcdfContent = {
    attrs,
    dims: [...dims, ...coords.dims],
    variables: [
      {
        name,
        dtype: da.dtype,
        shape: [...da.shape],
        dims: [...da.dims],
        attrs: { ...own, ...coords.attrs },
        values: da.values,
        ...(storage ? { storage } : {}),
      },
      ...coords.variables,
    ],
  };
  checkNames(content);
  return content;
}

/** Names share one name space in HDF5; a variable may share that of a dimension only if it is its coordinate, not the data. */
function checkNames({ dims, variables }: NetcdfContent): void {
  const taken = new Map<string, string>();
  for (const { name } of dims) taken.set(name, 'a dimension');
  if (taken.size < dims.length) throw bad(`dimension names are not unique: ${dims.map((dim) => dim.name).join(', ')}`);
  for (const [position, { name, dims: own }] of variables.entries()) {
    const isScale = position > 0 && own.length === 1 && own[0] === name;
    const other = taken.get(name);
    if (other !== undefined && !(isScale && other === 'a dimension'))
      throw bad(`the variable ${JSON.stringify(name)} has the name of ${other}: rename the array or the coordinate`);
    taken.set(name, 'another variable');
  }
  for (const name of taken.keys())
    if (name === '' || name === '.' || name === '..' || name.includes('/') || !isStorableText(name))
      throw bad(`${JSON.stringify(name)} cannot be a name in a packet: empty, dots, slash, NUL or lone surrogate`);
}

/** xdas opens no file whose data claims to be times in units that cannot be read. */
function checkUnits(da: DataArray): void {
  const { units, calendar } = da.attrs;
  if (typeof units !== 'string' || !units.includes('since')) return;
  try {
    if (!isTimeUnits(units)) throw new PacketError('BAD_ENCODING', 'encode', 'no date after since');
    parseTimeUnits(units, typeof calendar === 'string' ? calendar : null, 'attribute units');
  } catch (cause) {
    throw bad(`attribute units ${JSON.stringify(units)} reads as units of time, but as none that xdas can open`, cause);
  }
}

function bad(why: string, cause?: unknown): PacketError {
  return new PacketError('BAD_ENCODING', 'encode', why, { cause });
}
