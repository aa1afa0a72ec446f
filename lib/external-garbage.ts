/**
 * Frames and packets are large and live for milliseconds, but what they lie in is only freed when V8 collects the small objects that stand for
 * them, and it may let some hundred MiB come together before it does. So whoever gets or makes such memory says how
 * much, and after every {@link mostGarbage} of it the young objects are collected (well under a millisecond). A pipeline's memory then
 * is what it holds, not what it has held.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes after which young objects are collected: 32 MiB. */
export const mostGarbage = 1 << 25;

let bytes = 0;
let collect: ((options: { type: 'minor' }) => void) | null = null;

/** Counts memory outside of V8's heap that was taken for something that does not live long. */
export function countExternal(taken: number): void {
  bytes += taken;
  if (bytes < mostGarbage) return;
  bytes = 0;
  collect ??= exposed();
  collect({ type: 'minor' });
}

/** V8's own function, which it gives to contexts that are made while this flag is set. */
function exposed(): (options: { type: 'minor' }) => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  setFlagsFromString('--no-expose-gc');
  return gc;
}
