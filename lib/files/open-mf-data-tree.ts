import { type CollectionItem, type DataCollection, DataMapping } from '../datacollection/data-collection.js';
import { ArgumentError, FileError } from '../errors.js';
import { findFiles } from './find-files.js';
import { type JoinRunsOptions, joinRuns, RECORD } from './join-runs.js';
import type { LazyArray } from './lazy-array.js';
import { type OpenMfDataArrayOptions, openEach } from './open-many-files.js';

/** Options of {@link openMfDataTree}. */
export type OpenMfDataTreeOptions = JoinRunsOptions &
  Pick<OpenMfDataArrayOptions, 'engine' | 'onBroken' | 'onProgress' | 'signal'>;

/**
 * Opens a tree of files as a collection. `{field}` in the path is a level of names: a mapping of that name, whose keys are what stands there
 * in the paths that exist; `[field]` is a level of files, whatever their names: a sequence of that name, in which files are joined as
 * long as they fit (another rate, shape or dtype begins the next item). All `{...}` come before `[...]`, of which there is one name, in as many places
 * as need be; without it the sequences are called `'record'`. Keys are in the order of the paths. `*` and `?` stand for any text within a name.
 *
 *     openMfDataTree('/data/{node}/{cable}/[record]/proc/[record].h5', { engine: 'asn' })
 *
 * Memory: the coordinates of all files; values stay in them. Throws `BAD_ARGUMENT` for a path without placeholders or with wrong ones,
 * `BAD_FILE` where no file matches or one cannot be opened (unless `onBroken` is `'skip'`; what was skipped is in `leftOut` of the first
 * array of its sequence), and as `LazyArray.join`. xdas: `open_mfdatatree`.
 */
export async function openMfDataTree(
  pattern: string,
  options: OpenMfDataTreeOptions = {},
): Promise<DataCollection<LazyArray>> {
  const { dim, tolerance, onOverlap, engine, onBroken, onProgress, signal } = options;
  const { fields, sequence, glob, regex } = parsePattern(pattern);
  const paths = await findFiles(glob).catch((error: unknown) => {
    if (error instanceof FileError) return [];
    throw error;
  });
  const keyed: Keyed[] = [];
  for (const path of paths) {
    const match = regex.exec(path.replaceAll('\\', '/'));
    if (match) keyed.push({ path, keys: match.slice(1) });
  }
  if (keyed.length === 0) throw new FileError('BAD_FILE', pattern, 'no file matches this tree');
  const level = async (below: readonly Keyed[], depth: number): Promise<CollectionItem<LazyArray>> => {
    if (depth === fields.length) {
      const opening = { engine, onBroken, onProgress, signal };
      const { files, broken } = await openEach(
        below.map(({ path }) => path),
        opening,
      );
      return joinRuns(files, { dim, tolerance, onOverlap }, sequence, broken);
    }
    const groups = new Map<string, Keyed[]>();
    for (const each of below) {
      const key = each.keys[depth]!;
      const group = groups.get(key);
      if (group) group.push(each);
      else groups.set(key, [each]);
    }
    const items: [string, CollectionItem<LazyArray>][] = [];
    for (const [key, group] of groups) items.push([key, await level(group, depth + 1)]);
    return new DataMapping<LazyArray>(new Map(items), fields[depth]!);
  };
  return (await level(keyed, 0)) as DataCollection<LazyArray>;
}

/** A path and what stands there for each field. */
interface Keyed {
  path: string;
  keys: string[];
}

const PLACEHOLDER = /\{([^{}[\]/]*)\}|\[([^{}[\]/]*)\]/g;

interface TreePattern {
  /** Names of the levels that are mappings, in order. */
  fields: string[];
  /** Name of the level of files. */
  sequence: string;
  /** The same with a wildcard for each placeholder. */
  glob: string;
  /** Its groups are the keys of `fields`. */
  regex: RegExp;
}

function parsePattern(pattern: string): TreePattern {
  const refuse = (text: string) => new ArgumentError('BAD_ARGUMENT', `${JSON.stringify(pattern)}: ${text}`);
  const path = pattern.replaceAll('\\', '/');
  const fields: string[] = [];
  let sequence: string | null = null;
  let [glob, regex, at] = ['', '', 0];
  for (const match of path.matchAll(PLACEHOLDER)) {
    const [whole, mapping, list] = match;
    const before = path.slice(at, match.index);
    at = match.index + whole.length;
    glob += `${before}*`;
    regex += literal(before);
    const name = mapping ?? list ?? '';
    if (name === '') throw refuse('a placeholder has no name; allowed: {name}, [name]');
    if (mapping === undefined) {
      if (sequence !== null && sequence !== name)
        throw refuse(`[${sequence}] and [${name}]: there is one level of files, so one name for it`);
      if (fields.includes(name)) throw refuse(`${name} is a level of names and of files`);
      sequence = name;
      regex += '[^/]*';
      continue;
    }
    const known = fields.indexOf(name);
    if (known >= 0) regex += `\\${known + 1}`;
    else {
      if (sequence !== null) throw refuse(`{${name}} comes after [${sequence}]: levels of names come first`);
      fields.push(name);
      regex += '([^/]+)';
    }
  }
  if (fields.length === 0 && sequence === null) throw refuse('there is no placeholder in it; allowed: {name}, [name]');
  const rest = path.slice(at);
  return {
    fields,
    sequence: sequence ?? RECORD,
    glob: glob + rest,
    regex: new RegExp(`(?:^|/)${(regex + literal(rest)).replace(/^(?:\\\.\/)+/, '')}$`),
  };
}

/** A part of a path as a regular expression; `*` and `?` stand for text within a name, `**` for folders too. */
function literal(text: string): string {
  return text
    .replace(/[\\^$.+()|[\]{}]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wild) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[wild]!);
}
