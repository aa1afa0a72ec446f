import { ArgumentError } from '../errors.js';
import { flagOption, knownOptions } from '../packets/known-options.js';
import { type ChannelNames, checkChannelNames } from './miniseed/channel-codes.js';
import { encodingNumbers, type RecordEncoding } from './miniseed/write-record-header.js';

/** Options of {@link StreamWriter}, beside the codes that name channels. */
export interface StreamWriterOptions extends ChannelNames {
  /** `'SDS'` (default): an archive with a file for each day and channel; `'flat'`: one file. */
  outputFormat?: 'SDS' | 'flat';
  /** Data quality of the records: `'D'` (default, not known), `'R'` raw, `'Q'` controlled, `'M'` modified. */
  dataquality?: 'D' | 'R' | 'Q' | 'M';
  /** `'overwrite'` (default) replaces each file when the first record for it is ready, `'append'` goes on behind what it holds. */
  mode?: 'overwrite' | 'append';
  /** Bytes of a record, a power of two from 256 to 65536. Default 4096, as in ObsPy; the most that a sample waits in memory is one record of its channel. */
  recordLength?: number;
  /** `'STEIM2'`, `'STEIM1'`, `'INT32'`, `'FLOAT32'` or `'FLOAT64'`, as in ObsPy. Default: Steim 2 for integers, floats as they are. What would lose something is refused. */
  encoding?: RecordEncoding;
  /** Samples at times that were written already, in this run or in a file that is appended to: `'error'` (default, `OVERLAP`) or `'trim'`, which drops them. */
  onOverlap?: 'error' | 'trim';
  /** The dimension along which times lie. Default: the one that has times; needed where several have. */
  dim?: string;
  /** The letter of the type in names of SDS files. Default `'D'`, waveforms. */
  sdsType?: string;
  /** Make the folder of a flat file where it does not exist. Default false, as in xdas; folders of an SDS archive are always made. */
  createDirs?: boolean;
}

/** Options with their defaults. */
export interface StreamWriterSettings {
  names: ChannelNames;
  outputFormat: 'SDS' | 'flat';
  dataquality: string;
  mode: 'overwrite' | 'append';
  recordLength: number;
  encoding: RecordEncoding | null;
  onOverlap: 'error' | 'trim';
  dim: string | null;
  sdsType: string;
  createDirs: boolean;
}

const optionNames = [
  'network',
  'station',
  'location',
  'channel',
  'outputFormat',
  'dataquality',
  'mode',
  'recordLength',
  'encoding',
  'onOverlap',
  'dim',
  'sdsType',
  'createDirs',
] as const satisfies readonly (keyof StreamWriterOptions)[];

/** Checks options. Throws `BAD_ARGUMENT` that says what is allowed. */
export function streamWriterSettings(path: string, options: StreamWriterOptions): StreamWriterSettings {
  const who = `StreamWriter ${path}`;
  knownOptions('StreamWriter', options, optionNames);
  const oneOf = <T extends string>(name: string, value: T, allowed: readonly T[]): T => {
    if (allowed.includes(value)) return value;
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${who}: ${name} is ${JSON.stringify(value)}; allowed: ${allowed.join(', ')}`,
    );
  };
  const { network, station, location, channel, recordLength = 4096, sdsType = 'D', dim, encoding } = options;
  if (typeof path !== 'string' || path === '')
    throw new ArgumentError('BAD_ARGUMENT', 'StreamWriter needs a path: the root of an SDS archive, or a flat file');
  const exponent = Math.log2(recordLength);
  if (typeof recordLength !== 'number' || !Number.isInteger(exponent) || exponent < 8 || exponent > 16)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${who}: recordLength is ${JSON.stringify(recordLength)}; allowed: powers of two from 256 to 65536`,
    );
  if (typeof sdsType !== 'string' || !/^[A-Z]$/.test(sdsType))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${who}: sdsType is ${JSON.stringify(sdsType)}; allowed: one capital letter, such as D`,
    );
  if (dim !== undefined && typeof dim !== 'string')
    throw new ArgumentError('BAD_ARGUMENT', `${who}: dim is the name of the dimension with the times`);
  const names = { network, station, location, channel };
  checkChannelNames(names, who);
  return {
    names,
    outputFormat: oneOf('outputFormat', options.outputFormat ?? 'SDS', ['SDS', 'flat']),
    dataquality: oneOf('dataquality', options.dataquality ?? 'D', ['D', 'R', 'Q', 'M']),
    mode: oneOf('mode', options.mode ?? 'overwrite', ['overwrite', 'append']),
    recordLength,
    encoding:
      encoding === undefined ? null : oneOf('encoding', encoding, Object.keys(encodingNumbers) as RecordEncoding[]),
    onOverlap: oneOf('onOverlap', options.onOverlap ?? 'error', ['error', 'trim']),
    dim: dim ?? null,
    sdsType,
    createDirs: flagOption('createDirs', options.createDirs ?? false),
  };
}
