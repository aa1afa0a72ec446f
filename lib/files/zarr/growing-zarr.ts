import { join } from 'node:path';
import type { Coordinate } from '../../coordinates/coordinate.js';
import type { DataArray } from '../../dataarray/data-array.js';
import {
  allocate,
  type CoordArray,
  type CoordDType,
  type DType,
  itemSize,
  partsDType,
  type TypedArray,
} from '../../dtype.js';
import { ArgumentError, type ErrorCode, FileError } from '../../errors.js';
import { zeros } from '../outline.js';
import { writeWholeFile } from '../whole-file.js';
import { loadZarrita } from './load-zarrita.js';
import { ZarrArrayFolder } from './zarr-array-folder.js';
import { resolveCodecs, type ZarrCodec } from './zarr-codecs.js';
import { type JsonObject, zarrJson } from './zarr-json.js';
import {
  type ArrayMetadata,
  checkNames,
  chunkShape,
  coordinateMetadata,
  groupMetadata,
  labelsPerChunk,
  valuesMetadata,
  valuesName,
} from './zarr-metadata.js';
import { clearStore, readStore, type StoredZarr } from './zarr-store.js';

/** How a {@link GrowingZarr} begins. */
export interface GrowingZarrOptions {
  dim: string;
  mode: 'overwrite' | 'append';
  chunks?: readonly number[] | Readonly<Record<string, number>>;
  codecs?: readonly ZarrCodec[];
}

/**
 * A Zarr store of one array that grows along one dimension. Samples are gathered in one chunk (all of it along the other dimensions) and
 * written when it is full, or by {@link flush}; then the coordinates, and last of all the `zarr.json` that tell of them: that of the group,
 * which has the others inside, is the last. So a reader sees whole steps or none.
 */
export class GrowingZarr {
  readonly path: string;
  readonly dim: string;
  readonly #axis: number;
  readonly #model: DataArray;
  readonly #values: ZarrArrayFolder;
  readonly #coords: ReadonlyMap<string, ZarrArrayFolder>;
  readonly #labels = new Map<string, TypedArray>();
  /** The samples gathered, with room for a chunk along the dimension. */
  readonly #buffer: TypedArray;
  readonly #room: number;
  #gathered = 0;
  #length: number;
  /** Those of the group. */
  #attributes: JsonObject = {};

  private constructor(path: string, model: DataArray, axis: number, arrays: Arrays, length: number) {
    this.path = path;
    this.dim = model.dims[axis]!;
    const none = model.isel({ [this.dim]: { start: 0, stop: 0 } });
    this.#model = none.with({ data: zeros(model.dtype, none.shape), dtype: model.dtype });
    this.#axis = axis;
    this.#values = arrays.values;
    this.#coords = arrays.coords;
    this.#length = length;
    this.#room = arrays.values.metadata.chunk_grid.configuration.chunk_shape[axis]!;
    const { outer, inner } = this.#layout();
    this.#buffer = allocate(partsDType(model.dtype), outer * this.#room * inner);
    for (const [name, coord] of model.coords)
      if (coord.dim === this.dim) this.#labels.set(name, allocate(coord.dtype as DType, this.#room));
  }

  /**
   * Begins with the array that comes first, which says what all others are like: a new store in place of the one that is there, or
   * behind what is there. What may fail is tried before anything is removed.
   */
  static async begin(path: string, first: DataArray, options: GrowingZarrOptions): Promise<GrowingZarr> {
    const zarrita = await loadZarrita();
    const axis = first.axis(options.dim);
    checkNames(first);
    const stored = await readStore(path, options.mode);
    const old = stored?.arrays[valuesName(first)];
    const append = options.mode === 'append' && stored !== null;
    if (append && !old)
      throw new FileError(
        'BAD_FILE',
        path,
        `has no array ${JSON.stringify(valuesName(first))} to append to; it has: ${Object.keys(stored.arrays).join(', ')}`,
      );
    const chunks =
      append && !options.chunks ? old!.chunk_grid.configuration.chunk_shape : chunkShape(first, axis, options.chunks);
    const given = append && !options.codecs ? storedCodecs(old!) : (options.codecs ?? ['zstd']);
    const plan = planArrays(first, axis, chunks, given);
    const arrays = {
      values: new ZarrArrayFolder(zarrita, join(path, valuesName(first)), plan.values),
      coords: new Map(
        Object.entries(plan.coords).map(([name, metadata]) => [
          name,
          new ZarrArrayFolder(zarrita, join(path, name), metadata),
        ]),
      ),
    };
    const growing = new GrowingZarr(path, first, axis, arrays, append ? old!.shape[axis]! : 0);
    if (append) await growing.#resume(stored);
    else {
      await clearStore(path, stored);
      await growing.#writeFixed();
    }
    return growing;
  }

