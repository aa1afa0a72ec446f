import { readFileSync } from 'node:fs';
import { type H5Module, type Hdf5Host, messageOf } from './hdf5-library.js';
import { Refusal } from './refusal.js';

const SHIM = 'libdasflowshim.so';

/**
 * Files in memory: a plugin is copied from `plugins` (a file URL that ends in `/`) when a file first needs it, into a folder of
 * its own, so that HDF5 opens only the plugins that are needed.
 */
export function memoryHost({ FS }: H5Module, plugins: URL): Hdf5Host {
  const exists = (path: string) => FS.analyzePath(path, false).exists;
  const load = (file: string, codec: string) => {
    try {
      return readFileSync(new URL(file, plugins));
    } catch (error) {
      throw new Refusal('BROKEN_CODEC', `the plugin of ${codec} cannot be read: ${messageOf(error)}`, codec);
    }
  };
  return {
    scratch: '/scratch.h5',
    pluginFolder(file, codec) {
      const folder = `/plugins/${file}.d`;
      if (exists(folder)) return folder;
      const copies = [file, SHIM].map((each) => [each, load(each, codec)] as const);
      if (!exists('/plugins')) FS.mkdir('/plugins');
      FS.mkdir(folder);
      for (const [name, bytes] of copies) FS.writeFile(`${folder}/${name}`, bytes);
      return folder;
    },
    remove(path) {
      if (exists(path)) FS.unlink(path);
    },
  };
}
