import type { DataArray } from '../dataarray/data-array.js';
import type { ArrayDType, TypedArray } from '../dtype.js';
import { DasflowError, FileError } from '../errors.js';
import { contentToDataArray, UNNAMED } from '../packets/content-to-data-array.js';
import type { NetcdfVariable } from '../packets/netcdf-content.js';
import type { ArrayFile, Range } from './array-file.js';
import { type NetcdfFile, openNetcdfFile } from './hdf5/open-netcdf-file.js';
import { outlineOf, zeros } from './outline.js';

/** Variables of two or more dimensions that are no larger are read on opening: they are part of the description. */
export const INLINE_BYTES = 1024;

/**
 * Opens a NetCDF file of xdas: coordinates and attributes are read, values stay in the file. Throws `FileError` with the path: `BAD_FILE`
 * (missing, damaged, or no array of xdas), and as `openNetcdfFile`.
 */
export async function openArrayFile(path: string): Promise<ArrayFile> {
  return arrayInGroup(await openNetcdfFile(path, { inlineBytes: INLINE_BYTES }));
}

/** The array in a NetCDF file or group; `where` names the group in errors. Throws `BAD_FILE`. */
export function arrayInGroup(file: NetcdfFile, where = ''): ArrayFile {
  const { path } = file;
  const variables = file.content.variables.map((variable) =>
    file.lazy.has(variable.name) ? emptied(variable) : variable,
  );
  let outline: DataArray;
  try {
    outline = outlineOf(contentToDataArray({ ...file.content, variables }));
  } catch (cause) {
    if (!(cause instanceof DasflowError)) throw cause;
    throw new FileError('BAD_FILE', path, where + cause.message.replace(/^decode: /, ''), { cause });
  }
  const name = outline.name ?? UNNAMED;
  return {
    path,
    outline,
    async read(ranges: readonly Range[]): Promise<TypedArray> {
      const start = ranges.map(([first]) => first);
      const count = ranges.map(([first, last]) => last - first);
      return (await file.read(name, start, count)) as TypedArray;
    },
  };
}

/** The variable with zeros that take no memory in the place of its values. */
function emptied(variable: NetcdfVariable): NetcdfVariable {
  const values: unknown = zeros(variable.dtype as ArrayDType, variable.shape);
  return { ...variable, values: values as TypedArray };
}
