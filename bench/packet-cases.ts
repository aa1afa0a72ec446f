/** The packets that are encoded and decoded: two sizes that instruments send, plain and compressed. */
import { type Encoding, gzip, zfp } from '../lib/index.js';
import type { BenchArraySpec } from './bench-array.js';

/** One packet, with its encoding in both spellings. */
export interface PacketCase {
  array: BenchArraySpec;
  title: string;
  ours: Encoding | undefined;
  /** As `peer.py` takes it. */
  theirs: object | null;
}

const arrays: BenchArraySpec[] = [
  { shape: [50, 500], dtype: 'float32' },
  { shape: [100, 4000], dtype: 'float32' },
];

/** Every packet case. */
export const packetCases: PacketCase[] = arrays.flatMap((array) => {
  const chunks = [array.shape[0], Math.min(array.shape[1], 1000)];
  return [
    { array, title: 'plain', ours: undefined, theirs: null },
    {
      array,
      title: 'ZFP accuracy 1e-3',
      ours: { chunks, ...zfp({ accuracy: 1e-3 }) },
      theirs: { chunks, codec: ['Zfp', { accuracy: 1e-3 }] },
    },
    {
      array,
      title: 'gzip 4',
      ours: { chunks, ...gzip({ level: 4 }) },
      theirs: { chunks, compression: 'gzip', compression_opts: 4 },
    },
  ];
});
