/**
 * One loaded copy of h5wasm, kept quiet and whole: HDF5's error text is collected instead of printed, a failed call leaves
 * neither stack nor descriptors behind, and filter plugins are loaded when a file first needs them.
 *
 * It runs inside a worker (see worker.ts): HDF5 can loop for ever or abort on damaged files, and only a thread can be ended.
 */
import { filterById, readableFilters } from './filters.js';
import { Refusal } from './refusal.js';

/** What both builds of h5wasm (`h5wasm`, `h5wasm/node`) export under the name `Module`. */
export type H5Module = typeof import('h5wasm').Module;

interface WritableStream {
  stream_ops?: { write(stream: unknown, buffer: Uint8Array, offset: number, length: number): number };
  node?: { mode: number };
}

const CHARACTER_DEVICE = 0o20666;

/** The parts of Emscripten's run time that h5wasm exports and its types leave out. */
interface Runtime {
  _malloc(size: number): number;
  _free(pointer: number): void;
  _dasflowJob?: () => number;
}

const COLLECTED_AT_MOST = 8192;

/** What is different for files in memory and files on disk. */
export interface Hdf5Host {
  /** Path of a file that codecs prove themselves in. */
  readonly scratch: string;
  /** The folder in which HDF5 is to look for a plugin file; makes it if need be. */
  pluginFolder(file: string, codec: string): string;
  /** Removes a file, if it is there. */
  remove(path: string): void;
}

/** A job that ended for a reason after which this copy of HDF5 cannot be trusted: an abort, a trap, a missing symbol. */
export class LibraryLost extends Error {}

/** h5wasm with error collection, stack repair and lazy plugins. */
export class Hdf5Library {
  readonly module: H5Module;
  readonly #runtime: Runtime;
  readonly host: Hdf5Host;
  readonly #folders = new Set<string>();
  #collected = '';

  constructor(module: H5Module, host: Hdf5Host) {
    this.module = module;
    this.#runtime = module as unknown as Runtime;
    this.host = host;
    const stderr = (module.FS as unknown as { streams: WritableStream[] }).streams[2];
    // (The streams of h5wasm/node are plain descriptors; with these they are looked at like those of files in memory.)
    stderr.node ??= { mode: CHARACTER_DEVICE };
    stderr.stream_ops = {
      ...stderr.stream_ops,
      write: (_stream, buffer, offset, length) => {
        if (this.#collected.length < COLLECTED_AT_MOST)
          this.#collected += Buffer.from(buffer.subarray(offset, offset + length)).toString('latin1');
        return length;
      },
    };
  }

  /**
   * Runs `job` and restores the C stack afterwards; refuses its result if HDF5 was found silenced. An exception thrown through HDF5's frames leaves the stack pointer
   * where it was, a few hundred bytes lower for every bad file; `ccall` with a text argument saves and restores it.
   */
  run<T>(job: () => T): T {
    let outcome: { value: T } | { error: unknown } | undefined;
    // Puts HDF5's printing handler back, which some of its functions leave off when they fail (H5LTpath_valid does).
    this.module.deactivate_throwing_error_handler();
    this.#runtime._dasflowJob = () => {
      try {
        outcome = { value: job() };
      } catch (error) {
        outcome = { error };
      }
      return 0;
    };
    this.module.ccall('dasflowJob', 'number', ['string'], ['-']);
    if (outcome === undefined) throw new LibraryLost('the job did not run');
    if ('error' in outcome) throw this.#explain(outcome.error);
    if (!this.#speaks()) throw new Refusal('MALFORMED_PACKET', 'HDF5 hid an error: the result cannot be trusted');
    return outcome.value;
  }

  /** Whether HDF5 still reports errors: closing a file that is none must give some text. */
  #speaks(): boolean {
    this.#collected = '';
    this.module.close_file(0n);
    return this.#collected !== '';
  }

