/** Trees of labelled arrays that are never changed in place: mappings by name, sequences by position. */
import { isSlice, resolveIndex, resolveSlice, type Slice } from '../coordinates/slice.js';
import { DataArray, type Indexer, type LabelIndexer, type SelOptions } from '../dataarray/data-array.js';
import { ArgumentError } from '../errors.js';
import { Table } from '../table/table.js';
import { collectionText } from './collection-text.js';
import { type CollectionLeaf, isEmptyLeaf, isLazyLeaf, isLeaf, leavesEqual } from './leaf.js';
import { atLeaf, namingLeaf, pathText } from './leaf-path.js';
import { namePattern } from './name-pattern.js';

/** What a collection holds under a key: a leaf, or another collection. */
export type CollectionItem<L extends CollectionLeaf = CollectionLeaf> = L | DataCollection<L>;

/**
 * What a collection is made of: a list is a sequence, an object or `Map` a mapping, a pair of a name and one of these is that with a name
 * (`['record', [a, b]]`, xdas's tuple). Objects list whole numbers before other keys, whatever their order: a `Map` does not.
 */
export type CollectionInput<L extends CollectionLeaf = CollectionLeaf> =
  | CollectionItem<L>
  | readonly [name: string | null, data: CollectionInput<L>]
  | readonly CollectionInput<L>[]
  | ReadonlyMap<string, CollectionInput<L>>
  | { readonly [key: string]: CollectionInput<L> };

/** What `query` takes for a level: a pattern of names for mappings, a position or slice of positions for sequences. */
export type CollectionQuery = Readonly<Record<string, string | number | Slice<number>>>;

/** A leaf and the keys that lead to it. */
export interface LeafEntry<L extends CollectionLeaf = CollectionLeaf> {
  path: (string | number)[];
  /** Name of the level that each key belongs to, null where it has none. */
  levels: (string | null)[];
  leaf: L;
}

/** How an operation is given to {@link DataCollection.map}: a function of a leaf, or an atom. */
export type LeafOperation<L extends CollectionLeaf, R extends CollectionLeaf> =
  | ((leaf: L) => R)
  | { apply(leaf: never): R; fresh(): { apply(leaf: never): R } };

/**
 * A tree whose leaves are arrays (in memory or still in their files) or tables: either a {@link DataMapping} or a {@link DataSequence},
 * each level with a name or none. Never changed in place. `L` is the type of the leaves. xdas: `DataCollection`.
 */
export abstract class DataCollection<L extends CollectionLeaf = CollectionLeaf> {
  /** Name of this level (`'instrument'`, `'record'`), null for none. */
  readonly name: string | null;

  protected constructor(name: string | null) {
    if (name !== null && typeof name !== 'string')
      throw new ArgumentError('BAD_ARGUMENT', `the name of a collection is text or null, not ${String(name)}`);
    this.name = name;
  }

  /**
   * A mapping or a sequence, after what `data` is; see {@link CollectionInput}. `name` goes before the name in `data`. Throws
   * `BAD_ARGUMENT` for anything else, saying where. xdas: `DataCollection(data, name)`.
   */
  static from<L extends CollectionLeaf>(data: CollectionInput<L>, name: string | null = null): DataCollection<L> {
    const item = toItem<L>(data, []);
    if (!(item instanceof DataCollection))
      throw new ArgumentError('BAD_ARGUMENT', 'a collection is made of a list, an object or a Map; this is one leaf');
    return name === null ? item : item.rename(name);
  }

  /** Items right below this level. */
  abstract readonly size: number;
  /** Keys and items right below this level, in order; the keys of a sequence are its positions. */
  abstract items(): [key: string | number, item: CollectionItem<L>][];
  /** A collection of the same kind and name with other items. */
  protected abstract rebuilt<R extends CollectionLeaf>(
    items: [key: string | number, item: CollectionItem<R>][],
    name?: string | null,
  ): DataCollection<R>;
  protected abstract itemAt(key: string | number): CollectionItem<L>;

  /** True if there is nothing right below this level. */
  get empty(): boolean {
    return this.size === 0;
  }

