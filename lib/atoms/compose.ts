import type { DataCollection } from '../datacollection/data-collection.js';
import { AtomError } from '../errors.js';
import { Atom, type ChunkFunction } from './atom.js';
import type { Chunk } from './chunk.js';
import { setComposer } from './composer.js';
import { HERE, Partial } from './partial.js';
import { Sequential } from './sequential.js';

/**
 * Chains atoms, pipelines and functions into a new {@link Sequential}; `a.pipe(b)` is `compose(a, b)`. As in xdas,
 * unnamed pipelines are flattened (later ones unless they say what happens at seams), a named first one keeps its name, a named
 * later one stays nested. The operands are left alone: the new pipeline holds fresh atoms with their options.
 */
export function compose(...stages: (Atom | ChunkFunction)[]): Sequential {
  if (stages.length === 0) throw new AtomError('BAD_ARGUMENT', 'compose() needs at least one atom or function');
  const atoms = stages.flatMap((stage, index): Atom[] => {
    if (!(stage instanceof Atom)) return [new Partial({ func: stage })];
    if (stage instanceof Sequential && (index === 0 || (stage.label === null && !hasOwnPolicy(stage))))
      return stage.atoms.map((atom) => {
        const fresh = atom.fresh();
        fresh.workers ??= stage.workers;
        return fresh;
      });
    return [stage.fresh()];
  });
  const first = stages[0];
  const pipeline = new Sequential(
    first instanceof Sequential ? { ...first.options, name: first.label, atoms } : { name: null, atoms },
  );
  if (first instanceof Sequential) {
    pipeline.onDiscontinuity = first.onDiscontinuity;
    pipeline.onOverlap = first.onOverlap;
  }
  const raises = stages.some((stage) => stage instanceof Atom && stage.onDiscontinuity === 'raise');
  if (raises && pipeline.onDiscontinuity === 'reset') pipeline.onDiscontinuity = 'raise';
  return pipeline;
}

function hasOwnPolicy({ onDiscontinuity, onOverlap }: Sequential): boolean {
  return onDiscontinuity === 'fill' || onOverlap === 'trim';
}

setComposer(compose);

/**
 * A function that gives an atom when it is called with {@link HERE} (or an atom) in the place of the data, and works at
 * once when it is called with data: xdas's `atomized`.
 *
 *     const energy = atomized(square);
 *     energy(da);                 // a DataArray
 *     energy(HERE);               // an atom
 *     energy(new Filter(...));    // a pipeline: the filter, then square
 */
export function atomized<A extends unknown[], R>(
  func: (...args: A) => R,
): {
  (...args: A): R;
  (...args: unknown[]): Atom;
} {
  const wrapper = (...args: unknown[]): unknown => {
    const atoms = args.filter((arg) => arg instanceof Atom);
    if (atoms.length > 1)
      throw new AtomError('BAD_ARGUMENT', `${func.name} was given ${atoms.length} atoms; a pipeline is a single chain`);
    if (atoms.length === 0 && !args.includes(HERE)) return func(...(args as A));
    const partial = new Partial({
      func: func as ChunkFunction,
      args: args.map((arg) => (arg instanceof Atom ? HERE : arg)),
      name: func.name,
    });
    return atoms.length ? compose(atoms[0]!, partial) : partial;
  };
  Object.defineProperty(wrapper, 'name', { value: func.name });
  return wrapper as ReturnType<typeof atomized<A, R>>;
}

/** A function that works at once on data, gives an atom for {@link HERE}, and a longer pipeline for an atom. */
export interface FunctionForm<O> {
  (data: Chunk, options: O): Chunk;
  (data: DataCollection, options: O): DataCollection<Chunk>;
  (input: typeof HERE | Atom, options: O): Atom;
}

/**
 * The function form of an atom class, as xdas's `filter(da, ...)`: with data it makes the atom and applies it, with
 * {@link HERE} it gives the atom, with an atom or pipeline a pipeline longer by this atom.
 */
export function asFunction<O>(make: new (options: O) => Atom): FunctionForm<O> {
  return functionForm(lowerCaseStart(make.name), (options: O) => new make(options));
}

/** As {@link asFunction}, for any way to make an atom from options. */
export function functionForm<O>(name: string, make: (options: O) => Atom): FunctionForm<O> {
  const form = (data: Chunk | Atom | typeof HERE, options: O): unknown => {
    const atom = make(options);
    if (data === HERE) return atom;
    if (data instanceof Atom) return compose(data, atom);
    return atom.apply(data as Chunk);
  };
  Object.defineProperty(form, 'name', { value: name });
  return form as FunctionForm<O>;
}

/** `Filter` as `filter`, `STFT` as `stft`, `FKFilter` as `fkFilter`. */
function lowerCaseStart(name: string): string {
  return name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
}
