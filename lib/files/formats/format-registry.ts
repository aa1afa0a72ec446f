import { ArgumentError, DasflowError, FileError } from '../../errors.js';
import type { ArrayFile } from '../array-file.js';
import { SourceFile } from '../source-file.js';
import { apsensingFormat } from './apsensing.js';
import { aragonFormat } from './aragon.js';
import { asnFormat } from './asn.js';
import { dasdaeFormat } from './dasdae.js';
import { febusFormat } from './febus.js';
import type { FileFormat, FormatOptions } from './file-format.js';
import { gdrFormat } from './gdr.js';
import { miniseedFormat } from './miniseed.js';
import { neubrexFormat } from './neubrex.js';
import { prodmlFormat } from './prodml.js';
import { silixaFormat } from './silixa.js';
import { terra15Format } from './terra15.js';
import { xdasFormat } from './xdas.js';

/**
 * Which format a file is read as: a name (`'febus'`), a name with its options (`{ febus: { overlaps: [5, 5] } }`), or null to
 * find it by content. `{ auto: { ctype } }` finds it and hands the options on. xdas: `engine`.
 */
export type Engine = string | Readonly<Record<string, FormatOptions | null>> | null;

const formats = new Map<string, FileFormat>();
const aliases = new Map<string, string>();

/**
 * Adds a format, which is then found by name and by content like those that are there; formats added last are asked first. Throws
 * `BAD_ARGUMENT` where a name is taken.
 */
export function registerFormat(format: FileFormat): void {
  const names = [format.name, ...(format.aliases ?? [])];
  for (const name of names)
    if (name === 'auto' || !/^[\w-]+$/.test(name) || formats.has(name) || aliases.has(name))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${JSON.stringify(name)} cannot be the name of a format: taken, or no word`,
      );
  formats.set(format.name, format);
  for (const alias of format.aliases ?? []) aliases.set(alias, format.name);
}

/** Names of all formats, without their aliases. */
export function formatNames(): string[] {
  return [...formats.keys()];
}

/** A format and the options for it; `format` null: to be found by content. */
export interface ChosenFormat {
  format: FileFormat | null;
  options: FormatOptions;
}

/** What `engine` says. Throws `BAD_ARGUMENT` for unknown names and options. */
export function chooseFormat(engine: Engine | undefined): ChosenFormat {
  if (engine === undefined || engine === null || engine === 'auto') return { format: null, options: {} };
  const entries =
    typeof engine === 'string' ? [[engine, null] as const] : typeof engine === 'object' ? Object.entries(engine) : [];
  const [entry] = entries;
  if (
    entries.length !== 1 ||
    !entry ||
    !(entry[1] === null || (typeof entry[1] === 'object' && !Array.isArray(entry[1])))
  )
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `engine is ${JSON.stringify(engine)}; allowed: a name, or one name with its options, as { febus: { offset: 0 } }`,
    );
  const [name, options] = entry;
  if (name === 'auto') return { format: null, options: options ?? {} };
  const format = formats.get(aliases.get(name) ?? name);
  if (!format)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `there is no engine ${JSON.stringify(name)}; there are: ${[...formats.keys(), ...aliases.keys()].join(', ')}`,
    );
  checkNames(format, options ?? {});
  return { format, options: options ?? {} };
}

function checkNames(format: FileFormat, options: FormatOptions): void {
  const known = format.options ?? [];
  const odd = Object.keys(options).find((name) => !known.includes(name));
  if (odd !== undefined)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `engine ${format.name} has no option ${odd}; it has: ${known.join(', ') || 'none'}`,
    );
}

/** The format that a file is of. Throws `BAD_FILE`, with what was tried, where none is. */
export async function findFormat(file: SourceFile): Promise<FileFormat> {
  const failures: string[] = [];
  for (const format of [...formats.values()].reverse()) {
    try {
      if (await format.detect(file)) return format;
    } catch (error) {
      if (!(error instanceof DasflowError)) throw error;
      // an HDF5 file that cannot be opened is none for each of them: once is enough
      const text = error.message.replace(`${file.path}: `, '');
      if (!failures.includes(text)) failures.push(text);
    }
  }
  const kind = file.size === 0 ? 'is empty' : file.hdf5 ? 'is an HDF5 file, but' : 'is';
  if (file.size === 0) throw file.refuse(kind);
  const tried = `of none of the formats ${[...formats.keys()].join(', ')}`;
  throw file.refuse(failures.length > 0 ? failures.join('; ') : `${kind} ${tried}`);
}

/** Opens one file as `chosen` says. Throws `BAD_FILE` and what the format throws. */
export async function openFormat(
  path: string,
  { format, options }: ChosenFormat,
): Promise<{ file: ArrayFile; format: FileFormat; source: SourceFile }> {
  const source = await SourceFile.open(path);
  const found = format ?? (await findFormat(source));
  if (!format) checkNames(found, options);
  try {
    return { file: await found.open(source, options), format: found, source };
  } catch (cause) {
    if (cause instanceof DasflowError) throw cause;
    throw new FileError('BAD_FILE', path, `cannot be read as ${found.name}: ${(cause as Error).message}`, { cause });
  }
}

for (const format of [
  miniseedFormat,
  dasdaeFormat,
  gdrFormat,
  neubrexFormat,
  aragonFormat,
  apsensingFormat,
  terra15Format,
  febusFormat,
  silixaFormat,
  prodmlFormat,
  asnFormat,
  xdasFormat,
])
  registerFormat(format);
