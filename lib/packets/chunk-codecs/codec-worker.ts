/** The thread in which chunks are encoded and decoded. Started by CodecPool. */
import { parentPort } from 'node:worker_threads';
import { decodeArray, encodeArray } from './code-array.js';
import { buffersOfResult, type CodecJob, type CodecReply, type CodecResult } from './codec-job.js';

const port = parentPort!;

function perform(job: CodecJob): CodecResult {
  try {
    return job.kind === 'encode' ? encodeArray(job.values, job.array, job.room) : decodeArray(job.chunks, job.array);
  } catch {
    // Damaged, or beyond these codecs: HDF5 is asked, and says which.
    return null;
  }
}

port.on('message', (job: CodecJob) => {
  const result = perform(job);
  port.postMessage({ result } satisfies CodecReply, buffersOfResult(result));
});
port.postMessage({ ready: true } satisfies CodecReply);
