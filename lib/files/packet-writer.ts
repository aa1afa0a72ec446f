import { Writable } from 'node:stream';
import { ArgumentError } from '../errors.js';
import { knownOptions } from '../packets/known-options.js';
import { ChunkFolder, type ChunkFolderOptions, chunkFolderOptions } from './chunk-folder.js';

/**
 * Writes packets, byte for byte as they came, as files `000000000`, `000000001`, ... of a folder; a packet of xdas is a NetCDF4 file, so
 * that `xdas.open_mfdataarray('folder/*')` opens what was recorded. Files of an earlier
 * run are replaced when the first packet comes, not before.
 *
 * An object-mode Writable of `Uint8Array`; `highWaterMark` 1: it holds the packet being written and one more. Fails with `BAD_FILE`.
 */
export class PacketWriter extends Writable {
  readonly #folder: ChunkFolder;
  #writing: Promise<void> = Promise.resolve();
  #bytes = 0;

  constructor(dirpath: string, options: ChunkFolderOptions = {}) {
    // Checks come first: Node goes on to construct a stream whose constructor threw after super().
    knownOptions('PacketWriter', options, chunkFolderOptions);
    const folder = new ChunkFolder(dirpath, options);
    super({ objectMode: true, highWaterMark: 1 });
    this.#folder = folder;
  }

  /** Files and bytes written so far. */
  get statistics(): { files: number; bytes: number } {
    return { files: this.#folder.count, bytes: this.#bytes };
  }

  /** Paths of the files written, in order. */
  get paths(): string[] {
    return this.#folder.paths;
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#folder.prepare().then(() => callback(), callback);
  }

  override _write(packet: Uint8Array, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#writing = this.#put(packet);
    this.#writing.then(() => callback(), callback);
  }

  async #put(packet: Uint8Array): Promise<void> {
    if (!(packet instanceof Uint8Array))
      throw new ArgumentError('BAD_ARGUMENT', `${this.#folder.path}: a PacketWriter takes the bytes of packets`);
    await this.#folder.put(packet);
    this.#bytes += packet.byteLength;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const done = () => callback(error);
    this.#writing.then(done, done);
  }
}
