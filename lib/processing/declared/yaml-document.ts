/**
 * The YAML text of a declared pipeline: parsed with the place of every value kept, `${NAME}` references filled in and
 * overrides (`--set key=value`) applied. What the values mean is not known here.
 */
import { readFile } from 'node:fs/promises';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import { FileError, PipelineError } from '../../errors.js';

/** The way to a value: keys of mappings, positions in lists. */
export type ValuePath = readonly (string | number)[];

/** Something wrong with one value of a declaration. */
export interface Mistake {
  /** Which value. */
  path: ValuePath;
  /** True where the key itself is wrong, not its value. */
  atKey?: boolean;
  /** What is wrong and what is allowed. */
  text: string;
  /** What led to it, if an error did. */
  cause?: unknown;
}

/** Where values of a declaration stand, for messages. */
export interface Places {
  /** The file's name as it was given, or null for an object. */
  readonly file: string | null;
  /** Beginning of a message about a value: `file:line:column`, or the key path of an object. */
  place(path: ValuePath, atKey?: boolean): string;
}

/** How to read a YAML text. */
export interface YamlOptions {
  /** Values for `${NAME}`; the environment is asked for those that are not here. Default none. */
  parameters?: Readonly<Record<string, string | number | boolean>>;
  /** Values to put in place of, or beside, those of the file: `{ 'source.url': 'tcp://127.0.0.1:5555' }`. Default none. */
  overrides?: Readonly<Record<string, unknown>>;
  /** The environment that `${NAME}` falls back to. Default `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** A parsed YAML text: its plain value, and the place of each part of it. */
export interface YamlDocument extends Places {
  readonly value: unknown;
}

/** Key path as text: `branches[0].process[1].Trigger.thresh`. */
export function pathText(path: ValuePath): string {
  let text = '';
  for (const key of path) text += typeof key === 'number' ? `[${key}]` : text ? `.${key}` : key;
  return text || 'the pipeline';
}

/** One error that reports all mistakes, a line each, in the order of the file. */
export function pipelineError(mistakes: readonly Mistake[], places: Places): PipelineError {
  const lines = mistakes.map((mistake) => `${places.place(mistake.path, mistake.atKey)}: ${mistake.text}`);
  return new PipelineError(lines.join('\n'), { cause: mistakes.find((mistake) => mistake.cause)?.cause });
}

/** Places of a plain object: key paths. */
export const objectPlaces: Places = { file: null, place: pathText };

/** Reads and parses a YAML file. Throws `BAD_FILE` where it cannot be read, `BAD_PIPELINE` as {@link parseYaml}. */
export async function readYaml(file: string, options: YamlOptions = {}): Promise<YamlDocument> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new FileError('BAD_FILE', file, `cannot be read: ${(cause as Error).message}`, { cause });
  }
  return parseYaml(text, file, options);
}

/**
 * Parses YAML 1.2 text. `${NAME}` in a value stands for a parameter or an environment variable, `${NAME:-text}` gives
 * what to take where there is none, `$${` is a literal `${`. A value that is one reference and nothing else takes the
 * type of what it stands for, as YAML reads it (text where it is no YAML); a reference inside a longer text is text.
 *
 * Throws `BAD_PIPELINE` with `file:line:column` for text that is no YAML, an unknown or misspelt reference, or an
 * override that does not lead anywhere.
 */
export function parseYaml(text: string, file: string, options: YamlOptions = {}): YamlDocument {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, merge: true });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  // Warnings are of tags (!name) that nobody knows: without them their values would mean something else.
  const mistakes = [...document.errors, ...document.warnings];
  const unaligned = mistakes.find(({ code }) => code === 'MULTILINE_IMPLICIT_KEY');
  if (unaligned) throw new PipelineError(`${at(nextLine(text, unaligned.pos[0]))}: ${UNALIGNED}`, { cause: unaligned });
  if (mistakes.length > 0)
    throw new PipelineError(mistakes.map((error) => `${at(error.pos[0])}: ${error.message}`).join('\n'), {
      cause: mistakes[0],
    });
  fillReferences(document, options, at);
  const overridden = applyOverrides(document, options.overrides ?? {}, file);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    // An alias of nothing, or more aliases of aliases than a pipeline can mean.
    throw new PipelineError(`${file}: ${(cause as Error).message}`, { cause });
  }
  return {
    file,
    value,
    place(path, atKey = false) {
      const override = overridden.find(
        (keys) => keys.length <= path.length && keys.every((key, i) => String(key) === String(path[i])),
      );
      if (override) return `${file} (set ${override.join('.')})`;
      return at(offsetOf(document, path, atKey));
    },
  };
}

