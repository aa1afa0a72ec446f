import { DataArray } from '../dataarray/data-array.js';
import { elementwise } from '../dataarray/elementwise.js';
import { AtomError } from '../errors.js';
import { Table } from '../table/table.js';
import { Atom, type CallFlags } from './atom.js';
import { briefText } from './brief-text.js';
import type { Chunk } from './chunk.js';
import { checkConsumes } from './chunk-memory.js';
import type { AtomOptions } from './options.js';
import { seamOptionNames } from './seam-policy.js';
import type { MemoryValue } from './state.js';

/** Marks the place of the data among the arguments of a function: what `...` is in xdas. */
export const HERE: unique symbol = Symbol.for('dasflow.here');

/** Options of {@link Partial}. */
export interface PartialOptions extends AtomOptions {
  /**
   * The function. It is called with `args`, the data in the place of {@link HERE} (first by default), then with one
   * object of `kwargs` if there are any. It gives a chunk, a list of chunks, or null for none; a generator yields chunks.
   * A stateful function (`state`) gives `[output, state]` instead; a stateful generator yields chunks and returns the state.
   */
  // biome-ignore lint/suspicious/noExplicitAny: any function; what it gives is checked when it is called
  func: (...args: any[]) => unknown;
  /** Fixed positional arguments. */
  args?: readonly unknown[];
  /** Fixed named arguments: one object, passed last. */
  kwargs?: Readonly<Record<string, unknown>>;
  /**
   * Names of the arguments in `kwargs` that are state: undefined at the first chunk of a run, then what the function
   * gave as its second result, an object with exactly these names. Plain values, typed arrays or DataArrays.
   */
  state?: readonly string[];
  /** The dimension that it works along: whole arrays are split into runs along it. Default: `kwargs.dim`, or none. */
  dim?: string;
  /** It needs the whole record along `dim`: refuse chunks along it. Default: what {@link wholeRecord} marked. */
  wholeRecord?: boolean;
  /**
   * It neither keeps its data nor gives what is on the same memory, unless that is one chunk: the memory of what the stage before
   * gave is then used again. Default: false, but for the element-wise functions of this package.
   */
  consumesInput?: boolean;
  /** A label for listings and events. Default: the name of the function. */
  name?: string | null;
}

const allowed: readonly string[] = [
  'func',
  'args',
  'kwargs',
  'state',
  'dim',
  'wholeRecord',
  'consumesInput',
  'name',
  'workers',
  ...seamOptionNames,
];
const elementwiseFunctions = new Set<unknown>(Object.values(elementwise));
const wholeRecordFunctions = new WeakSet<object>();

/** Marks a function as one that needs the whole record along its `dim`: its atoms refuse chunks along it. */
export function wholeRecord<F extends (...args: never[]) => unknown>(func: F): F {
  wholeRecordFunctions.add(func);
  return func;
}

/**
 * Any function as an atom, as xdas's Partial. `new Partial({ func: abs })`,
 * `new Partial({ func: multiply, args: [HERE, 2] })`, or stateful:
 *
 *     new Partial({ func: (da, { sum }) => [out, { sum: next }], state: ['sum'], dim: 'time' })
 *
 * or a generator, which gives any number of chunks for each: `new Partial({ func: function* (da) { yield* split(da, 2); } })`.
 */
export class Partial extends Atom<PartialOptions, { values: Record<string, MemoryValue> }> {
  readonly #args: readonly unknown[];

  constructor(options: PartialOptions) {
    if (typeof options?.func !== 'function') throw new AtomError('BAD_ARGUMENT', 'Partial: func must be a function');
    const unknown = Object.keys(options).filter((key) => !allowed.includes(key));
    if (unknown.length)
      throw new AtomError(
        'BAD_ARGUMENT',
        `Partial: unknown option ${unknown.join(', ')} (allowed: ${allowed.join(', ')})`,
      );
    super(options, options.state?.length ? ['values'] : []);
    checkConsumes(options.consumesInput, 'Partial');
    const { args = [] } = options;
    const places = args.filter((arg) => arg === HERE).length;
    if (places > 1) throw new AtomError('BAD_ARGUMENT', `Partial: args has HERE ${places} times; allowed: once`);
    this.#args = places ? args : [HERE, ...args];
  }

  override get name(): string {
    const { name, func } = this.options;
    if (name) return name;
    return func.name || (Object.entries(elementwise).find(([, known]) => known === func)?.[0] ?? 'function');
  }

  protected override get dim(): string | null {
    const { dim, kwargs } = this.options;
    return dim ?? (typeof kwargs?.dim === 'string' ? kwargs.dim : null);
  }

  override get consumesInput(): boolean {
    const { func, consumesInput = elementwiseFunctions.has(func) } = this.options;
    return consumesInput;
  }

  protected override checkChunkDim(chunk: Chunk, chunkDim: string | undefined): void {
    const { func, wholeRecord: whole = wholeRecordFunctions.has(func) } = this.options;
    if (whole) this.refuseChunkedAlong(this.workingDim(chunk), chunkDim, 'its function was declared so');
  }

  protected override initialize(): void {
    if (this.options.state?.length) this.memory = { values: {} };
  }

  protected override call(chunk: Chunk, _flags: CallFlags): Chunk[] {
    const { func, kwargs, state = [] } = this.options;
    const args = this.#args.map((arg) => (arg === HERE ? chunk : arg));
    if (state.length === 0) return this.#chunks(yielded(func(...args, ...(kwargs ? [kwargs] : [])))[0]);
    const given = func(...args, { ...kwargs, ...this.memory.values });
    const result = isGenerator(given) ? yielded(given) : given;
    if (!Array.isArray(result) || result.length !== 2)
      throw new AtomError(
        'BAD_ARGUMENT',
        `Partial: ${this.name} has state, so it must give [output, state], or yield output and return the state`,
      );
    const [output, values] = result as [unknown, Record<string, MemoryValue>];
    const missing = state.filter((name) => values?.[name] === undefined);
    if (missing.length)
      throw new AtomError('BAD_ARGUMENT', `Partial: ${this.name} gave no new state for ${missing.join(', ')}`);
    this.memory = { values: Object.fromEntries(state.map((name) => [name, values[name]!])) };
    return this.#chunks(output);
  }

  override toString(): string {
    const args = this.#args.map((arg) => (arg === HERE ? '...' : briefText(arg)));
    const kwargs = Object.entries(this.options.kwargs ?? {}).map(([key, value]) => `${key}=${briefText(value)}`);
    return `${this.name}(${[...args, ...kwargs].join(', ')})${this.options.state?.length ? ' [stateful]' : ''}`;
  }

  #chunks(output: unknown): Chunk[] {
    if (output === null || output === undefined) return [];
    const chunks = Array.isArray(output) ? output : [output];
    for (const chunk of chunks)
      if (!(chunk instanceof DataArray) && !(chunk instanceof Table))
        throw new AtomError(
          'BAD_ARGUMENT',
          `Partial: ${this.name} gave ${Object.prototype.toString.call(chunk)}; allowed: a DataArray, a Table, a list of them, null`,
        );
    return chunks as Chunk[];
  }
}

function isGenerator(given: unknown): given is Iterator<unknown, unknown> {
  return typeof (given as Iterator<unknown> | null)?.next === 'function' && Symbol.iterator in (given as object);
}

/** All that a generator yields, and what it returns; anything else as it is. */
function yielded(given: unknown): [output: unknown, returned: unknown] {
  if (!isGenerator(given)) return [given, undefined];
  const output: unknown[] = [];
  for (;;) {
    const { done, value } = given.next();
    if (done) return [output, value];
    output.push(value);
  }
}
