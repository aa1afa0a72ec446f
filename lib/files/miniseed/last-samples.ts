import { scanRecords } from './miniseed-traces.js';

/**
 * When the next sample of each channel of a miniSEED file is due, in ns by its id, and how many bytes of whole records it has: a file that ends within a record
 * is taken up to there. Reads headers only. Throws `BAD_FILE` where the file is no miniSEED file.
 */
export async function lastSamples(
  path: string,
  size: number,
): Promise<{ wholeBytes: number; ends: Map<string, bigint> }> {
  const ends = new Map<string, bigint>();
  const note = ({ header }: Parameters<Parameters<typeof scanRecords>[2]>[0]) => {
    const { network, station, location, channel, start, samples, rate } = header;
    if (samples === 0 || !(rate > 0)) return;
    const id = [network, station, location, channel].join('.');
    const next = start + BigInt(Math.round((samples * 1e9) / rate));
    const known = ends.get(id);
    if (known === undefined || known < next) ends.set(id, next);
  };
  return { wholeBytes: await scanRecords(path, size, note, { untilCut: true }), ends };
}