const UNALIGNED =
  'the indentation is wrong: this line stands further right than the one that it follows allows; ' +
  'keys of one mapping, and items of one list, begin in the same column';

/** Offset of the first text on the line after `offset`; of `offset` itself on the last one. */
function nextLine(text: string, offset: number): number {
  const following = /\n[ \t\r\n]*(?=\S)/g;
  following.lastIndex = offset;
  return following.exec(text) ? following.lastIndex : offset;
}

const reference = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g;

function fillReferences(document: Document, options: YamlOptions, at: (offset: number) => string): void {
  const { parameters = {}, env = process.env } = options;
  const unknown: string[] = [];
  visit(document, {
    Scalar(key, node: Scalar) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const whole = /^\$\{[^}]*\}$/.test(node.value);
      const filled = node.value.replace(reference, (match, name: string | undefined, fallback: string | undefined) => {
        if (match === '${') {
          unknown.push(
            `${at(node.range?.[0] ?? 0)}: ${JSON.stringify(node.value)} holds a \${ that begins no reference; ` +
              `allowed: \${NAME} of letters, digits and _, \${NAME:-text}, and $\${ for a literal \${`,
          );
          return match;
        }
        if (name === undefined) return match.slice(1);
        const found = Object.hasOwn(parameters, name) ? parameters[name] : env[name];
        if (found !== undefined) return String(found);
        if (fallback !== undefined) return fallback;
        const given = Object.keys(parameters);
        unknown.push(
          `${at(node.range?.[0] ?? 0)}: \${${name}} is neither a parameter nor an environment variable; ` +
            `allowed: ${given.length ? `${given.join(', ')}, ` : ''}any environment variable, or a default as in \${${name}:-text}`,
        );
        return match;
      });
      node.value = whole && filled !== node.value ? asYaml(filled) : filled;
    },
  });
  if (unknown.length > 0) throw new PipelineError(unknown.join('\n'));
}

/** What a text is to YAML; the text itself where it is none (`*.nc`, `@name`). */
function asYaml(text: string): unknown {
  const document = parseDocument(text);
  if (document.errors.length > 0 || document.warnings.length > 0) return text;
  if (document.contents === null) return text.trim() === '' ? null : text;
  try {
    return document.toJS() as unknown;
  } catch {
    return text;
  }
}

/** Puts the overriding values into the document; a URL in short form grows into `{ url }` where one of its options is set. */
function applyOverrides(document: Document, overrides: Readonly<Record<string, unknown>>, file: string): ValuePath[] {
  const paths: ValuePath[] = [];
  for (const [name, value] of Object.entries(overrides)) {
    const keys = name.split('.');
    if (document.contents !== null && !isMap(document.contents))
      throw new PipelineError(`${file} (set ${name}): the file is no mapping, it has no keys`);
    if (keys.some((key) => key === ''))
      throw new PipelineError(`${file} (set ${name}): an empty key; allowed: keys and list positions joined by dots`);
    for (let depth = 1; depth < keys.length; depth++) {
      const parent = keys.slice(0, depth);
      const node = document.getIn(parent, true);
      if (
        isScalar(node) &&
        typeof node.value === 'string' &&
        (keys[depth - 1] === 'source' || keys[depth - 1] === 'sink')
      )
        document.setIn(parent, document.createNode({ url: node.value }));
      else if (isSeq(node) && !(/^\d+$/.test(keys[depth]!) && Number(keys[depth]) < node.items.length))
        throw new PipelineError(
          `${file} (set ${name}): ${parent.join('.')} is a list of ${node.items.length}, ${keys[depth]} is no position in it`,
        );
      else if (isNode(node) && !isMap(node) && !isSeq(node))
        throw new PipelineError(`${file} (set ${name}): ${parent.join('.')} has no keys of its own`);
    }
    document.setIn(keys, document.createNode(value));
    paths.push(keys);
  }
  return paths;
}

/** Offset of the deepest node on the way to `path` that the text has. */
function offsetOf(document: Document, path: ValuePath, atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => String((item.key as Scalar)?.value ?? item.key) === String(key));
      if (!pair) break;
      const keyStart = rangeStart(pair.key);
      node = pair.value;
      const start = depth === path.length - 1 && atKey ? keyStart : (rangeStart(node) ?? keyStart);
      if (start !== null) offset = start;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = rangeStart(node) ?? offset;
    } else break;
  }
  return offset;
}

function rangeStart(node: unknown): number | null {
  return isNode(node) ? ((node as Node).range?.[0] ?? null) : null;
}
