import { FileError, PacketError } from '../../errors.js';
import { Hdf5Worker } from '../../packets/hdf5/hdf5-worker.js';

/** The worker thread that reads HDF5 files on disk, shared by all files of a process. */
export const diskWorker = new Hdf5Worker('decode', { script: new URL('./worker.js', import.meta.url) });

/** The worker thread that writes HDF5 files on disk, group by group. */
export const diskWriter = new Hdf5Worker('encode', { script: new URL('./worker.js', import.meta.url) });

/** Runs `work` and makes what HDF5 refuses a `FileError` with the path; `MALFORMED_PACKET` is `BAD_FILE` there. */
export async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof PacketError)) throw cause;
    const code = cause.code === 'MALFORMED_PACKET' ? 'BAD_FILE' : cause.code;
    throw new FileError(code, path, cause.message.replace(/^decode: /, ''), { cause });
  }
}
