/**
 * What is in a NetCDF4 file, in plain data: the seam between HDF5 (which knows bytes) and the xdas mapping (which knows
 * arrays). Everything here can cross a thread by structured clone.
 */
import type { ArrayDType, DType, TypedArray } from '../dtype.js';

/** dtypes of attributes; `'string'` is any text type of HDF5. */
export type ContentDType = DType | 'string';

/** dtypes of variables. Complex ones are HDF5 compounds of two floats, `r` and `i`, as h5py stores numpy's. */
export type VariableDType = ArrayDType | 'string';

/** An attribute: a flat array of values and its shape (`[]` for one value). */
export interface NetcdfAttribute {
  dtype: ContentDType;
  shape: number[];
  /** C order; one element for a scalar. Strings are JavaScript strings, without NUL characters. */
  values: TypedArray | string[];
}

/** One filter of an HDF5 filter pipeline. */
export interface NetcdfFilter {
  /** HDF5's registered number: 1 gzip, 2 shuffle, 3 fletcher32, 32000 lzf, 32013 ZFP ... */
  id: number;
  /** The numbers that go with it. */
  clientData: number[];
  /**
   * Whether a chunk that the filter fails on may be stored without it (HDF5's flag bit 0). On writing the default is
   * `true`, as h5py does it (fletcher32: `false`). On reading it is absent: h5wasm does not tell.
   */
  optional?: boolean;
}

/** How a variable is stored when it is not contiguous. */
export interface NetcdfStorage {
  /** Chunk sizes, one per dimension. */
  chunks: number[];
  /** In the order in which they are applied on writing. */
  filters: NetcdfFilter[];
}

/** One variable (HDF5 dataset that is not a mere dimension). */
export interface NetcdfVariable {
  name: string;
  dtype: VariableDType;
  shape: number[];
  /** Names of the dimensions, one per axis of `shape` (from DIMENSION_LIST, or the variable itself if it is a scale). */
  dims: string[];
  /** Attributes without the ones that NetCDF4 keeps for itself (CLASS, NAME, DIMENSION_LIST, REFERENCE_LIST, _Netcdf4Dimid; see {@link reservedAttributes}). */
  attrs: Record<string, NetcdfAttribute>;
  /**
   * C order, native byte order, owned (never a view of a WebAssembly heap). Of complex numbers the real and imaginary parts
   * in turn, so twice as many as the shape has elements.
   */
  values: TypedArray | string[];
  storage?: NetcdfStorage;
}

/** One NetCDF4 file (or group): what both directions exchange. */
export interface NetcdfContent {
  attrs: Record<string, NetcdfAttribute>;
  /** Dimensions in order, with their length; those without a variable of their name are dimension scales without values. */
  dims: { name: string; size: number }[];
  variables: NetcdfVariable[];
}

/** The groups of a NetCDF4 file: one that holds datasets has `content`, and what is below it is not looked at. */
export interface NetcdfTree {
  /** Name of the group; empty for the root. */
  name: string;
  /** What the group holds, values of large variables left out; null for one that holds groups alone. */
  content: NetcdfContent | null;
  /** The groups right below, in the file's order. */
  children: NetcdfTree[];
}

/**
 * Attributes that NetCDF4 keeps for itself in an HDF5 file (the names that h5netcdf hides): never in the content, neither
 * read nor written through it.
 */
export const reservedAttributes: ReadonlySet<string> = new Set([
  'CLASS',
  'NAME',
  'DIMENSION_LIST',
  'REFERENCE_LIST',
  'DIMENSION_LABELS',
  '_Netcdf4Dimid',
  '_Netcdf4Coordinates',
  '_nc3_strict',
  '_NCProperties',
]);
