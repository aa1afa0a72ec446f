/** The values of miniSEED records: Steim 1 and 2, integers, floats. */
import type { DType } from '../../dtype.js';
import { RecordError, type RecordHeader } from './record-header.js';

/** Values of a record: 16-bit integers become int32, as in ObsPy. */
export type RecordValues = Int32Array | Float32Array | Float64Array;

const FRAME_BYTES = 64;
const encodings: Readonly<Record<number, { name: string; dtype: DType }>> = {
  1: { name: 'int16', dtype: 'int32' },
  3: { name: 'int32', dtype: 'int32' },
  4: { name: 'float32', dtype: 'float32' },
  5: { name: 'float64', dtype: 'float64' },
  10: { name: 'Steim 1', dtype: 'int32' },
  11: { name: 'Steim 2', dtype: 'int32' },
};

/** The dtype of the values of an encoding. Throws `RecordError` for encodings that are not known. */
export function encodingDType(encoding: number): DType {
  const known = encodings[encoding];
  if (known) return known.dtype;
  const names = Object.values(encodings).map(({ name }) => name);
  throw new RecordError(`its values have the encoding ${encoding}; known: ${names.join(', ')}`);
}

/** Decodes the values of a whole record. Throws `RecordError` where they are damaged. */
export function decodeRecord(
  record: Buffer,
  header: Pick<RecordHeader, 'samples' | 'encoding' | 'isBigEndian' | 'dataOffset'>,
): RecordValues {
  const { samples, encoding, isBigEndian, dataOffset } = header;
  encodingDType(encoding);
  if (dataOffset > record.length) throw new RecordError('its values lie outside of it');
  const data = record.subarray(dataOffset);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (encoding === 10 || encoding === 11) return steim(view, samples, !isBigEndian, encoding === 11);
  const sizes: Record<number, number> = { 1: 2, 3: 4, 4: 4, 5: 8 };
  if (samples * sizes[encoding]! > data.length) throw new RecordError(`it has no room for its ${samples} samples`);
  const little = !isBigEndian;
  const count = { length: samples };
  if (encoding === 1) return Int32Array.from(count, (_, k) => view.getInt16(2 * k, little));
  if (encoding === 3) return Int32Array.from(count, (_, k) => view.getInt32(4 * k, little));
  if (encoding === 4) return Float32Array.from(count, (_, k) => view.getFloat32(4 * k, little));
  return Float64Array.from(count, (_, k) => view.getFloat64(8 * k, little));
}

function steim(view: DataView, samples: number, little: boolean, isSecond: boolean): Int32Array {
  const out = new Int32Array(samples);
  if (samples === 0) return out;
  const frames = Math.floor(view.byteLength / FRAME_BYTES);
  if (frames === 0) throw new RecordError('it has no frame of values');
  const [first, last] = [view.getInt32(4, little), view.getInt32(8, little)];
  let count = 0;
  let value = 0;
  const put = (difference: number) => {
    if (count >= samples) return;
    // the first difference is to the record before
    value = count === 0 ? first : (value + difference) | 0;
    out[count++] = value;
  };
  const puts = (word: number, bits: number, many: number) => {
    for (let k = many - 1; k >= 0; k--) put((word << (32 - bits * (k + 1))) >> (32 - bits));
  };
  for (let frame = 0; frame < frames && count < samples; frame++) {
    const codes = view.getUint32(frame * FRAME_BYTES, little);
    for (let k = frame === 0 ? 3 : 1; k < 16 && count < samples; k++) {
      const code = (codes >>> (30 - 2 * k)) & 3;
      if (code === 0) continue;
      const at = frame * FRAME_BYTES + 4 * k;
      const word = view.getInt32(at, little);
      if (code === 1) for (let byte = 0; byte < 4; byte++) put(view.getInt8(at + byte));
      else if (isSecond) putSecond(word, code, puts);
      else if (code === 2) {
        put(view.getInt16(at, little));
        put(view.getInt16(at + 2, little));
      } else put(word);
    }
  }
  if (count < samples) throw new RecordError(`it has ${count} of its ${samples} samples`);
  if (value !== last) throw new RecordError(`its last sample is ${value} where its check says ${last}: it is damaged`);
  return out;
}

function putSecond(word: number, code: number, puts: (word: number, bits: number, many: number) => void): void {
  const kind = (word >>> 30) & 3;
  if (code === 2) {
    if (kind === 0) throw new RecordError('it holds a word that Steim 2 does not have');
    puts(word, kind === 1 ? 30 : kind === 2 ? 15 : 10, kind);
    return;
  }
  if (kind === 3) throw new RecordError('it holds a word that Steim 2 does not have');
  puts(word, kind === 0 ? 6 : kind === 1 ? 5 : 4, kind + 5);
}
