/** Question: how fast does a live pipeline run when packets come as fast as it takes them? */
import { zfp } from '../lib/index.js';
import { specTitle } from './bench-array.js';
import { LiveRelays, type RelayRun, type RelayTimes } from './live-relay.js';
import { measure } from './measure.js';
import type { CaseResult, Question } from './question.js';

const count = 24;
const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

export const liveSaturated: Question = {
  name: 'live-saturated',
  title: 'Live pipeline, saturated',
  method:
    `${count} packets of 4 MB that follow each other, sent by a process of their own as fast as ZeroMQ takes them, through a pipeline in a second ` +
    'process (received, decoded, band-passed from 1 to 10 Hz, decimated by 4, encoded with ZFP at an accuracy of 1e-3, published) to this ' +
    'process, which takes the time of arrivals; ZeroMQ receives two packets ahead. `process(atom, subscriber, publisher)` of dasflow and of xdas 0.2.10. Time per ' +
    'packet that went in, between the first and the last arrival. Idle memory is that of the process before its first packet.',
  async run({ plan, peer, log }) {
    const run: RelayRun = {
      array: { shape: [1000, 1000], dtype: 'float32' },
      count,
      pace: 0,
      encoding: {
        ours: { chunks: [8, 500], ...zfp({ accuracy: 1e-3 }) },
        theirs: { chunks: [8, 500], codec: ['Zfp', { accuracy: 1e-3 }] },
      },
    };
    const title = `${specTitle(run.array)} plain to ZFP accuracy 1e-3`;
    log(title);
    const relays = new LiveRelays(await peer());
    const peak = { idle: Number.POSITIVE_INFINITY, ours: 0, theirs: 0 };
    try {
      const contender = (name: string, through: () => Promise<RelayTimes>) => ({
        name,
        async sample() {
          const { arrived, used } = await through();
          if (name === 'dasflow') {
            peak.idle = Math.min(peak.idle, used.idleBytes);
            peak.ours = Math.max(peak.ours, used.peakBytes);
          } else peak.theirs = Math.max(peak.theirs, used.peakBytes);
          return Number(arrived.at(-1)! - arrived[0]!) / (arrived.length - 1);
        },
      });
      const measured = await measure(
        [contender('dasflow', () => relays.ours(run)), contender('xdas 0.2.10', () => relays.theirs(run))],
        plan,
      );
      const bytes = 4 * run.array.shape[0] * run.array.shape[1];
      const chunks = ((peak.ours - peak.idle - 120 * 2 ** 20) / bytes).toFixed(1);
      const result: CaseResult = {
        title,
        bytes,
        measured,
        notes: [
          `memory of dasflow's process: ${mebibytes(peak.ours)} at its peak, ${mebibytes(peak.idle)} idle; the difference is 120 MiB and ${chunks} chunks of 4 MB`,
          `memory of Python's process at its peak: ${mebibytes(peak.theirs)}`,
        ],
      };
      return [result];
    } finally {
      relays.end();
    }
  },
};
