import { resolve } from 'node:path';
import type { TypedArray } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import type { NetcdfContent, NetcdfTree } from '../../packets/netcdf-content.js';
import { diskWorker, withPath } from './disk-worker.js';

/** Options of {@link openNetcdfFile}. */
export interface OpenOptions {
  /** Most milliseconds that HDF5 may take for opening or for one read, waiting not counted. Default 60000. */
  deadline?: number;
  /** Most bytes that what is read at once may take in memory. Default 1073741824 (1 GiB). */
  maxBytes?: number;
  /** Variables of two or more dimensions are read on opening if their values take at most this. Default 65536. */
  inlineBytes?: number;
}

/** A NetCDF4 file on disk whose large variables are read when they are asked for. It is opened anew for every read. */
export interface NetcdfFile {
  /** Path as it was given. */
  readonly path: string;
  /**
   * Everything in the root group, but for the values of the variables in {@link lazy}, which are empty arrays of their dtype.
   * Scalars and one-dimensional variables (coordinates) always have their values.
   */
  readonly content: NetcdfContent;
  /** Names of the variables whose values were not read. */
  readonly lazy: ReadonlySet<string>;
  /**
   * `count` elements from `start` along each axis (default: all), in C order, owned by the caller. Throws `FileError`:
   * `BAD_INDEX` (no such variable or block) and as {@link openNetcdfFile}.
   */
  read(name: string, start?: readonly number[], count?: readonly number[]): Promise<TypedArray | string[]>;
}

/**
 * Opens a NetCDF4 (HDF5) file on disk, in a worker thread that all files of a process share; all filters of packets are
 * available. Throws `FileError` with the path: `BAD_FILE` (missing, no HDF5, or damaged), `UNSUPPORTED_FILTER`, `BROKEN_CODEC`,
 * `TOO_LARGE`, `DEADLINE`, `QUEUE_FULL`, `WORKER_LOST`.
 */
export async function openNetcdfFile(path: string, options: OpenOptions = {}): Promise<NetcdfFile> {
  const { deadline = 60_000, maxBytes = 2 ** 30, inlineBytes = 65_536 } = options;
  for (const [name, value] of Object.entries({ deadline, maxBytes }))
    if (!(value > 0)) throw new ArgumentError('BAD_ARGUMENT', `${name} must be a positive number, not ${value}`);
  const job = { kind: 'open' as const, path: resolve(path), maxBytes, inlineBytes };
  const content = await withPath(path, () => diskWorker.run(job, { deadline }));
  return netcdfGroup(path, '', content, { deadline, maxBytes });
}

/**
 * Reads the groups of a NetCDF4 file, values of large variables left out, at one go. Errors as {@link openNetcdfFile};
 * {@link netcdfGroup} makes a group of it readable.
 */
export async function openNetcdfTree(path: string, options: OpenOptions = {}): Promise<NetcdfTree> {
  const { deadline = 60_000, maxBytes = 2 ** 30, inlineBytes = 65_536 } = options;
  const job = { kind: 'tree' as const, path: resolve(path), maxBytes, inlineBytes };
  return await withPath(path, () => diskWorker.run(job, { deadline }));
}

/** One group of a file on disk (the root is empty) of which everything but large values was read. */
export function netcdfGroup(
  path: string,
  group: string,
  content: NetcdfContent,
  { deadline = 60_000, maxBytes = 2 ** 30 }: Pick<OpenOptions, 'deadline' | 'maxBytes'> = {},
): NetcdfFile {
  const absolute = resolve(path);
  const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
  const shapes = new Map(content.variables.map(({ name, shape }) => [name, shape]));
  const lazy = content.variables.filter(({ shape, values }) => values.length === 0 && countOf(shape) > 0);
  return {
    path,
    content,
    lazy: new Set(lazy.map(({ name }) => name)),
    read(name, start, count) {
      const shape = shapes.get(name) ?? [];
      const from = start ? [...start] : shape.map(() => 0);
      const block = count ? [...count] : shape.map((size, axis) => size - from[axis]);
      return withPath(path, () =>
        diskWorker.run(
          { kind: 'slice', path: absolute, group, name, start: from, count: block, maxBytes },
          { deadline },
        ),
      );
    },
  };
}
