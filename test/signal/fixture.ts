/** Reads what the reference implementations answered: gzipped JSON with packed arrays (see make_fixtures.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DType, isDType, type TypedArray, typedArrayFromBytes } from '../../lib/dtype.js';

/** An array of a fixture: values in C order. */
export interface Packed<T extends TypedArray = Float64Array> {
  shape: number[];
  values: T;
}

/** The content of `test/fixtures/signal/<name>.json.gz`, arrays unpacked. */
export function readFixture<T>(name: string): T {
  const text = gunzipSync(readFileSync(join('test', 'fixtures', 'signal', `${name}.json.gz`))).toString();
  return JSON.parse(text, (_, value) => {
    if (!isDType(value?.dtype) || typeof value.data !== 'string') return value;
    return { shape: value.shape, values: typedArrayFromBytes(value.dtype as DType, Buffer.from(value.data, 'base64')) };
  }) as T;
}

/** max |a - b| / max |b|; infinite where the lengths differ or a value is not finite. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    if (!Number.isFinite(a[i])) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    largest = Math.max(largest, Math.abs(b[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** Deterministic samples, roughly normal, of a magnitude that changes along the array. */
export function samples(count: number, seed = 1): Float64Array {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Float64Array.from({ length: count }, (_, i) => (next() + next() + next()) * (1 + (i % 7)));
}

/** Rows `start` to `stop` of every block of an array of shape (outer, length, inner). */
export function rowsOf<T extends TypedArray>(
  x: T,
  { outer, length, inner }: { outer: number; length: number; inner: number },
  start: number,
  stop: number,
): T {
  const parts = Array.from(
    { length: outer },
    (_, o) => x.subarray((o * length + start) * inner, (o * length + stop) * inner) as T,
  );
  return joinRows(parts, 1);
}

/** Concatenates, block by block, chunks that each have shape (outer, rows, inner). */
export function joinRows<T extends TypedArray>(chunks: readonly T[], outer: number): T {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const joined = new (chunks[0]!.constructor as new (n: number) => T)(total);
  let at = 0;
  for (let o = 0; o < outer; o++)
    for (const chunk of chunks) {
      const size = chunk.length / outer;
      (joined as Float64Array).set(chunk.subarray(o * size, (o + 1) * size) as Float64Array, at);
      at += size;
    }
  return joined;
}

/** Cuts `0..length` at the given places: [start, stop) of each chunk; some may be empty. */
export function chunksOf(length: number, cuts: readonly number[]): [number, number][] {
  const edges = [0, ...cuts.map((cut) => cut % (length + 1)).sort((a, b) => a - b), length];
  return edges.slice(1).map((stop, i) => [edges[i]!, stop]);
}
