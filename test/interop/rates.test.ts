/**
 * What changes the rate, on axes with jitter and at a rate of no whole nanoseconds, whole and cut at random. Values are
 * those of xdas 0.2.10 of the whole record; labels, which xdas rounds, drifts with or refuses (docs/differences.md), are held
 * against the grid that is promised, computed here in whole numbers. DASFLOW_SEED sets another seed.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { allocate, DataArray, InterpCoordinate, split } from '../../lib/index.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, describeArray, type Packed, unpack } from './description.js';
import { atomOf, type Case, inWords, rateOf, streamed, usual, whole } from './operations/entry.js';
import { type Answer, judgeValues } from './operations/judge.js';
import { recording } from './operations/random-recording.js';
import { type RateEntry, rates } from './operations/rates.js';

const seed = Number(process.env.DASFLOW_SEED ?? 20240521);
/** Odd extensions of unsigned integers wrap in numpy: see the differences. */
const dtypes = ['float64', 'float64', 'float32', 'int16', 'int32', 'int64'] as const;

function casesOf(entry: RateEntry, kind: 'jitter' | 'rational') {
  const steps = [60_000_000n, 120_000_000n];
  const inputs = recording({ maxDims: 2, steps, dtypes, low: 8, ...entry.record, labels: false, time: [kind] });
  const options = (input: DataArray) => entry.options(input).map((chosen) => ({ ...chosen, dim: 'time' }));
  return fc.sample(entry.whole ? whole(inputs, options) : streamed(inputs, options), { numRuns: 40, seed });
}

/** What comes out of a piece, and the piece. */
interface Emitted {
  out: DataArray;
  piece: DataArray;
  /** Samples before the piece. */
  before: number;
}

function emitted(entry: RateEntry, { input, options, cuts }: Case, asStream: boolean): Emitted[] {
  const atom = atomOf(entry as never, options);
  if (!asStream) return atom.run(input).map((out) => ({ out: out as DataArray, piece: input, before: 0 }));
  const all: Emitted[] = [];
  let before = 0;
  let piece = input;
  for (const next of cuts!.length > 0 ? split(input, cuts!, 'time') : [input]) {
    piece = next;
    for (const out of atom.push(piece, { chunkDim: 'time' })) all.push({ out: out as DataArray, piece, before });
    before += piece.sizes.time!;
  }
  for (const out of atom.flush())
    all.push({ out: out as DataArray, piece, before: input.sizes.time! - piece.sizes.time! });
  return all;
}

const axisOf = (array: DataArray) => {
  const axis = array.coords.axis('time');
  assert.ok(axis instanceof InterpCoordinate);
  return axis;
};
const labelsOf = (array: DataArray) => axisOf(array).values as BigInt64Array;

/** The new interval over that of the input, as whole numbers. */
function factorOf(entry: RateEntry, { input, options }: Case, { coords }: ArrayDescription, num: number) {
  if (entry.factor) return entry.factor(options, input.sizes.time!, num);
  const { samplingNumerator, samplingDenominator } = coords.find(({ name }) => name === 'time')!;
  const one = (packed: Packed | undefined) => Number(unpack(packed!)[0]);
  const float = coords.find(({ name }) => name === 'time')!.tieValues!.dtype === 'float64';
  const interval = (one(samplingNumerator) / one(samplingDenominator)) * (float ? 1e9 : 1);
  const factor = (interval * rateOf(input)) / 1e9;
  for (let over = 1; over <= 10; over++)
    if (Math.abs(factor * over - Math.round(factor * over)) < 1e-9) return [Math.round(factor * over), over] as const;
  throw new Error(`xdas changes the interval by ${factor}, which is no ratio that was asked for`);
}

