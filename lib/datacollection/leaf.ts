/** What hangs on the ends of a collection: arrays, arrays that are still in their files, tables. */
import { DataArray, type Indexer, type LabelIndexer, type SelOptions } from '../dataarray/data-array.js';
import { type CoordArray, itemSize } from '../dtype.js';
import { ArgumentError } from '../errors.js';
import { Table } from '../table/table.js';

/**
 * An array whose values are elsewhere, as `LazyArray` of `openDataCollection` is: it tells its shape, is selected from without reading,
 * and is loaded when asked to.
 */
export interface LazyLeaf {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly sizes: Record<string, number>;
  readonly size: number;
  /** Bytes of its values once they are read. */
  readonly nbytes: number;
  isel(indexers: Record<string, Indexer>, options?: { drop?: boolean }): LazyLeaf;
  sel(indexers: Record<string, LabelIndexer>, options?: SelOptions): LazyLeaf;
  load(): Promise<DataArray>;
}

/** A leaf of a collection. */
export type CollectionLeaf = DataArray | LazyLeaf | Table;

/** True for arrays that are still in their files. */
export function isLazyLeaf(value: unknown): value is LazyLeaf {
  if (value instanceof DataArray || typeof value !== 'object' || value === null) return false;
  const { load, isel, sel, shape } = value as Partial<LazyLeaf>;
  return typeof load === 'function' && typeof isel === 'function' && typeof sel === 'function' && Array.isArray(shape);
}

/** True for what may be a leaf. */
export function isLeaf(value: unknown): value is CollectionLeaf {
  return value instanceof DataArray || value instanceof Table || isLazyLeaf(value);
}

/** True for an array without a sample. Tables without rows are kept: they have columns. */
export function isEmptyLeaf(leaf: CollectionLeaf): boolean {
  return !(leaf instanceof Table) && leaf.size === 0;
}

/** Whether two leaves hold the same. Throws `BAD_ARGUMENT` for values that are still in their files. */
export function leavesEqual(a: CollectionLeaf, b: CollectionLeaf, where: string): boolean {
  if (a === b) return true;
  if (isLazyLeaf(a) || isLazyLeaf(b))
    throw new ArgumentError('BAD_ARGUMENT', `${where}: values that are still in their files: load() the collection`);
  if (a instanceof Table) return b instanceof Table && a.equals(b);
  return b instanceof DataArray && a.equals(b);
}

/** Bytes that a leaf takes once it is loaded; text of tables counts a pointer for each. */
export function leafBytes(leaf: CollectionLeaf): number {
  if (!(leaf instanceof Table)) return leaf.nbytes;
  return leaf.columns.reduce((sum, name) => sum + columnBytes(leaf.get(name), leaf.dtype(name)), 0);
}

function columnBytes(values: CoordArray, dtype: ReturnType<Table['dtype']>): number {
  return values.length * (dtype === 'string' ? 8 : itemSize(dtype));
}
