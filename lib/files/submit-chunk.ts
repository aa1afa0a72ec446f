import type { Writable } from 'node:stream';

/**
 * Writes one chunk and resolves when the stream has dealt with it, as `submit` of xdas's writers. Rejects with what destroyed the stream;
 * no `'error'` listener is needed for that.
 */
export async function submitChunk(stream: Writable, chunk: unknown): Promise<void> {
  const heard = () => {};
  stream.once('error', heard);
  await new Promise<void>((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
  stream.off('error', heard);
}
