/** What goes between the main thread and a codec worker. Buffers are handed over, never copied. */
import type { ChunkedArray } from './chunk-pipeline.js';
import type { CodedChunks } from './code-array.js';

/** Work for a worker. */
export type CodecJob =
  | { kind: 'encode'; values: Uint8Array<ArrayBuffer>; array: ChunkedArray; room: number }
  | { kind: 'decode'; chunks: CodedChunks; array: ChunkedArray };

/** What comes back; null where a codec could not do it. */
export interface CodecResults {
  encode: CodedChunks | null;
  decode: Uint8Array<ArrayBuffer> | null;
}

/** Any result. */
export type CodecResult = CodecResults[CodecJob['kind']];

/** The worker's answer. */
export type CodecReply = { ready: true } | { result: CodecResult };

/** The buffers of a job. */
export function buffersOfJob(job: CodecJob): ArrayBuffer[] {
  return [job.kind === 'encode' ? job.values.buffer : job.chunks.bytes.buffer];
}

/** The buffers of a result. */
export function buffersOfResult(result: CodecResult): ArrayBuffer[] {
  if (result === null) return [];
  return [result instanceof Uint8Array ? result.buffer : result.bytes.buffer];
}
