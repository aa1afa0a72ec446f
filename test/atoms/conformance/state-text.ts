/** A saved state as JSON text and back: typed arrays as their bytes, what JSON lacks by name. */
import type { AtomState } from '../../../lib/atoms/state.js';
import { allocate, type DType, dtypeOf, type TypedArray } from '../../../lib/dtype.js';

/** The text of a state. */
export function toText(state: AtomState): string {
  return JSON.stringify(tagged(state));
}

/** The state of a text. */
export function fromText(text: string): AtomState {
  return untagged(JSON.parse(text)) as AtomState;
}

function tagged(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $number: Object.is(value, -0) ? '-0' : String(value) };
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { $dtype: dtypeOf(value as TypedArray), base64: bytes.toString('base64') };
  }
  if (Array.isArray(value)) return value.map(tagged);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagged(item)]));
}

function untagged(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(untagged);
  const record = value as Record<string, string>;
  if (record.$bigint !== undefined) return BigInt(record.$bigint);
  if (record.$number !== undefined) return Number(record.$number);
  if (record.$dtype !== undefined) {
    const bytes = Buffer.from(record.base64, 'base64');
    const one = allocate(record.$dtype as DType, 1);
    const values = allocate(record.$dtype as DType, bytes.length / one.BYTES_PER_ELEMENT);
    new Uint8Array(values.buffer).set(bytes);
    return values;
  }
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, untagged(item)]));
}
