/** Question: how long does a filter take for one chunk? */
import {
  type Atom,
  type DataArray,
  firwin,
  type InterpCoordinate,
  iirfilter,
  Polyphase,
  release,
  SOSFilter,
  STALTA,
} from '../lib/index.js';
import { describeArray } from '../test/interop/description.js';
import type { PythonPeer } from '../test/interop/python-peer.js';
import { type BenchArraySpec, benchArray, specTitle } from './bench-array.js';
import { type Contender, measure } from './measure.js';
import type { Question } from './question.js';

/** One filter, in the spelling of each contender. */
interface FilterCase {
  title: string;
  ours: () => Atom;
  stage: object;
  /** As `peer.py` takes it; none where scipy has no such function. */
  scipy?: [name: string, options: object];
}

const sections = iirfilter(4, [1, 10], { btype: 'bandpass', output: 'sos', fs: 100 });
const sos = Array.from({ length: sections.length / 6 }, (_, s) => Array.from(sections.subarray(6 * s, 6 * s + 6)));
const taps = Array.from(firwin(129, 5, { fs: 100 }));

const cases: FilterCase[] = [
  {
    title: `sosfilt, ${sos.length} sections`,
    ours: () => new SOSFilter({ sos, dim: 'time' }),
    stage: { SOSFilter: { sos, dim: 'time' } },
    scipy: ['sosfilt', { sos }],
  },
  {
    title: `decimate by 8, ${taps.length} taps`,
    ours: () => new Polyphase({ taps, down: 8, dim: 'time' }),
    stage: { Polyphase: { taps, down: 8, dim: 'time' } },
    scipy: ['upfirdn', { h: taps, down: 8 }],
  },
  {
    title: `FIR, ${taps.length} taps, no decimation`,
    ours: () => new Polyphase({ taps, dim: 'time' }),
    stage: { Polyphase: { taps, dim: 'time' } },
    scipy: ['upfirdn', { h: taps, down: 1 }],
  },
  {
    title: 'recursive STA/LTA, 0.5 s over 5 s',
    ours: () => new STALTA({ sta: 0.5, lta: 5 }),
    stage: { STALTA: { sta: 0.5, lta: 5 } },
  },
];

const arrays: BenchArraySpec[] = [
  { shape: [1000, 4000], dtype: 'float64' },
  { shape: [1000, 4000], dtype: 'float32' },
];

/**
 * Pushes chunk after chunk, as a stream does: each begins where the last one ended. `releases`: the memory of each result is used again, as
 * it is between the stages of a pipeline and behind a writer.
 */
function chunksInto(name: string, atom: Atom, array: DataArray, releases: boolean): Contender {
  let time = array.coords.axis('time') as InterpCoordinate;
  return {
    name,
    async sample() {
      const chunk = array.assignCoords({ time });
      time = time.shift(BigInt(array.sizes.time!) * 10_000_000n);
      const start = process.hrtime.bigint();
      const given = atom.push(chunk, { chunkDim: 'time' });
      if (releases) given.forEach(release);
      return Number(process.hrtime.bigint() - start);
    },
  };
}

function peerContender(python: PythonPeer, name: string, key: string): Contender {
  return {
    name,
    sample: async () =>
      (await python.call<{ nanoseconds: number }>('time_filter', { key, array: `${key} array` })).nanoseconds,
  };
}

export const kernels: Question = {
  name: 'kernels',
  title: 'Filters',
  method:
    'One chunk of a stream goes through an atom that carries its state, with all that an atom does besides (seams, ' +
    'coordinates, the memory of a result that was released), beside the same atom of xdas 0.2.10 as it comes (its worker threads included) ' +
    'and the bare function of scipy on the bare array, one thread. dasflow uses one thread, or two where it says so; where every result is kept, each is on fresh memory. float32 is filtered in float32 by FIR filters of ' +
    'all three, and in float64 by sosfilt.',
  async run({ plan, peer, log }) {
    const python = await peer();
    const results = [];
    for (const spec of arrays) {
      const array = benchArray(spec);
      await python.call('hold', { key: 'array', source: { arrays: [describeArray(array)] } });
      const hold = async (key: string, filter: object) => {
        await python.call('hold', { key: `${key} array`, source: { key: 'array' } });
        await python.call('hold_filter', { key, ...filter });
      };
      for (const { title, ours, stage, scipy } of cases) {
        const name = `${title}, ${specTitle(spec)}`;
        log(name);
        const threads = ours();
        threads.workers = 2;
        const contenders = [
          chunksInto('dasflow', ours(), array, true),
          chunksInto('dasflow, workers: 2', threads, array, true),
          chunksInto('dasflow, every result kept', ours(), array, false),
        ];
        await hold('xdas', { stages: [stage] });
        contenders.push(peerContender(python, 'xdas 0.2.10', 'xdas'));
        if (scipy) {
          await hold('scipy', { scipy_call: scipy });
          contenders.push(peerContender(python, 'scipy, one thread', 'scipy'));
        }
        results.push({ title: name, bytes: array.nbytes, notes: [], measured: await measure(contenders, plan) });
      }
    }
    return results;
  },
};