/** Fails where a label is not where docs/differences.md says; counted in ticks, without a float. */
function judgeLabels(entry: RateEntry, one: Case, all: Emitted[], array: ArrayDescription): void {
  const axis = axisOf(one.input);
  const { numerator, denominator } = axis.samplingRatio!;
  const num = array.values.shape[array.dims.indexOf('time')]!;
  const [times, over] = factorOf(entry, one, array, num);
  // the new interval is above / below
  const [above, below] = [BigInt(numerator) * BigInt(times), BigInt(denominator) * BigInt(over)];
  const theirs = unpack(array.coords.find(({ name }) => name === 'time')!.tieValues!)[0] as unknown;
  const first = typeof theirs === 'bigint' ? theirs - (axis.start as bigint) : 0n; // no filter that is asked on floats has a delay
  const own =
    (entry.asIs && times === over) || entry.labelling === 'kept' || (entry.labelling === 'picked' && over === 1);
  let k = 0;
  for (const { out, piece, before } of all) {
    const labels = labelsOf(out);
    const ratio = axisOf(out).samplingRatio!;
    assert.equal(BigInt(ratio.numerator) * below, above * BigInt(ratio.denominator), 'the rate is exact');
    // jitter: the grid hangs on the first label of each chunk; a rational rate: on the first label of all
    const origin =
      denominator === 1 ? labelsOf(piece)[0]! - BigInt(numerator) * BigInt(before) : (axis.start as bigint);
    for (const [j, label] of labels.entries()) {
      const what = `label ${k} of ${num}`;
      if (own && denominator === 1) {
        // picked with a slice, whose ends are ties and whose labels in between are on the line from one to the other
        const off = label - labelsOf(piece)[(k * times) / over - before]!;
        const allowed = j === 0 || j === labels.length - 1 ? 0n : 1n;
        assert.ok(off <= allowed && off >= -allowed, `${what} is off that of its sample by ${off} ns`);
      } else {
        // one tick that the grid stays behind a clock, or an end tie is rounded by, and half of one for the label itself
        const off = 2n * ((label - origin - first) * below - above * BigInt(k));
        assert.ok(
          off <= 3n * below && off >= -3n * below,
          `${what} is off its grid by ${Number(off) / 2 / Number(below)} ns`,
        );
      }
      k++;
    }
  }
  assert.equal(k, num, 'number of labels');
}

/** Fails where values are not those of xdas; they are joined here, so that labels have no part in it. */
function judgeJoined(entry: RateEntry, one: Case, all: Emitted[], { dims, values }: ArrayDescription): void {
  const axis = dims.indexOf('time');
  const { shape } = values;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
  const joined: (number | bigint)[] = [];
  for (let block = 0; block < outer; block++)
    for (const { out } of all) {
      const length = out.shape[axis]! * inner;
      for (let i = 0; i < length; i++) joined.push(out.values[block * length + i]!);
    }
  assert.equal(joined.length, outer * inner * shape[axis]!, 'samples');
  const data = allocate(all[0]!.out.dtype as 'float64', joined.length);
  for (const [i, value] of joined.entries()) data[i] = value as number;
  const got = new DataArray({ data, shape, dims });
  judgeValues(describeArray(got).values, values, (dtype) => (entry.bound ?? usual)(one, dtype));
}

/** The same samples on an axis of seconds. */
function onSeconds(input: DataArray): DataArray {
  const time = InterpCoordinate.fromBlock(0, input.sizes.time!, 1 / rateOf(input), { dim: 'time', dtype: 'float64' });
  return input.assignCoords({ time });
}

describePeers(
  `rates change as in xdas on axes with jitter and at 300 Hz (seed ${seed})`,
  (suite) => {
    for (const kind of ['jitter', 'rational'] as const)
      for (const entry of rates)
        it(`${entry.target}${entry.title ? `, ${entry.title}` : ''}: ${kind}`, suite.options, async () => {
          const cases = casesOf(entry, kind);
          const ask = (which: DataArray[], asStream = false) =>
            suite.peer.call<Answer[]>('evaluate', {
              arrays: which.map(describeArray),
              items: cases.map(({ options, cuts }, array) => {
                const how = { chunkDim: 'time', atom: false, cuts: asStream ? cuts : null };
                return { array, target: entry.target, options, ...how };
              }),
            });
          const answers = await ask(cases.map(({ input }) => input));
          // xdas cannot pick samples at a rational rate where the last one of them is rounded: it is asked on seconds
          const seconds = await ask(cases.map(({ input }) => onSeconds(input)));
          const cut = await ask(
            cases.map(({ input }) => input),
            true,
          );
          let judged = 0;
          for (const [index, one] of cases.entries()) {
            let expected = answers[index]!;
            if (kind === 'rational' && /not consistent with/.test(expected.error ?? '')) expected = seconds[index]!;
            assert.equal(expected.error, undefined, inWords(one));
            for (const asStream of entry.whole ? [false] : [false, true])
              try {
                const all = emitted(entry, one, asStream);
                judgeJoined(entry, one, all, expected.array!);
                // at a rational rate xdas refuses to cut, or takes what it rounds for a gap: see the differences
                if (asStream && kind === 'jitter') judgeJoined(entry, one, all, cut[index]!.array!);
                judgeLabels(entry, one, all, expected.array!);
                judged++;
              } catch (error) {
                throw new Error(`${asStream ? 'streamed' : 'whole'}: ${inWords(one)}\n${(error as Error).message}`, {
                  cause: error,
                });
              }
          }
          assert.ok(judged >= 40, `only ${judged} are judged`);
        });
  },
  ['0.2.10'],
);
