import { AtomError } from '../errors.js';
import { Atom, type CallFlags, type ChunkFunction } from './atom.js';
import type { Chunk } from './chunk.js';
import { releaseConsumed } from './chunk-memory.js';
import type { AtomOptions } from './options.js';
import { Partial } from './partial.js';
import { seamOptionNames } from './seam-policy.js';

/** Options of {@link Sequential}. */
export interface SequentialOptions extends AtomOptions {
  /** The stages, in order: atoms, or functions (wrapped in {@link Partial}). An atom belongs to one pipeline only. */
  atoms: readonly (Atom | ChunkFunction)[];
  /** A label for listings and events. Default: none. */
  name?: string | null;
}

const optionNames = ['atoms', 'name', 'workers', ...seamOptionNames];
const allowed = `allowed options: atoms, ${optionNames.slice(1).join('?, ')}?`;

/**
 * Atoms one after the other, as xdas's Sequential: named, nested, flushed in cascade (what a stage gives at its flush
 * runs through the stages after it as ordinary data before they are flushed).
 *
 * `new Sequential([a, b])` is short for `new Sequential({ atoms: [a, b] })`.
 */
export class Sequential extends Atom<SequentialOptions> {
  /** The stages. */
  readonly atoms: readonly Atom[];
  /** The label, or null. */
  readonly label: string | null;

  constructor(options: SequentialOptions | readonly (Atom | ChunkFunction)[]) {
    const given = (Array.isArray(options) ? { atoms: options } : options) as SequentialOptions;
    if (!Array.isArray(given?.atoms))
      throw new AtomError('BAD_ARGUMENT', `Sequential: atoms is a list of atoms or functions (${allowed})`);
    const unknown = Object.keys(given).filter((key) => !optionNames.includes(key));
    if (unknown.length)
      throw new AtomError('BAD_ARGUMENT', `Sequential: unknown option ${unknown.join(', ')} (${allowed})`);
    super(given);
    this.label = given.name ?? null;
    this.atoms = given.atoms.map((stage, index) => {
      const atom = stage instanceof Atom ? stage : new Partial({ func: stage });
      return this.nest(String(index), atom);
    });
  }

  override get name(): string {
    return this.label ?? 'Sequential';
  }

  /** `Sequential (Filter, Resample)`: the stages are what its user wrote. */
  protected override get stageText(): string {
    return `${this.name} (${this.atoms.map((atom) => atom.name).join(', ')})`;
  }

  override fresh(): Sequential {
    const clone = new Sequential({ ...this.options, atoms: this.atoms.map((atom) => atom.fresh()) });
    clone.onDiscontinuity = this.onDiscontinuity;
    clone.onOverlap = this.onOverlap;
    clone.workers = this.workers;
    return clone;
  }

  protected override call(chunk: Chunk, flags: CallFlags): Chunk[] {
    const [first, ...rest] = this.atoms;
    // What came from outside is not ours to release.
    return first === undefined ? [chunk] : this.#through(rest, this.feed(first, chunk, flags), flags);
  }

  override get consumesInput(): boolean {
    return this.atoms.every((atom) => atom.consumesInput);
  }

  protected override handOver(): void {}

  protected override drain(flags: CallFlags): Chunk[] {
    return this.atoms.flatMap((atom, index) => this.#through(this.atoms.slice(index + 1), atom.flush(), flags));
  }

  /** The dimension of the first stage that has one: along it a whole array is split into runs. */
  override workingDim(chunk: Chunk): string | null {
    for (const atom of this.atoms) {
      const dim = atom.workingDim(chunk);
      if (dim !== null) return dim;
    }
    return null;
  }

  /** One line per stage, nested pipelines indented. */
  override toString(): string {
    const width = String(Math.max(this.atoms.length - 1, 0)).length;
    const lines = [`${this.name}:`];
    for (const [index, atom] of this.atoms.entries()) {
      const label = `  ${String(index).padStart(width)}: `;
      const [head, ...rest] = atom.toString().split('\n');
      lines.push(label + head, ...rest.map((line) => ' '.repeat(label.length) + line));
    }
    return lines.join('\n');
  }

  /** Feeds a stage with what the one before gave; the memory of that is used again if nobody holds it. */
  #next(atom: Atom, chunk: Chunk, flags: CallFlags): Chunk[] {
    const given = this.feed(atom, chunk, flags);
    if (atom.consumesInput) releaseConsumed(chunk, given);
    return given;
  }

  #through(stages: readonly Atom[], chunks: Chunk[], flags: CallFlags): Chunk[] {
    return stages.reduce((flow, atom) => flow.flatMap((chunk) => this.#next(atom, chunk, flags)), chunks);
  }
}
