import type { z } from 'zod';
import { Atom } from '../../atoms/atom.js';
import { workersSchema } from '../../atoms/options.js';
import { type AtomSpec, atomFromSpec, atomNames } from '../../atoms/registry.js';
import { checkSeamOptions, type SeamOptions, seamOptionNames } from '../../atoms/seam-policy.js';
import { DasflowError } from '../../errors.js';
import { checkOptions, explainIssue } from '../check-options.js';
import { hint } from '../did-you-mean.js';
import { type Registry, type SinkKind, type SourceKind, sinkKinds, sourceKinds } from '../registry.js';
import { absolute } from '../resolve-endpoint.js';
import type { Branch, Endpoint, Pipeline, Stage } from './declaration.js';
import { type Mistake, type Places, pipelineError, type ValuePath } from './yaml-document.js';

const pipelineKeys = [
  'name',
  'description',
  'workers',
  'source',
  'process',
  'sink',
  'branches',
  'state',
  ...seamOptionNames,
];
const branchKeys = ['name', 'process', 'sink'];
const stageForms = 'the name of an atom, or its name with its options as in { Filter: { freq: [1, 10] } }';

/**
 * Checks a plain value against the shape of a declared pipeline, its atoms and its end points. All mistakes are reported at
 * once, by a `BAD_PIPELINE` error with a line for each: the place, what is wrong, what is allowed.
 */
export function checkPipeline(value: unknown, places: Places, baseDir: string): Pipeline {
  const checker = new Checker();
  const pipeline = checker.pipeline(value, places.file, baseDir);
  if (checker.mistakes.length > 0 || !pipeline) throw pipelineError(checker.mistakes, places);
  return pipeline;
}

class Checker {
  readonly mistakes: Mistake[] = [];