  /** Names of all levels, from the top, each once; null among them where a level has none. xdas: `fields`. */
  get fields(): (string | null)[] {
    const below = this.items().flatMap(([, item]) => (item instanceof DataCollection ? item.fields : []));
    return [...new Set([this.name, ...below])];
  }

  /** True for a {@link DataSequence}. xdas: `issequence`. */
  isSequence(): this is DataSequence<L> {
    return this instanceof DataSequence;
  }

  /** True for a {@link DataMapping}. xdas: `ismapping`. */
  isMapping(): this is DataMapping<L> {
    return this instanceof DataMapping;
  }

  /** What the keys lead to, level by level: `get('das1', 0)`. Negative positions count from the end. Throws `BAD_INDEX`. */
  get(...path: (string | number)[]): CollectionItem<L> {
    let item: CollectionItem<L> = this;
    for (const [depth, key] of path.entries()) {
      if (!(item instanceof DataCollection))
        throw new ArgumentError('BAD_INDEX', `${pathText(path.slice(0, depth))} is a leaf: nothing is below it`);
      item = item.itemAt(key);
    }
    return item;
  }

  /** The leaf that the keys lead to. Throws `BAD_INDEX` where they do not, or where that is a collection. */
  leaf(...path: (string | number)[]): L {
    const item = this.get(...path);
    if (!(item instanceof DataCollection)) return item;
    throw new ArgumentError('BAD_INDEX', `${pathText(path) || 'the collection itself'} is no leaf`);
  }

  /** All leaves in order, with the keys that lead to them. */
  *leaves(): Generator<LeafEntry<L>> {
    for (const [key, item] of this.items()) {
      if (!(item instanceof DataCollection)) yield { path: [key], levels: [this.name], leaf: item };
      else
        for (const { path, levels, leaf } of item.leaves())
          yield { path: [key, ...path], levels: [this.name, ...levels], leaf };
    }
  }

