import { Atom } from '../atoms/atom.js';
import { ArgumentError } from '../errors.js';

/** Throws `BAD_ARGUMENT` for what is no atom. */
export function expectAtom(given: unknown, who: string): asserts given is Atom {
  if (!(given instanceof Atom))
    throw new ArgumentError('BAD_ARGUMENT', `${who}: ${Object.prototype.toString.call(given)} is no atom`);
}
