/**
 * Every atom and function of xdas 0.2.10 against ours: random configurations (the seed is printed; DASFLOW_SEED sets
 * another), whole records and streams cut at random, in batches to one live process.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InterpCoordinate } from '../../lib/index.js';
import { describePeers } from './describe-peers.js';
import { describeArray } from './description.js';
import { detection } from './operations/detection.js';
import { elsewhere, methodOf } from './operations/elsewhere.js';
import { atOnce, type Case, type Entry, faultOf, inPieces, inWords, usual } from './operations/entry.js';
import { filters } from './operations/filters.js';
import { type Answer, judge } from './operations/judge.js';
import { records } from './operations/records.js';
import { reductions } from './operations/reductions.js';
import { resampling } from './operations/resampling.js';

const table: Entry[] = [...filters, ...resampling, ...detection, ...records, ...reductions];
const seed = Number(process.env.DASFLOW_SEED ?? 20240521);
/** How many times as many configurations are drawn; `DASFLOW_OPERATIONS_RUNS=20`. */
const runs = Number(process.env.DASFLOW_OPERATIONS_RUNS ?? 1);

/** What is asked of xdas for a configuration: the whole record, and the stream. */
function questions(entry: Entry, one: Case, array: number) {
  const options = entry.theirs ? entry.theirs(one.options, one.input) : one.options;
  const time = one.input.coords.get('time');
  // called with data, most functions of xdas take the ends of a gap for neighbours; their atoms split there
  const gap = time instanceof InterpCoordinate && time.tieIndices.length > 2;
  const atom = gap && !entry.target.startsWith('methods.');
  const ask = { array, target: entry.target, options, chunkDim: one.chunkDim, atom };
  return one.cuts === null
    ? [{ ...ask, cuts: null }]
    : [
        { ...ask, cuts: null },
        { ...ask, cuts: one.cuts },
      ];
}

function attempt<T>(run: () => T): { result?: T; error?: Error } {
  try {
    return { result: run() };
  } catch (error) {
    return { error: error as Error };
  }
}

describePeers(
  `operations answer as xdas does (seed ${seed})`,
  (suite) => {
    it('the table has every atom and function of xdas', suite.options, async () => {
      const names = await suite.peer.call<string[]>('operations');
      const known = new Set([
        ...table.flatMap(({ target, also = [] }) => [target, ...also]),
        ...Object.keys(elsewhere),
      ]);
      assert.ok(names.length > 150, `xdas tells ${names.length} names`);
      assert.deepEqual(
        names.filter((name) => !known.has(name) && !known.has(methodOf(name) ?? '')),
        [],
      );
      assert.deepEqual(
        [...known].filter((name) => !names.includes(name)),
        [],
      );
    });

    for (const entry of table)
      it(`${entry.target}${entry.title ? `, ${entry.title}` : ''}`, suite.options, async (t) => {
        const cases = fc.sample(entry.cases, { numRuns: Math.ceil((entry.runs ?? 24) * runs), seed });
        const asked = cases.flatMap((one, index) => questions(entry, one, index));
        const answers = await suite.peer.call<Answer[]>('evaluate', {
          arrays: cases.map(({ input }) => describeArray(input)),
          items: asked,
        });
        const faults: string[] = [];
        const conditioned: string[] = [];
        let agreed = 0;
        for (const [array, one] of cases.entries()) {
          let absolute = 0;
          const bound = (dtype: string) => ({
            ...(entry.bound ?? usual)(one, dtype),
            ...(dtype === 'float64' && { absolute }),
          });
          const of = (stream: boolean) =>
            answers[asked.findIndex((item) => item.array === array && (item.cuts !== null) === stream)];
          const told = (what: string, error: Error) =>
            faults.push(`${what}: ${inWords(one)}\n    ${error.message.replaceAll('\n', '\n    ')}`);
          const expected = of(false)!;
          const { result, error } = attempt(() => atOnce(entry, one));
          if (expected.error && error) continue; // both refuse
          const judgeWhole = () =>
            attempt(() => {
              if (error) throw new Error(`xdas answers, ours does not: ${error.message}`);
              judge(result ?? null, expected, bound, entry);
            });
          let whole = judgeWhole();
          const allowLastBits = async (error: Error) => {
            const item = asked.find((question) => question.array === array);
            const [moved] = await suite.peer.call<number[]>('moved_by_last_bits', {
              arrays: [describeArray(one.input)],
              items: [{ ...item, array: 0 }],
            });
            absolute = moved!;
            conditioned.push(`${inWords(one)}: ${error.message}; last bits move that of xdas by ${moved}`);
          };
          if (whole.error && entry.conditioned) {
            await allowLastBits(whole.error);
            whole = judgeWhole();
          }
          if (whole.error) told('whole', whole.error);
          else agreed++;
          const stream = of(true);
          if (stream === undefined) continue;
          const pieces = attempt(() => inPieces(entry, one));
          if (stream.error && pieces.error) continue;
          const judgeStream = () =>
            attempt(() => {
              if (pieces.error) throw new Error(`xdas answers, ours does not: ${pieces.error.message}`);
              const fault = faultOf(one, stream.error);
              if (fault) judge(pieces.result ?? null, expected, bound, entry);
              else
                judge(pieces.result ?? null, stream, bound, {
                  ...entry,
                  stream: { chunkDim: one.chunkDim, whole: expected },
                });
            });
          let streamed = judgeStream();
          if (streamed.error && entry.conditioned && absolute === 0) {
            await allowLastBits(streamed.error);
            streamed = judgeStream();
          }
          if (!streamed.error) continue;
          const likeWhole = !pieces.error && !attempt(() => judge(pieces.result ?? null, expected, bound, entry)).error;
          told(likeWhole ? 'streamed, as xdas has it whole' : 'streamed', streamed.error);
        }
        assert.equal(
          faults.length,
          0,
          `seed ${seed}: ${faults.length} of ${answers.length} differ\n${faults.slice(0, 3).join('\n')}`,
        );
        for (const what of conditioned) t.diagnostic(what);
        assert.ok(
          conditioned.length <= Math.ceil((entry.conditioned ?? 0) * cases.length),
          `${conditioned.length} of ${cases.length} configurations are off by more than the bound:\n${conditioned.join('\n')}`,
        );
        assert.ok(agreed >= 20, `only ${agreed} configurations have a result`);
      });
  },
  ['0.2.10'],
);
