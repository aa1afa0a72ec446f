/** The packets that are encoded and decoded: three sizes that instruments send, plain, and the largest compressed too. */
import { type Encoding, gzip, zfp } from '../lib/index.js';
import type { BenchArraySpec } from './bench-array.js';

/** One packet, with its encoding in both spellings. */
export interface PacketCase {
  array: BenchArraySpec;
  title: string;
  ours: Encoding | undefined;
  /** As `peer.py` takes it. */
  theirs: object | null;
  /** Packets of a stream of which dasflow's sample is the mean: one alone would be too short to be timed. */
  inOneSample: number;
}

const small: BenchArraySpec = { shape: [100, 100], dtype: 'float32' };
const middle: BenchArraySpec = { shape: [100, 1000], dtype: 'float32' };
const large: BenchArraySpec = { shape: [1000, 1000], dtype: 'float32' };
const chunks = [250, 1000];

/** Every packet case. */
export const packetCases: PacketCase[] = [
  ...[small, middle, large].map((array) => ({ array, title: 'plain', ours: undefined, theirs: null, inOneSample: 20 })),
  {
    array: large,
    title: 'ZFP accuracy 1e-3',
    ours: { chunks, ...zfp({ accuracy: 1e-3 }) },
    theirs: { chunks, codec: ['Zfp', { accuracy: 1e-3 }] },
    inOneSample: 1,
  },
  {
    array: large,
    title: 'gzip 4',
    ours: { chunks, ...gzip({ level: 4 }) },
    theirs: { chunks, compression: 'gzip', compression_opts: 4 },
    inOneSample: 1,
  },
];
