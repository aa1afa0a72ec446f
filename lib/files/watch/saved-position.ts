import { readFile } from 'node:fs/promises';
import type { CoordDType, Scalar } from '../../dtype.js';
import { FileError } from '../../errors.js';
import { formatTime, toTime } from '../../time.js';
import { writeWholeFile } from '../whole-file.js';

/** Up to where the files of a folder have been processed. */
export interface SavedPosition {
  /** Dimension that it counts along. */
  readonly dim: string;
  /** Label of the last sample that was processed; null where there was none yet. */
  readonly last: Scalar | null;
  /** The dtype of that label. */
  readonly dtype: CoordDType | null;
  /** The file that it was in. */
  readonly file: string | null;
  /** Files that were last written before this (ms since 1970) were there at the very start and are not wanted; null: all are. */
  readonly since: number | null;
}

/** The version of the format that is written, and the only one that is read. */
const VERSION = 1;

const TIME = 'datetime64[ns]';

interface PositionFile {
  dasflowPosition: number;
  dim: string;
  last: string | number | null;
  dtype: CoordDType | null;
  file: string | null;
  since: string | null;
}

/** Writes a position as JSON, whole or not at all. Throws `BAD_FILE`. */
export async function writePosition(path: string, { dim, last, dtype, file, since }: SavedPosition): Promise<void> {
  const content: PositionFile = {
    dasflowPosition: VERSION,
    dim,
    last: typeof last !== 'bigint' ? (last as number | null) : dtype === TIME ? formatTime(last) : String(last),
    dtype,
    file,
    since: since === null ? null : new Date(since).toISOString(),
  };
  await writeWholeFile(path, Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
}

/** Reads a position; null where there is none yet. Throws `BAD_FILE` where it is damaged, or of another dimension; `UNKNOWN_VERSION`. */
export async function readPosition(path: string, dim: string): Promise<SavedPosition | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FileError('BAD_FILE', path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
  let content: PositionFile;
  let position: SavedPosition;
  try {
    content = JSON.parse(text) as PositionFile;
    if (typeof content?.dasflowPosition !== 'number') throw new TypeError('it has no dasflowPosition');
    position = {
      dim: content.dim,
      last:
        typeof content.last !== 'string'
          ? content.last
          : content.dtype === TIME
            ? toTime(content.last)
            : BigInt(content.last),
      dtype: content.dtype,
      file: content.file,
      since: content.since === null ? null : Date.parse(content.since),
    };
    if (Number.isNaN(position.since) || !['bigint', 'number'].includes(typeof (position.last ?? 0)))
      throw new TypeError('its last or since is no time');
  } catch (cause) {
    throw new FileError('BAD_FILE', path, `is no saved position: ${(cause as Error).message}`, { cause });
  }
  if (content.dasflowPosition !== VERSION)
    throw new FileError('UNKNOWN_VERSION', path, `is of version ${content.dasflowPosition}; known: ${VERSION}`);
  if (position.dim !== dim)
    throw new FileError('BAD_FILE', path, `counts along ${position.dim}, this stream is one along ${dim}`);
  return position;
}