  /** Samples that the store tells of. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of a sample along the dimension. */
  get sampleBytes(): number {
    const { outer, inner } = this.#layout();
    return outer * inner * this.#buffer.BYTES_PER_ELEMENT;
  }

  /** Bytes written so far. */
  get bytes(): number {
    return [this.#values, ...this.#coords.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Numbers before and after the dimension, in C order; the two parts of complex numbers are after it. */
  #layout(): { outer: number; inner: number } {
    const { shape, dtype } = this.#model;
    const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
    const parts = itemSize(dtype) / itemSize(partsDType(dtype));
    return { outer: product(shape.slice(0, this.#axis)), inner: product(shape.slice(this.#axis + 1)) * parts };
  }

  /** Takes the samples of an array, and writes the chunks that become full. Throws where it is not like the first: `BAD_SHAPE`, `BAD_DTYPE`, ... */
  async put(array: DataArray): Promise<void> {
    this.#expectAlike(array);
    const { outer, inner } = this.#layout();
    const { values } = array;
    const samples = array.shape[this.#axis]!;
    for (let at = 0; at < samples; ) {
      // behind a chunk that is filled in part, only up to its end
      const room = this.#room - (this.#length % this.#room);
      const count = Math.min(samples - at, room - this.#gathered);
      for (let k = 0; k < outer; k++) {
        const from = (k * samples + at) * inner;
        this.#buffer.set(
          values.subarray(from, from + count * inner) as never,
          (k * this.#room + this.#gathered) * inner,
        );
      }
      for (const [name, labels] of this.#labels) {
        const coord = array.coords.get(name)!;
        labels.set((coord.values as TypedArray).subarray(at, at + count) as never, this.#gathered);
      }
      this.#gathered += count;
      at += count;
      if (this.#gathered === room) await this.flush();
    }
  }

  /** Writes what was gathered, full chunk or not, and then tells of it. */
  async flush(): Promise<void> {
    const count = this.#gathered;
    if (count === 0) return;
    const shape = this.#model.shape.map((size, axis) => (axis === this.#axis ? count : size));
    const start = shape.map((_, axis) => (axis === this.#axis ? this.#length : 0));
    const parts = this.#values.metadata.data_type.startsWith('complex') ? [2] : [];
    const full = [...this.#model.shape.map((size, axis) => (axis === this.#axis ? this.#room : size)), ...parts];
    const stride = full.map((_, axis) => full.slice(axis + 1).reduce((product, size) => product * size, 1));
    await this.#values.write({ data: this.#buffer, shape, start, stride });
    for (const [name, labels] of this.#labels)
      await this.#coords.get(name)!.write({ data: labels.subarray(0, count), shape: [count], start: [this.#length] });
    await this.#tell(this.#length + count);
    this.#gathered = 0;
  }

  /** Moves all ends to `length`. */
  async #tell(length: number): Promise<void> {
    for (const name of this.#labels.keys()) {
      const folder = this.#coords.get(name)!;
      folder.metadata.shape[0] = length;
      await folder.commit();
    }
    this.#values.metadata.shape[this.#axis] = length;
    await this.#values.commit();
    const all = Object.fromEntries([...this.#coords].map(([name, { metadata }]) => [name, metadata]));
    all[valuesName(this.#model)] = this.#values.metadata;
    await writeWholeFile(
      join(this.path, 'zarr.json'),
      Buffer.from(zarrJson(groupMetadata(all, this.#attributes)), 'utf8'),
    );
    this.#length = length;
  }

  /** Writes the coordinates that do not grow. */
  async #writeFixed(): Promise<void> {
    for (const [name, coord] of this.#fixed()) {
      const folder = this.#coords.get(name)!;
      if (coord.dtype === 'string') await folder.writeTexts(textsOf(coord));
      else await folder.write({ data: numbersOf(coord), shape: coord.shape, start: coord.shape.map(() => 0) });
      await folder.commit();
    }
  }

  #fixed(): [string, Coordinate][] {
    return [...this.#model.coords].filter(([, { dim }]) => dim !== this.dim);
  }

  /** Compares what is there with what comes. Throws `BAD_FILE` with the array and the part of its description that differs. */
  async #resume({ arrays: stored, attributes }: StoredZarr): Promise<void> {
    this.#attributes = attributes;
    const planned = new Map([[valuesName(this.#model), this.#values], ...this.#coords]);
    const differs = (name: string, what: string) =>
      new FileError('BAD_FILE', this.path, `cannot be appended to: ${JSON.stringify(name)} ${what}`);
    for (const name of Object.keys(stored))
      if (!planned.has(name)) throw differs(name, 'is there, but not in what comes');
    for (const [name, { metadata }] of planned) {
      const there = stored[name];
      if (!there) throw differs(name, 'is not there');
      const grows = metadata.dimension_names.indexOf(this.dim);
      if (grows >= 0) metadata.shape[grows] = this.#length;
      // chunks of labels are what they are
      if (this.#labels.has(name)) metadata.chunk_grid = there.chunk_grid;
      for (const key of [
        'data_type',
        'dimension_names',
        'shape',
        'chunk_grid',
        'chunk_key_encoding',
        'codecs',
        'fill_value',
      ] as const)
        if (zarrJson(metadata[key]) !== zarrJson(there[key] ?? null))
          throw differs(
            name,
            `has the ${key} ${zarrJson(there[key] ?? null)}, what comes has ${zarrJson(metadata[key])}`,
          );
      for (const key of ['units', 'calendar'])
        if (this.#coords.has(name) && metadata.attributes[key] !== there.attributes?.[key])
          throw differs(
            name,
            `has ${key} ${zarrJson(there.attributes?.[key] ?? null)}, what comes has ${zarrJson(metadata.attributes[key] ?? null)}`,
          );
      // attributes stay as they are; a store need not have any
      metadata.attributes = there.attributes ?? {};
    }
    for (const [name, coord] of this.#fixed()) {
      const there = await this.#coords.get(name)!.readAll();
      const here = coord.dtype === 'string' ? textsOf(coord) : numbersOf(coord);
      if (!sameLabels(here, there)) throw differs(name, 'has other values than what comes');
    }
  }

  #expectAlike(array: DataArray): void {
    const refuse = (code: ErrorCode, what: string) =>
      new ArgumentError(code, `${this.path}: ${what}; one Zarr store takes arrays that differ along ${this.dim} alone`);
    const model = this.#model;
    if (valuesName(array) !== valuesName(model))
      throw refuse('BAD_ARGUMENT', `an array named ${array.name} after one named ${model.name}`);
    if (array.dims.join('\n') !== model.dims.join('\n'))
      throw refuse('BAD_DIM', `dimensions (${array.dims.join(', ')}) after (${model.dims.join(', ')})`);
    if (array.dtype !== model.dtype) throw refuse('BAD_DTYPE', `${array.dtype} after ${model.dtype}`);
    for (const [axis, dim] of model.dims.entries())
      if (axis !== this.#axis && array.shape[axis] !== model.shape[axis])
        throw refuse('BAD_SHAPE', `${array.shape[axis]} samples along ${dim} after ${model.shape[axis]}`);
    const [names, known] = [array, model].map(({ coords }) => [...coords.keys()].sort().join(', '));
    if (names !== known) throw refuse('BAD_COORDINATE', `coordinates ${names || '(none)'} after ${known || '(none)'}`);
    for (const [name, coord] of model.coords) {
      const own = array.coords.get(name)!;
      if (own.dtype !== coord.dtype)
        throw refuse('BAD_DTYPE', `coordinate ${name} is ${own.dtype} after ${coord.dtype}`);
      if (own.dim !== coord.dim)
        throw refuse('BAD_COORDINATE', `coordinate ${name} lies along ${own.dim} after ${coord.dim}`);
      if (coord.dim !== this.dim && own !== coord && !sameValues(own, coord))
        throw refuse('BAD_COORDINATE', `coordinate ${name} has other values than in the first array`);
    }
  }
}

interface Arrays {
  values: ZarrArrayFolder;
  coords: ReadonlyMap<string, ZarrArrayFolder>;
}

function planArrays(first: DataArray, axis: number, chunks: readonly number[], given: readonly ZarrCodec[]) {
  const codecs = (dtype: CoordDType | DataArray['dtype']) =>
    resolveCodecs(given, dtype === 'string' ? 1 : itemSize(dtype as DType));
  const labels = labelsPerChunk(chunks[axis]!);
  const coords = [...first.coords].map(([name, coord]): [string, ArrayMetadata] => {
    const growing = coord.dim === first.dims[axis] ? labels : null;
    return [name, coordinateMetadata(name, coord, growing, codecs(coord.dtype))];
  });
  return { values: valuesMetadata(first, axis, chunks, codecs(first.dtype)), coords: Object.fromEntries(coords) };
}

/** The codecs of a stored array without that to bytes, which is always the same here. */
function storedCodecs({ codecs }: ArrayMetadata): ZarrCodec[] {
  return codecs.filter(({ name }) => name !== 'bytes') as unknown as ZarrCodec[];
}

function sameValues(a: Coordinate, b: Coordinate): boolean {
  const [here, there] = [a, b].map((coord) => (coord.dtype === 'string' ? textsOf(coord) : numbersOf(coord)));
  return sameLabels(here!, there!);
}

function sameLabels(a: CoordArray, b: CoordArray): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k] && !(Number.isNaN(a[k]) && Number.isNaN(b[k]))) return false;
  return true;
}

const textsOf = (coord: Coordinate) => [coord.values].flat() as string[];

function numbersOf(coord: Coordinate): TypedArray {
  return coord.values as TypedArray;
}
