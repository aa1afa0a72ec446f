/** What a declared pipeline looks like, as a YAML file or as an object. */
import type { Atom } from '../../atoms/atom.js';
import type { SeamOptions } from '../../atoms/seam-policy.js';
import type { SinkKind, SourceKind } from '../registry.js';

/** A URL or path with options of its kind beside it: `{ url: 'tcp://127.0.0.1:5555', timeout: 10 }`. */
export interface EndpointDeclaration {
  url: string;
  [option: string]: unknown;
}

/** A source: what its kind takes, and what every source takes. */
export interface SourceDeclaration extends EndpointDeclaration {
  /** Stop at this value of the chunked coordinate, inclusive. */
  until?: string | number | bigint | Date;
  /** Let chunks through at this many times real time, by their time coordinate. Default: as fast as they come. */
  pace?: number;
}

/** One stage: an atom's name, or its name with its options, `{ Filter: { freq: [1, 10] } }`. From TypeScript also an atom. */
export type StageDeclaration = string | Readonly<Record<string, unknown>> | Atom;

/** Stages of its own and a sink, fed by the output of the main `process`. */
export interface BranchDeclaration {
  /** For messages and statistics. Default: none. */
  name?: string;
  process?: StageDeclaration | readonly StageDeclaration[];
  sink: string | EndpointDeclaration;
}

/**
 * A pipeline: where chunks come from, what is done to them, where they go. What it says of seams ({@link SeamOptions}) holds for
 * `process` as a whole, also where that has no stage.
 */
export interface PipelineDeclaration extends SeamOptions {
  /** For messages. Default: none. */
  name?: string;
  /** For people. Default: none. */
  description?: string;
  /** Threads for the kernels of its atoms, this one included; see `AtomOptions.workers`. Default 1. */
  workers?: number;
  source: string | SourceDeclaration;
  process?: StageDeclaration | readonly StageDeclaration[];
  /** Where the output of `process` goes. At least one of `sink` and `branches` is needed. */
  sink?: string | EndpointDeclaration;
  branches?: readonly BranchDeclaration[];
  /**
   * A file for the state of all stages, so that the next run goes on where this one stopped: `ProcessOptions.state`, with the
   * stages of branches in it too. Folders and CSV files are then usually written with `mode: append`. Default: none.
   */
  state?: string;
}

/** A checked end point: its kind is found and its options fit. */
export interface Endpoint<K extends SourceKind | SinkKind> {
  readonly kind: K;
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A checked stage: `make` gives a new atom for each run. */
export interface Stage {
  readonly name: string;
  make(): Atom;
}

/** A checked branch. The main `sink` is one too, the first, without a name and stages. */
export interface Branch {
  readonly name: string | null;
  readonly process: readonly Stage[];
  readonly sink: Endpoint<SinkKind>;
}

/** A pipeline without mistakes, ready for `runPipeline`. Made by `definePipeline` and `readPipeline`. */
export interface Pipeline {
  readonly name: string | null;
  /** The file it was read from, or null. */
  readonly file: string | null;
  /** Relative paths stand against this folder. */
  readonly baseDir: string;
  readonly workers: number | null;
  readonly source: Endpoint<SourceKind> & { readonly until?: string | number | bigint | Date; readonly pace?: number };
  readonly process: readonly Stage[];
  readonly branches: readonly Branch[];
  /** What is done at seams before `process`; null where the stages say it. */
  readonly seams: SeamOptions | null;
  /** The file of the state, against `baseDir`; null for none. */
  readonly state: string | null;
}