  /** Calls into HDF5; a negative or missing result, or any error text, is a {@link Refusal} that starts with `what`. */
  call<T>(what: string, operation: () => T): T {
    this.#collected = '';
    let result: T;
    try {
      result = operation();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (isFatal(error)) throw error;
      throw new Refusal('MALFORMED_PACKET', `${what}: ${this.#errorText() || messageOf(error)}`);
    }
    if (this.#collected) throw new Refusal('MALFORMED_PACKET', `${what}: ${this.#errorText()}`);
    if ((typeof result === 'number' || typeof result === 'bigint') && result < 0)
      throw new Refusal('MALFORMED_PACKET', `${what}: HDF5 gave status ${result} and no text`);
    return result;
  }

  /**
   * Opens (or creates) a file for the time of `use` and closes it whatever happens. HDF5 writes much of a file when it is
   * closed, so a failure there counts, unless `use` has failed already.
   */
  withFile<T>(path: string, mode: number, trackOrder: boolean, use: (file: bigint) => T): T {
    const { module } = this;
    const reading = mode === module.H5F_ACC_RDONLY;
    const [low, high] = reading ? [-1, -1] : [module.H5F_LIBVER_EARLIEST, module.H5F_LIBVER_V110];
    const what = reading ? 'not an HDF5 file that can be opened' : 'opening a file to write';
    const file = this.call(what, () => module.open(path, mode, trackOrder, low, high));
    let result: T;
    try {
      result = use(file);
    } catch (error) {
      module.close_file(file);
      throw error;
    }
    this.call('closing the file', () => module.close_file(file));
    return result;
  }

  /** `size` bytes of the heap for the time of `use`, which gets their address. */
  withMemory<T>(size: number, use: (pointer: number) => T): T {
    const pointer = this.#runtime._malloc(Math.max(size, 8));
    if (pointer === 0) throw new Refusal('TOO_LARGE', `HDF5 has no memory for ${size} bytes`);
    try {
      return use(pointer);
    } finally {
      this.#runtime._free(pointer);
    }
  }

  /** Makes a filter ready, or refuses it by name and number (`UNSUPPORTED_FILTER`). */
  requireFilter(id: number): void {
    const { name, code } = filterById(id);
    if (code === null)
      throw new Refusal(
        'UNSUPPORTED_FILTER',
        `the HDF5 filter ${name} (${id}) is not available; available: ${readableFilters()}`,
        name,
      );
    if (code === 'built in') return;
    const folder = this.host.pluginFolder(code.plugin, name);
    if (this.#folders.has(folder)) return;
    this.call(`filter ${name}`, () => this.module.insert_plugin_search_path(folder, 0));
    this.#folders.add(folder);
  }

  /** Size of the WebAssembly heap, which never shrinks. */
  get heapSize(): number {
    return this.module.HEAPU8.length;
  }

  #explain(error: unknown): Error {
    if (error instanceof Refusal) return error;
    if (isFatal(error)) {
      const text = [messageOf(error), this.#errorText()].filter(Boolean).join('; ');
      return new LibraryLost(text, { cause: error });
    }
    return error instanceof Error ? error : new Error(String(error));
  }

  /** HDF5's stack of errors in one line: what was asked, then the innermost reason. */
  #errorText(): string {
    const reasons = [...this.#collected.matchAll(/#\d+: .*? line \d+ in \w+\(\): (.*)/g)].map(([, reason]) =>
      reason.trim(),
    );
    if (reasons.length === 0) return this.#collected.trim().replaceAll(/\s+/g, ' ').slice(0, 300);
    return reasons.length === 1 ? reasons[0] : `${reasons[0]}: ${reasons.at(-1)}`;
  }
}

/** h5wasm's own `throw_error` makes plain Errors with these texts; every other exception came from a broken run time. */
function isFatal(error: unknown): boolean {
  return (
    !(error instanceof Error) || !/^(error - name not defined|error - malloc failed|Failed to get)/.test(error.message)
  );
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
