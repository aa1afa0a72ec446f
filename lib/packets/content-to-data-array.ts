/** What a NetCDF file holds -> DataArray, for both spellings of xdas and for plain CF files as far as xdas reads them. */
import type { Coordinate } from '../coordinates/coordinate.js';
import type { Attrs, AttrValue } from '../dataarray/attributes.js';
import { DataArray } from '../dataarray/data-array.js';
import type { TypedArray } from '../dtype.js';
import { PacketError } from '../errors.js';
import { decodeAttribute, isReservedAttribute, quoted, textOf } from './cf-attributes.js';
import type { NetcdfContent, NetcdfVariable } from './netcdf-content.js';
import { type CoordinatePlan, planCoordinates, Ties } from './read-coordinates.js';

/** The name of the data variable of an array without a name. */
export const UNNAMED = '__values__';

/** Attributes with which xdas marks a placeholder whose values are elsewhere. */
const elsewhere = ['__tiling__', '__dask_array__'];

/**
 * What the names and texts of a file say about the array in it. It holds for every file that differs from this one in the
 * values of variables and in `units` only.
 */
export interface ArrayPlan {
  /** The data variable. */
  readonly main: NetcdfVariable;
  readonly coordinates: readonly CoordinatePlan[];
}

/**
 * The DataArray in a NetCDF file: its one data variable (of several, the one that names coordinates), with coordinates,
 * name and attributes as xdas 0.2.10 reads them. Values are taken as they are stored (no scale, no fill), coordinates
 * as CF means them. Coordinates come in the order of the dimensions, then the others in the file's order.
 *
 * Throws `MALFORMED_PACKET` where the file is no packet: no CF `Conventions`, no data variable, several, values of text,
 * or coordinates that do not fit.
 */
export function contentToDataArray(content: NetcdfContent): DataArray {
  const { main, coordinates } = planDataArray(content);
  const ties = new Ties(new Map(content.variables.map((variable) => [variable.name, variable])), main);
  return assembleDataArray(
    main,
    main.values as TypedArray,
    coordinates.map((plan): [string, Coordinate] => [plan.name, plan.make(ties)]),
  );
}

/** The first half of {@link contentToDataArray}: finds the data variable and what the coordinates are made of. */
export function planDataArray(content: NetcdfContent): ArrayPlan {
  const conventions = textOf(content.attrs, 'Conventions');
  if (!conventions?.includes('CF'))
    throw malformed(
      conventions === null
        ? 'no global attribute Conventions: not a CF file'
        : `Conventions is ${quoted(conventions)}, which names no CF version`,
    );
  const coordinateNames = findCoordinateNames(content);
  const main = findDataVariable(content, coordinateNames);
  if (main.dtype === 'string') throw malformed(`the data variable ${main.name} holds string, not numbers`);
  for (const name of elsewhere)
    if (Object.hasOwn(main.attrs, name))
      throw malformed(`the data variable ${main.name} is virtual (${name}): its values are not in the packet`);
  return { main, coordinates: planCoordinates(content, main, coordinateNames) };
}

/** The last step of {@link contentToDataArray}: `main` with `values` and coordinates, of which a later one replaces an earlier. */
export function assembleDataArray(
  main: NetcdfVariable,
  values: TypedArray,
  coordinates: Iterable<readonly [string, Coordinate]>,
): DataArray {
  const coords = inOrder(new Map(coordinates), main.dims);
  try {
    return new DataArray({
      data: values,
      dtype: main.dtype as Exclude<typeof main.dtype, 'string'>, // planDataArray has refused text
      shape: [...main.shape],
      dims: [...main.dims],
      coords,
      name: main.name === UNNAMED ? null : main.name,
      attrs: userAttributes(main),
    });
  } catch (cause) {
    throw malformed((cause instanceof Error ? cause.message : String(cause)).slice(0, 500), cause);
  }
}

/** CF coordinate variables: those named as their one dimension, and those that a `coordinates` attribute lists. */
function findCoordinateNames(content: NetcdfContent): Set<string> {
  const names = new Set<string>();
  const all = new Set(content.variables.map((variable) => variable.name));
  for (const { name, dims } of content.variables) if (dims.length === 1 && dims[0] === name) names.add(name);
  for (const name of listed(content.attrs)) if (all.has(name)) names.add(name);
  for (const { attrs } of content.variables) {
    const list = listed(attrs);
    if (list.every((name) => all.has(name))) for (const name of list) names.add(name);
  }
  return names;
}

function listed(attrs: NetcdfVariable['attrs']): string[] {
  return (textOf(attrs, 'coordinates') ?? '').split(/\s+/).filter(Boolean);
}

function findDataVariable(content: NetcdfContent, coordinateNames: Set<string>): NetcdfVariable {
  const candidates = content.variables.filter(({ name }) => !coordinateNames.has(name));
  if (candidates.length === 0) throw malformed('no data variable: the file holds only dimensions and coordinates');
  if (candidates.length === 1) return candidates[0]!;
  const pointing = candidates.filter(({ attrs }) =>
    Object.keys(attrs).some((name) => name.includes('coordinate') && name !== 'coordinates'),
  );
  if (pointing.length === 1) return pointing[0]!;
  const all = pointing.length ? pointing : candidates;
  const names = all.slice(0, 8).map(({ name }) => name.slice(0, 40));
  if (all.length > 8) names.push('...');
  throw malformed(`several variables could be the data (${names.join(', ')}): a packet holds one`);
}

function inOrder(found: Map<string, Coordinate>, dims: readonly string[]): Record<string, Coordinate> {
  const names = [...dims.filter((dim) => found.has(dim)), ...[...found.keys()].filter((name) => !dims.includes(name))];
  return Object.fromEntries(names.map((name) => [name, found.get(name)!]));
}

function userAttributes({ attrs }: NetcdfVariable): Attrs {
  const out: Record<string, AttrValue> = {};
  for (const [name, attr] of Object.entries(attrs)) if (!isReservedAttribute(name)) out[name] = decodeAttribute(attr);
  return out;
}

function malformed(why: string, cause?: unknown): PacketError {
  return new PacketError('MALFORMED_PACKET', 'decode', why, { cause });
}
