/**
 * Any filter pipeline on one dataset. h5wasm sets one mandatory filter at creation; a packet may have several, optional
 * ones. So the dataset is created without extent, in HDF5's oldest format (no checksums), with gzip and spare client data
 * as a place holder; its filter message is then overwritten in the bytes of the file. HDF5 reads the new one when the file is
 * opened again, and uses it when the dataset is resized and written. (Format: HDF5 file format specification, IV.A.2.l,
 * data storage - filter pipeline message, version 1.)
 */
import type { NetcdfFilter } from '../netcdf-content.js';
import { Refusal } from './refusal.js';

const FLETCHER32 = 3;
const MARK = 0x5a17e5a7;
const DEFLATE_ENTRY = Uint8Array.of(1, 0, 8, 0); // filter 1, name of 8 bytes

/** Whether a chunk may be stored without the filter where it fails; h5py's choice where the filter does not say. */
export function isOptional({ id, optional }: NetcdfFilter): boolean {
  return optional ?? id !== FLETCHER32;
}

/** Bytes of a filter pipeline message, version 1, filters without names. */
export function filterMessage(filters: readonly Required<NetcdfFilter>[]): Uint8Array {
  const sizes = filters.map(({ clientData }) => 8 + 4 * (clientData.length + (clientData.length % 2)));
  const message = new DataView(new ArrayBuffer(sizes.reduce((sum, size) => sum + size, 8)));
  message.setUint8(0, 1);
  message.setUint8(1, filters.length);
  let at = 8;
  for (const { id, optional, clientData } of filters) {
    message.setUint16(at, id, true);
    message.setUint16(at + 4, optional ? 1 : 0, true);
    message.setUint16(at + 6, clientData.length, true);
    for (const [index, value] of clientData.entries()) message.setUint32(at + 8 + 4 * index, value, true);
    at += 8 + 4 * (clientData.length + (clientData.length % 2));
  }
  return new Uint8Array(message.buffer);
}

/** Client data of a gzip filter whose message has room for `message`; `mark` tells place holders of one file apart. */
export function placeholder(message: Uint8Array, mark: number): number[] {
  const values = 2 * Math.ceil(Math.max(message.length - 24, 16) / 8);
  return [4, MARK, mark, ...Array.from({ length: values - 3 }, () => 0)];
}

/** Overwrites the place holder that has `mark` in the bytes of a file. */
export function patchFilters(file: Uint8Array, message: Uint8Array, mark: number): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 28; at + 8 <= file.length; at++) {
    if (view.getUint32(at, true) !== MARK || view.getUint32(at + 4, true) !== mark) continue;
    // Before the mark: 8 bytes of message head, 8 of filter head, the name `deflate`, the level.
    const start = at - 28;
    if (file[start] !== 1 || file[start + 1] !== 1) continue;
    if (DEFLATE_ENTRY.some((byte, index) => file[start + 8 + index] !== byte)) continue;
    file.set(message, start);
    return;
  }
  throw new Refusal('BAD_ENCODING', 'the place of the filters was not found in the file');
}