  /**
   * The same tree with what `operation` gives in the place of each leaf: a function, or an atom, of which a fresh one is applied to each leaf.
   * Throws what that throws, with the way to the leaf. Arrays in files are handed over as they are. xdas: `map`.
   */
  map<R extends CollectionLeaf>(operation: LeafOperation<L, R>): DataCollection<R> {
    const apply = (leaf: L): R =>
      typeof operation === 'function' ? operation(leaf) : operation.fresh().apply(leaf as never);
    return this.#mapLeaves((leaf, path) => {
      const given = atLeaf(path, () => apply(leaf));
      if (isLeaf(given)) return given;
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${pathText(path)}: map got ${String(given)}; allowed: an array or a table`,
      );
    });
  }

  /** As {@link map} for what takes time: leaf after leaf, in order. */
  async mapAsync<R extends CollectionLeaf>(
    operation: (leaf: L, entry: LeafEntry<L>) => CollectionItem<R> | Promise<CollectionItem<R>>,
  ): Promise<DataCollection<R>> {
    const results: CollectionItem<R>[] = [];
    for (const entry of this.leaves()) results.push(await operation(entry.leaf, entry));
    let next = 0;
    return this.#mapLeaves(() => results[next++]!);
  }

  /** With all arrays in memory, read one after the other. xdas: `load`. */
  load(): Promise<DataCollection<Exclude<L, object & { load(): unknown }> | DataArray>> {
    type Loaded = Exclude<L, object & { load(): unknown }> | DataArray;
    return this.mapAsync<Loaded>((leaf) => (isLazyLeaf(leaf) ? leaf.load() : (leaf as unknown as Loaded)));
  }

  /**
   * `isel` of every array; arrays that become empty are left out, levels stay. Throws as `DataArray.isel`, with the way to the leaf;
   * `BAD_ARGUMENT` for tables. xdas: `isel`.
   */
  isel(indexers: Record<string, Indexer>, options: { drop?: boolean } = {}): this {
    return this.#selected('isel', (leaf) => leaf.isel(indexers, options));
  }

  /** `sel` of every array; arrays that become empty are left out, levels stay. Throws as {@link isel}. xdas: `sel`. */
  sel(indexers: Record<string, LabelIndexer>, options: SelOptions = {}): this {
    return this.#selected('sel', (leaf) => leaf.sel(indexers, options));
  }

  /**
   * The part of the tree whose keys fit, wherever a level of that name is: `query({ instrument: 'das*', record: 0 })`. Mappings take a
   * pattern with `*`, `?`, `[abc]` and `[!abc]`, sequences a position (a sequence of one is left) or a slice. Throws
   * `BAD_ARGUMENT` for names of no level and for what a level does not take, `BAD_INDEX` for positions that are not there. xdas: `query`.
   */
  query(indexers: CollectionQuery): this {
    const { fields } = this;
    const unknown = Object.keys(indexers).filter((key) => !fields.includes(key));
    if (unknown.length > 0)
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${unknown.join(', ')}: no level of that name; there are: ${fields.filter((name) => name !== null).join(', ') || 'none'}`,
      );
    return this.#queried(indexers) as this;
  }

  /** {@link query} by the name that ObsPy has for it. */
  select(indexers: CollectionQuery): this {
    return this.query(indexers);
  }

  /** The same items under another name of this level. */
  rename(name: string | null): this {
    return this.rebuilt(this.items(), name) as this;
  }

  /**
   * Whether the other is of the same kind, with the same names, the same keys in the same order, and equal leaves. Throws `BAD_ARGUMENT`
   * where that depends on values that are still in files. xdas: `equals`.
   */
  equals(other: unknown): boolean {
    return this.#equals(other, []);
  }

  /** All tables of the tree as one, row after row. Throws `BAD_ARGUMENT` where there are arrays, `BAD_SHAPE` where columns differ. */
  toTable(): Table {
    const tables = Array.from(this.leaves(), ({ path, leaf }) => {
      if (leaf instanceof Table) return leaf;
      throw new ArgumentError('BAD_ARGUMENT', `${pathText(path)} is an array: only tables become one table`);
    });
    return Table.concat(tables);
  }

  /** A table of all leaves where every level has one name, else a tree; as xdas 0.2.10 prints it. */
  toString(): string {
    return collectionText(this);
  }

  #mapLeaves<R extends CollectionLeaf>(
    change: (leaf: L, path: (string | number)[]) => CollectionItem<R>,
    above: (string | number)[] = [],
  ): DataCollection<R> {
    const items = this.items().map(([key, item]): [string | number, CollectionItem<R>] => {
      const path = [...above, key];
      return [key, item instanceof DataCollection ? item.#mapLeaves(change, path) : change(item, path)];
    });
    return this.rebuilt(items);
  }

  #selected(what: string, select: (leaf: Exclude<L, Table>) => CollectionLeaf, above: (string | number)[] = []): this {
    const items: [string | number, CollectionItem<L>][] = [];
    for (const [key, item] of this.items()) {
      const path = [...above, key];
      if (item instanceof DataCollection) items.push([key, item.#selected(what, select, path)]);
      else if (item instanceof Table)
        throw new ArgumentError('BAD_ARGUMENT', `${pathText(path)} is a table, which has no ${what}`);
      else {
        const selected = atLeaf(path, () => select(item as Exclude<L, Table>)) as L;
        if (!isEmptyLeaf(selected)) items.push([key, selected]);
      }
    }
    return this.rebuilt(items) as unknown as this;
  }

  #queried(indexers: CollectionQuery): DataCollection<L> {
    const indexer = this.name !== null && Object.hasOwn(indexers, this.name) ? indexers[this.name] : undefined;
    const kept = indexer === undefined ? this.items() : this.picked(indexer);
    return this.rebuilt(
      kept.map(([key, item]) => [key, item instanceof DataCollection ? item.#queried(indexers) : item]),
    );
  }

  /** Items whose keys fit an indexer of `query`. */
  protected abstract picked(indexer: string | number | Slice<number>): [string | number, CollectionItem<L>][];

  #equals(other: unknown, above: (string | number)[]): boolean {
    if (this === other) return true;
    if (!(other instanceof DataCollection) || other.constructor !== this.constructor) return false;
    const [mine, theirs] = [this.items(), other.items()];
    if (this.name !== other.name || mine.length !== theirs.length) return false;
    return mine.every(([key, item], k) => {
      const [otherKey, otherItem] = theirs[k]!;
      const path = [...above, key];
      if (key !== otherKey) return false;
      if (item instanceof DataCollection) return item.#equals(otherItem, path);
      return !(otherItem instanceof DataCollection) && leavesEqual(item, otherItem, pathText(path));
    });
  }
}

/** Items by name, in order. Iterates over pairs of key and item, as a `Map`. xdas: `DataMapping`. */
export class DataMapping<L extends CollectionLeaf = CollectionLeaf> extends DataCollection<L> {
  readonly #items: ReadonlyMap<string, CollectionItem<L>>;

  /** `data`: an object, a `Map` or another mapping, whose values are anything that a collection is made of. Throws `BAD_ARGUMENT`. */
  constructor(
    data: { readonly [key: string]: CollectionInput<L> } | ReadonlyMap<string, CollectionInput<L>> | DataMapping<L>,
    name: string | null = data instanceof DataMapping ? data.name : null,
  ) {
    super(name);
    const entries: Iterable<[string, CollectionInput<L>]> =
      data instanceof Map || data instanceof DataMapping
        ? (data as ReadonlyMap<string, CollectionInput<L>>).entries()
        : Object.entries(data);
    const items = new Map<string, CollectionItem<L>>();
    for (const [key, value] of entries) {
      if (typeof key !== 'string')
        throw new ArgumentError('BAD_ARGUMENT', `the keys of a mapping are text, not ${String(key)}`);
      items.set(key, toItem<L>(value, [key]));
    }
    this.#items = items;
  }

  override get size(): number {
    return this.#items.size;
  }

  /** Whether there is an item of that name. */
  has(key: string): boolean {
    return this.#items.has(key);
  }

  /** The names, in order. */
  keys(): MapIterator<string> {
    return this.#items.keys();
  }

  /** The items, in order. */
  values(): MapIterator<CollectionItem<L>> {
    return this.#items.values();
  }

  /** Pairs of name and item, in order. */
  entries(): MapIterator<[string, CollectionItem<L>]> {
    return this.#items.entries();
  }

  [Symbol.iterator](): MapIterator<[string, CollectionItem<L>]> {
    return this.#items.entries();
  }

  override items(): [string, CollectionItem<L>][] {
    return [...this.#items];
  }

  /** With items added at the end, or replaced where they are. */
  with(items: { readonly [key: string]: CollectionInput<L> }): DataMapping<L> {
    return new DataMapping<L>(new Map([...this.#items, ...Object.entries(items)]), this.name);
  }

  /** Without the items of these names. */
  without(...keys: string[]): DataMapping<L> {
    return new DataMapping<L>(new Map(this.items().filter(([key]) => !keys.includes(key))), this.name);
  }

  protected override itemAt(key: string | number): CollectionItem<L> {
    const item = this.#items.get(String(key));
    if (item !== undefined) return item;
    throw new ArgumentError(
      'BAD_INDEX',
      `no ${JSON.stringify(key)}; there are ${[...this.keys()].join(', ') || 'none'}`,
    );
  }

  protected override picked(indexer: string | number | Slice<number>): [string, CollectionItem<L>][] {
    if (typeof indexer !== 'string')
      throw new ArgumentError('BAD_ARGUMENT', `${this.name} is a mapping: query it with a name or pattern`);
    const fits = namePattern(indexer);
    return this.items().filter(([key]) => fits(key));
  }

  protected override rebuilt<R extends CollectionLeaf>(
    items: [string | number, CollectionItem<R>][],
    name = this.name,
  ): DataMapping<R> {
    return new DataMapping<R>(new Map(items as [string, CollectionItem<R>][]), name);
  }
}

/** Items by position. Iterates over them. xdas: `DataSequence`. */
export class DataSequence<L extends CollectionLeaf = CollectionLeaf> extends DataCollection<L> {
  readonly #items: readonly CollectionItem<L>[];

  /** `data`: a list or another sequence, whose values are anything that a collection is made of. Throws `BAD_ARGUMENT`. */
  constructor(
    data: Iterable<CollectionInput<L>>,
    name: string | null = data instanceof DataSequence ? data.name : null,
  ) {
    super(name);
    this.#items = Array.from(data, (value, index) => toItem<L>(value, [index]));
  }

  /** Items of a mapping, without their names. xdas: `from_mapping`. */
  static fromMapping<L extends CollectionLeaf>(mapping: DataMapping<L>): DataSequence<L> {
    return new DataSequence<L>(mapping.values(), mapping.name);
  }

  override get size(): number {
    return this.#items.length;
  }

  /** Number of items. */
  get length(): number {
    return this.#items.length;
  }

  /** The item at a position, negative ones counted from the end; undefined where there is none, as of an array. */
  at(index: number): CollectionItem<L> | undefined {
    return this.#items.at(index);
  }

  [Symbol.iterator](): ArrayIterator<CollectionItem<L>> {
    return this.#items[Symbol.iterator]();
  }

  override items(): [number, CollectionItem<L>][] {
    return [...this.#items.entries()];
  }

  /** Items `start` up to but without `stop`, as of an array. */
  slice(start?: number, stop?: number): DataSequence<L> {
    return new DataSequence<L>(this.#items.slice(start, stop), this.name);
  }

  /** With the items of others (or of lists) after its own. */
  concat(...others: Iterable<CollectionInput<L>>[]): DataSequence<L> {
    return new DataSequence<L>([...this.#items, ...others.flatMap((other) => [...other])], this.name);
  }

  /** A mapping whose keys are the positions. xdas: `to_mapping`. */
  toMapping(): DataMapping<L> {
    return new DataMapping<L>(new Map(this.items().map(([index, item]) => [String(index), item])), this.name);
  }

  protected override itemAt(key: string | number): CollectionItem<L> {
    if (typeof key !== 'number')
      throw new ArgumentError('BAD_INDEX', `a sequence has positions, not ${JSON.stringify(key)}`);
    return this.#items[resolveIndex(key, this.length)]!;
  }

  protected override picked(indexer: string | number | Slice<number>): [number, CollectionItem<L>][] {
    if (typeof indexer === 'number') return [this.items()[resolveIndex(indexer, this.length)]!];
    if (!isSlice(indexer))
      throw new ArgumentError('BAD_ARGUMENT', `${this.name} is a sequence: query it with a position or a slice`);
    const { start, step, count } = resolveSlice(indexer, this.length);
    return Array.from({ length: count }, (_, k) => [k, this.#items[start + k * step]!]);
  }

  protected override rebuilt<R extends CollectionLeaf>(
    items: [string | number, CollectionItem<R>][],
    name = this.name,
  ): DataSequence<R> {
    return new DataSequence<R>(
      items.map(([, item]) => item),
      name,
    );
  }
}

function toItem<L extends CollectionLeaf>(value: CollectionInput<L>, path: (string | number)[]): CollectionItem<L> {
  if (value instanceof DataCollection || isLeaf(value)) return value as CollectionItem<L>;
  try {
    if (Array.isArray(value)) {
      const [name, data] = value as [unknown, CollectionInput<L>];
      if (value.length !== 2 || !(typeof name === 'string' || name === null)) return new DataSequence<L>(value);
      const item = toItem<L>(data, []);
      if (item instanceof DataCollection) return name === null ? item : item.rename(name);
      return name !== null && item instanceof DataArray ? (item.rename(name) as CollectionItem<L>) : item;
    }
    if (value instanceof Map) return new DataMapping<L>(value);
    if (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value)))
      return new DataMapping<L>(value as { readonly [key: string]: CollectionInput<L> });
  } catch (error) {
    throw namingLeaf(path, error);
  }
  const kind = (value as object | null)?.constructor?.name ?? String(value);
  throw new ArgumentError(
    'BAD_ARGUMENT',
    `${pathText(path)}${path.length > 0 ? ': ' : ''}a collection holds arrays, tables and collections, not ${kind}`,
  );
}
