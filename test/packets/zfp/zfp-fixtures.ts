import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** One dtype and shape of `test/fixtures/zfp/make_chunks.py`. */
export interface ZfpCase {
  dtype: 'float32' | 'float64';
  shape: number[];
  /** Options, and the client data that ended up in the file. */
  modes: [options: Record<string, number>, clientData: number[]][];
  /** Values in base64; per mode a digest of the chunk's bytes and of the values read from them. */
  inputs: [kind: string, values: string, digests: string[]][];
  /** Per mode a digest of the values read from {@link nonsense}. */
  nonsense: string[];
}

export const zfpCases = JSON.parse(
  gunzipSync(readFileSync(join(process.cwd(), 'test', 'fixtures', 'zfp', 'chunks.json.gz'))).toString(),
) as ZfpCase[];

export function floatsOf(dtype: 'float32' | 'float64', base64: string): Float32Array | Float64Array {
  const { buffer } = Uint8Array.from(Buffer.from(base64, 'base64'));
  return dtype === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer);
}

export function digest(...data: (Uint8Array | Float32Array | Float64Array)[]): string {
  const hash = createHash('sha256');
  for (const each of data) hash.update(new Uint8Array(each.buffer, each.byteOffset, each.byteLength));
  return hash.digest('hex').slice(0, 12);
}

/** Bytes that mean nothing, more than any chunk of the fixtures needs. */
export function nonsense(shape: readonly number[]): Uint8Array {
  const used = shape.filter((size) => size > 1);
  const blocks = used.reduce((product, size) => product * Math.ceil(size / 4), 1);
  const most = Math.trunc((blocks * Math.max(5001, 12 + 4 ** used.length * 70)) / 8) + 64;
  const parts = Array.from({ length: Math.ceil(most / 32) }, (_, i) => createHash('sha256').update(`${i}`).digest());
  return Buffer.concat(parts);
}
