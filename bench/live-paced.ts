/** Question: what does a live pipeline cost beside an instrument that sends at its own pace, and how late are its results? */
import { specTitle } from './bench-array.js';
import { LiveRelays, type RelayRun, type RelayTimes } from './live-relay.js';
import type { Measured } from './measure.js';
import type { CaseResult, Question } from './question.js';

/** Messages a second of an OptoDAS at 100 Hz with 10 samples in each. */
const pace = 100;

const percentile = (sorted: number[], q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;

export const livePaced: Question = {
  name: 'live-paced',
  title: 'Live pipeline, at the pace of an instrument',
  method:
    'Packets of 10 samples of 16,002 channels, ten a second as an OptoDAS at 100 Hz sends them (6.4 MB/s), through a pipeline in a process ' +
    'of its own: band-passed from 1 to 10 Hz, decimated by 4, published plain. The time of each result from the moment when the packet that ' +
    'completes it was handed to ZeroMQ by its sender to its arrival at a third process (so two ways through ZeroMQ are in it). ' +
    'The samples of the table are these latencies, one for each packet.',
  async run({ plan, peer, log }) {
    const seconds = plan.samples >= 20 ? 60 : 5;
    const run: RelayRun = { array: { shape: [10, 16_002], dtype: 'float32' }, count: seconds * (1000 / pace), pace };
    const title = `${specTitle(run.array)}, ${1000 / pace} packets/s for ${seconds} s`;
    log(title);
    const relays = new LiveRelays(await peer());
    const notes: string[] = [];
    try {
      const latencies = async (name: string, through: () => Promise<RelayTimes>): Promise<Measured> => {
        const { sent, arrived, delay, used } = await through();
        // What comes first also pays for just-in-time compilation and imports.
        const warm = 10;
        const samples = arrived.map((at, k) => Number(at - sent[k + delay]!)).slice(warm);
        const sorted = [...samples].sort((a, b) => a - b);
        const ms = (q: number) => (percentile(sorted, q) / 1e6).toFixed(2);
        const share = (100 * used.cpuSeconds) / seconds;
        notes.push(
          `${name}: ${share.toFixed(1)}% of one core in the pipeline's process; latency ${ms(0.5)} ms (50%), ${ms(0.99)} ms (99%), ` +
            `${(sorted.at(-1)! / 1e6).toFixed(2)} ms (largest)`,
        );
        return { name, samples };
      };
      const measured = [
        await latencies('dasflow', () => relays.ours(run)),
        await latencies('xdas 0.2.10', () => relays.theirs(run)),
      ];
      const result: CaseResult = { title, bytes: 0, notes, measured };
      return [result];
    } finally {
      relays.end();
    }
  },
};
