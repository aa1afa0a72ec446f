import { AtomError } from '../errors.js';
import type { Atom } from './atom.js';
import type { Chunk } from './chunk.js';

/** A function that a pipeline can hold: one chunk in, one chunk, several, or none out. */
// biome-ignore lint/suspicious/noExplicitAny: Partial calls it with the arguments the user fixed
export type ChunkFunction = (...args: any[]) => Chunk | readonly Chunk[] | null;

type Composer = (...stages: (Atom | ChunkFunction)[]) => Atom;

let composer: Composer = () => {
  throw new AtomError('BAD_ARGUMENT', 'pipe() needs lib/atoms/compose.js to be loaded');
};

/** Hands `compose` to `Atom.pipe`: compose.js needs the classes that extend Atom, so Atom cannot import it. */
export function setComposer(compose: Composer): void {
  composer = compose;
}

/** `compose`, as it was handed to {@link setComposer}. */
export const composeStages: Composer = (...stages) => composer(...stages);
