import { dtypeOf, isComplexDType, partsDType } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import {
  type NetcdfAttribute,
  type NetcdfContent,
  type NetcdfVariable,
  reservedAttributes,
} from '../netcdf-content.js';

/**
 * Throws an `ArgumentError` where content contradicts itself: names twice or with `/`, unknown dimensions, shapes that
 * are not those of the dimensions, values that do not fit dtype or shape, reserved attributes, text with NUL.
 */
export function checkContent({ attrs, dims, variables }: NetcdfContent): void {
  const sizes = new Map<string, number>();
  for (const { name, size } of dims) {
    checkName('dimension', name);
    if (sizes.has(name)) throw new ArgumentError('BAD_DIM', `dimension ${name} is there twice`);
    if (!Number.isSafeInteger(size) || size < 0)
      throw new ArgumentError('BAD_SHAPE', `dimension ${name} has the length ${size}; allowed: integers from 0`);
    sizes.set(name, size);
  }
  checkAttributes('the file', attrs);
  const names = new Set<string>();
  for (const variable of variables) {
    checkName('variable', variable.name);
    if (names.has(variable.name)) throw new ArgumentError('BAD_ARGUMENT', `variable ${variable.name} is there twice`);
    names.add(variable.name);
    checkVariable(variable, sizes);
  }
}

function checkVariable(variable: NetcdfVariable, sizes: ReadonlyMap<string, number>): void {
  const { name, shape, dims, attrs, storage } = variable;
  const what = `variable ${name}`;
  if (dims.length !== shape.length)
    throw new ArgumentError('BAD_DIM', `${what} has ${dims.length} dimensions (${dims}) and the shape (${shape})`);
  for (const [axis, dim] of dims.entries()) {
    if (!sizes.has(dim))
      throw new ArgumentError('BAD_DIM', `${what}: no dimension ${dim}; there are: ${[...sizes.keys()]}`);
    if (sizes.get(dim) !== shape[axis])
      throw new ArgumentError(
        'BAD_SHAPE',
        `${what} has ${shape[axis]} along ${dim}, which has length ${sizes.get(dim)}`,
      );
  }
  checkValues(what, variable);
  checkAttributes(what, attrs);
  if (!storage) return;
  if (variable.dtype === 'string' && storage.filters.length > 0)
    throw new ArgumentError('BAD_ENCODING', `${what} is text, which has no filters; allowed: numbers`);
  if (storage.chunks.length !== shape.length || !storage.chunks.every((size) => Number.isSafeInteger(size) && size > 0))
    throw new ArgumentError(
      'BAD_ENCODING',
      `${what} has chunks [${storage.chunks}] for shape (${shape}); allowed: one positive integer per dimension`,
    );
}

function checkAttributes(owner: string, attrs: Record<string, NetcdfAttribute>): void {
  for (const [name, attribute] of Object.entries(attrs)) {
    checkName(`attribute of ${owner}`, name);
    if (reservedAttributes.has(name))
      throw new ArgumentError('BAD_ARGUMENT', `attribute ${name} of ${owner}: NetCDF4 keeps that name for itself`);
    checkValues(`attribute ${name} of ${owner}`, attribute);
  }
}

function checkValues(what: string, { dtype, shape, values }: NetcdfAttribute | NetcdfVariable): void {
  const count = shape.reduce((product, size) => product * size, isComplexDType(dtype) ? 2 : 1);
  if (values.length !== count)
    throw new ArgumentError('BAD_SHAPE', `${what} has ${values.length} values for the shape (${shape})`);
  const actual = Array.isArray(values) ? 'string' : dtypeOf(values);
  if (actual !== (dtype === 'string' ? dtype : partsDType(dtype)))
    throw new ArgumentError('BAD_DTYPE', `${what} says ${dtype} and holds ${actual}`);
  if (!Array.isArray(values)) return;
  for (const text of values) {
    if (typeof text !== 'string')
      throw new ArgumentError('BAD_DTYPE', `${what} says string and holds a ${typeof text}`);
    if (text.includes('\0')) throw new ArgumentError('BAD_ARGUMENT', `${what} holds text with a NUL character`);
  }
}

function checkName(kind: string, name: string): void {
  if (name === '' || name === '.' || name.includes('/') || name.includes('\0'))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${JSON.stringify(name)} cannot be the name of a ${kind}: empty, '.', '/' or NUL`,
    );
}