  pipeline(value: unknown, file: string | null, baseDir: string): Pipeline | null {
    if (!isPlain(value)) {
      this.#wrong([], `a pipeline is a mapping with ${pipelineKeys.join(', ')}; this is ${typeName(value)}`);
      return null;
    }
    this.#keys(value, pipelineKeys, []);
    const name = this.#text(value.name, ['name']);
    this.#text(value.description, ['description']);
    const seams = this.#seams(value);
    const state = this.#text(value.state, ['state']);
    if (state === '') this.#wrong(['state'], 'state is the path of a file');
    const workers = this.#workers(value.workers);
    const source = this.#source(value.source);
    const process = this.#stages(value.process, ['process']);
    const branches: Branch[] = [];
    if (value.sink !== undefined && value.sink !== null) {
      const sink = this.#endpoint(value.sink, ['sink'], sinkKinds, []);
      if (sink) branches.push({ name: null, process: [], sink });
    }
    if (value.branches !== undefined && value.branches !== null) {
      if (!Array.isArray(value.branches))
        this.#wrong(
          ['branches'],
          `branches is a list, each with its own process and sink; this is ${typeName(value.branches)}`,
        );
      else
        for (const [index, branch] of value.branches.entries()) {
          const checked = this.#branch(branch, ['branches', index]);
          if (checked) branches.push(checked);
        }
    }
    this.#distinct(branches, baseDir);
    if (
      isMissing(value.sink) &&
      (isMissing(value.branches) || (Array.isArray(value.branches) && value.branches.length === 0))
    )
      this.#wrong([], 'the output goes nowhere: a sink, or branches with sinks, is needed');
    if (this.mistakes.length > 0 || !source) return null;
    return { name, file, baseDir, workers, source, process, branches, seams, state };
  }

  /** What the pipeline itself says of seams; null for nothing. */
  #seams(value: Record<string, unknown>): SeamOptions | null {
    const seams: Record<string, unknown> = {};
    for (const name of seamOptionNames) if (!isMissing(value[name])) seams[name] = value[name];
    const [first] = Object.keys(seams);
    if (first === undefined) return null;
    try {
      checkSeamOptions(seams, 'the pipeline');
    } catch (error) {
      if (!(error instanceof DasflowError)) throw error;
      const named = seamOptionNames.find((name) => error.message.startsWith(`the pipeline: ${name}`));
      this.#wrong([named ?? first], error.message, error);
    }
    return seams;
  }

  #workers(value: unknown): number | null {
    if (isMissing(value)) return null;
    const workers = workersSchema.safeParse(value);
    if (workers.success) return workers.data;
    this.#wrong(
      ['workers'],
      `workers: expected a positive integer, the threads for kernels, received ${String(value)}`,
    );
    return null;
  }

  #source(value: unknown): Pipeline['source'] | null {
    if (isMissing(value)) {
      this.#wrong([], 'source is missing; allowed: a URL or path, or an object with url and its options');
      return null;
    }
    const endpoint = this.#endpoint(value, ['source'], sourceKinds, ['until', 'pace']);
    if (!isPlain(value)) return endpoint;
    const { until, pace } = value;
    const untilFits = ['string', 'number', 'bigint', 'undefined'].includes(typeof until) || until instanceof Date;
    if (!untilFits) this.#wrong(['source', 'until'], `until: expected a time or number, received ${typeName(until)}`);
    if (pace !== undefined && !(typeof pace === 'number' && pace > 0 && Number.isFinite(pace)))
      this.#wrong(['source', 'pace'], 'pace: expected a number above 0 (1 is real time, 10 ten times faster)');
    return endpoint && { ...endpoint, until: until as string | undefined, pace: pace as number | undefined };
  }

  /** Two sinks that write the same files would spoil each other's; an address with `*` is another one each time. */
  #distinct(branches: readonly Branch[], baseDir: string): void {
    const seen = new Set<string>();
    for (const { sink } of branches) {
      const target = absolute(sink.url, baseDir).replace(/[/\\]+$/, '');
      if (seen.has(target) && !/:\*$/.test(target))
        this.#wrong(['branches'], `two sinks write to ${sink.url}; allowed: one sink for each folder, file or address`);
      seen.add(target);
    }
  }

  #branch(value: unknown, path: ValuePath): Branch | null {
    if (!isPlain(value)) {
      this.#wrong(path, `a branch is a mapping with ${branchKeys.join(', ')}; this is ${typeName(value)}`);
      return null;
    }
    this.#keys(value, branchKeys, path);
    const name = this.#text(value.name, [...path, 'name']);
    const process = this.#stages(value.process, [...path, 'process']);
    if (isMissing(value.sink)) {
      this.#wrong(
        path,
        'a branch needs a sink: a folder, a file (*.csv, *.parquet), a *.zarr path or a URL, or an object with url and its options',
      );
      return null;
    }
    const sink = this.#endpoint(value.sink, [...path, 'sink'], sinkKinds, []);
    return sink && { name, process, sink };
  }

  #endpoint<K extends SourceKind | SinkKind>(
    value: unknown,
    path: ValuePath,
    kinds: Registry<K>,
    common: readonly string[],
  ): Endpoint<K> | null {
    const role = kinds.role;
    if (typeof value !== 'string' && !isPlain(value)) {
      this.#wrong(
        path,
        `a ${role} is a URL or path, or an object with url and its options; this is ${typeName(value)}`,
      );
      return null;
    }
    const url = typeof value === 'string' ? value : value.url;
    if (typeof url !== 'string' || url === '') {
      this.#wrong(path, `the ${role} needs url: a URL or path as text`);
      return null;
    }
    let kind: K;
    try {
      kind = kinds.find(url);
    } catch (error) {
      if (!(error instanceof DasflowError)) throw error;
      this.#wrong(typeof value === 'string' ? path : [...path, 'url'], error.message, error);
      return null;
    }
    const given = typeof value === 'string' ? {} : { ...value };
    for (const name of ['url', ...common]) delete given[name];
    const { value: options, mistakes } = checkOptions(kind.options, given);
    for (const mistake of mistakes) {
      const more = mistake.atKey && common.length > 0 ? `, ${common.join(', ')}` : '';
      this.mistakes.push({ path: [...path, ...mistake.path], atKey: mistake.atKey, text: mistake.text + more });
    }
    if (mistakes.length > 0) return null;
    return { kind, url, options: options as Record<string, unknown> };
  }

  #stages(value: unknown, path: ValuePath): Stage[] {
    if (isMissing(value)) return [];
    if (Array.isArray(value)) return value.flatMap((one, index) => this.#stage(one, [...path, index]) ?? []);
    return [this.#stage(value, path)].flatMap((stage) => stage ?? []);
  }

  #stage(value: unknown, path: ValuePath): Stage | null {
    if (value instanceof Atom) return { name: value.name, make: () => value.fresh() };
    const entries = isPlain(value) ? Object.entries(value) : [];
    const isCode = typeof value === 'function';
    if (typeof value !== 'string' && !isCode && entries.length !== 1) {
      const found = entries.length > 1 ? `a mapping of ${entries.map(([key]) => key).join(', ')}` : typeName(value);
      this.#wrong(path, `a stage is ${stageForms}; this is ${found}`);
      return null;
    }
    const name = isCode ? value.name || 'function' : typeof value === 'string' ? value : entries[0]![0];
    const at = entries.length === 1 ? [...path, name] : path;
    const names = atomNames();
    if (!isCode && !names.includes(name)) {
      this.mistakes.push({
        path: at,
        atKey: true,
        text: `no atom ${name}${hint(name, names)}; allowed: ${names.join(', ')}`,
      });
      return null;
    }
    const options = entries[0]?.[1];
    if (!isMissing(options) && !isPlain(options)) {
      this.#wrong(at, `${name} takes its options as a mapping; this is ${typeName(options)}`);
      return null;
    }
    const make = () => atomFromSpec(value as AtomSpec);
    try {
      make();
    } catch (error) {
      if (!(error instanceof DasflowError)) throw error;
      this.#badAtom(name, at, error);
      return null;
    }
    return { name, make };
  }

  /** An atom that refused its options: a mistake for each option that its schema names, else one for the stage. */
  #badAtom(name: string, at: ValuePath, error: DasflowError): void {
    const issues = (error.cause as { issues?: z.core.$ZodIssue[] } | undefined)?.issues;
    if (!issues) {
      this.#wrong(at, error.message, error);
      return;
    }
    const allowed = /\(allowed options: (.*)\)$/.exec(error.message)?.[1]?.split(', ') ?? [];
    for (const { path, atKey, text } of issues.flatMap((issue) => explainIssue(issue, allowed)))
      this.mistakes.push({ path: [...at, ...path], atKey, text: `${name}: ${text}`, cause: error });
  }

  #keys(value: Record<string, unknown>, allowed: readonly string[], path: ValuePath): void {
    for (const key of Object.keys(value))
      if (!allowed.includes(key))
        this.mistakes.push({
          path: [...path, key],
          atKey: true,
          text: `unknown key ${key}${hint(key, allowed)}; allowed: ${allowed.join(', ')}`,
        });
  }

  #text(value: unknown, path: ValuePath): string | null {
    if (isMissing(value)) return null;
    if (typeof value === 'string') return value;
    this.#wrong(path, `${String(path.at(-1))} is a text; this is ${typeName(value)}`);
    return null;
  }

  #wrong(path: ValuePath, text: string, cause?: unknown): void {
    this.mistakes.push({ path, text, cause });
  }
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Atom);
}

function typeName(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  if (value === undefined) return 'nothing';
  return `the ${typeof value} ${JSON.stringify(value)}`;
}
