import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { loadOptional } from '../optional-package.js';

/** The module; in a file of its own, so that declarations of public names do not need the package. */
export type Zarrita = typeof import('zarrita');

/** Gzip of Node, off the main thread; zarrita has only the way back. */
class GzipCodec {
  readonly kind = 'bytes_to_bytes';
  readonly #level: number;

  constructor(level: number) {
    this.#level = level;
  }

  static fromConfig({ level }: { level: number }): GzipCodec {
    return new GzipCodec(level);
  }

  async encode(bytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(await promisify(gzip)(bytes, { level: this.#level }));
  }

  async decode(bytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(await promisify(gunzip)(bytes));
  }
}

/** zarrita, with a gzip that writes. Throws `MISSING_PACKAGE`. */
export async function loadZarrita(): Promise<Zarrita> {
  const zarrita = await loadOptional('zarrita', 'a Zarr store', () => import('zarrita'));
  // the registry is the one place that zarrita looks for codecs in
  zarrita.registry.set('gzip', () => GzipCodec as never);
  return zarrita;
}
