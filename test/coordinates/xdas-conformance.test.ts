import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { concatCoordinates } from '../../lib/coordinates/concat-coordinates.js';
import type { AxisCoordinate, Coordinate, SplitKind } from '../../lib/coordinates/coordinate.js';
import { scalarAt } from '../../lib/coordinates/coordinates.js';
import { DenseCoordinate } from '../../lib/coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import type { LookupMethod } from '../../lib/coordinates/piecewise-linear.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import type { Slice } from '../../lib/coordinates/slice.js';
import type { Scalar } from '../../lib/dtype.js';
import { DasflowError } from '../../lib/errors.js';
import {
  axisOf,
  coordinateOf,
  describeCoordinate,
  type JsonAnswer,
  type JsonCoordinate,
  type JsonScalar,
  readFixture,
  scalarOf,
  scalarsOf,
} from './xdas-cases.js';

type Tolerance = JsonScalar | false;

interface Case {
  coord: JsonCoordinate;
  values: JsonScalar[];
  repr: string;
  regular: boolean;
  monotonic: JsonAnswer<boolean>;
  interval: [JsonAnswer<JsonScalar>, JsonAnswer<JsonScalar>];
  slices: [number | null, number | null, number | null, JsonAnswer & { broken?: string; labels?: JsonScalar[] }][];
  scalar: [number, JsonAnswer];
  lookups: [JsonScalar, LookupMethod, JsonAnswer<number>][];
  ranges: [JsonScalar, JsonScalar, boolean, JsonAnswer<[number, number]>][];
  splits?: [SplitKind, Tolerance, JsonAnswer<number[]>][];
  discontinuities?: JsonAnswer<(JsonScalar | string)[][]>;
  availabilities?: JsonAnswer<[number, number][]>;
  regulars?: [JsonScalar, JsonScalar, JsonAnswer][];
  simplified?: [JsonScalar, boolean, JsonAnswer][];
  concats: [JsonCoordinate, Tolerance, JsonAnswer][];
}

interface Fixture {
  cases: Case[];
  blocks: {
    type: 'dense' | 'interpolated' | 'sampled';
    start: JsonScalar;
    size: number;
    numerator: JsonScalar;
    denominator: number;
    dtype: 'float64' | 'datetime64[ns]';
    found: JsonCoordinate;
    repr: string;
  }[];
  constructions: [number[], JsonScalar[], 'float64' | 'datetime64[ns]', JsonScalar, JsonScalar, JsonAnswer][];
}

const fixture = readFixture<Fixture>('coordinates.json.gz');

/** A delta of the fixture; text stands for 64-bit integers. */
const delta = (json: Tolerance) => (json === false ? false : (scalarOf(json) as number | bigint | null));

function check<T>(what: string, answer: JsonAnswer<T>, ours: () => unknown, expected: (ok: T) => unknown): void {
  if (answer.error !== undefined) {
    assert.throws(ours, DasflowError, `${what}: xdas raised ${answer.error} (${answer.text})`);
    return;
  }
  let found: unknown;
  try {
    found = ours();
  } catch (error) {
    throw new Error(`${what}: xdas answered ${JSON.stringify(answer.ok)}`, { cause: error });
  }
  assert.deepEqual(found, expected(answer.ok as T), what);
}

/** A coordinate without samples has a dtype here, and none worth the name in xdas. */
function plain(coord: Coordinate): unknown {
  return coord.shape[0] === 0 ? { type: coord.ctype, dim: coord.dim, empty: true } : describeCoordinate(coord);
}

const coordinate = (json: JsonCoordinate) => plain(coordinateOf(json));

describe('coordinates answer as those of xdas 0.2.10', () => {
  for (const [number, one] of fixture.cases.entries()) {
    const { type, dtype, size } = one.coord;
    it(`${number}: ${type} ${dtype} of ${size}`, () => {
      const coord = axisOf(one.coord);
      assert.equal(coord.size, size);
      assert.deepEqual([...coord.values].slice(0, 40), scalarsOf(one.values), 'values');
      assert.equal(coord.toString(), one.repr);
      assert.equal(coord.isRegular(), one.regular);
      check(
        'monotonic',
        one.monotonic,
        () => coord.isMonotonicIncreasing(),
        (ok) => ok,
      );
      check(
        'interval',
        one.interval[0],
        () => coord.getSamplingInterval(),
        (ok) =>
          typeof coord.getValue(0) === 'number' && typeof scalarOf(ok) === 'bigint'
            ? Number(scalarOf(ok))
            : scalarOf(ok),
      );
      check(
        'interval',
        one.interval[1],
        () => coord.getSamplingInterval({ cast: false }),
        (ok) =>
          typeof coord.getValue(0) === 'number' && typeof scalarOf(ok) === 'bigint'
            ? Number(scalarOf(ok))
            : scalarOf(ok),
      );
      for (const [start, stop, step, answer] of one.slices)
        checkSlice(`slice ${start}:${stop}:${step}`, coord, [start, stop, step], answer);
      check(
        'scalar',
        one.scalar[1],
        () => plain(scalarAt(coord, one.scalar[0])),
        (ok) => ({ ...(coordinate(ok) as object), dim: null }),
      );
      for (const [label, method, answer] of one.lookups)
        check(
          `lookup ${JSON.stringify(label)} ${method}`,
          answer,
          () => coord.getIndexer(scalarOf(label) as Scalar, method),
          (ok) => ok,
        );
      for (const [start, stop, endpoint, answer] of one.ranges) checkRange(coord, start, stop, endpoint, answer);
      for (const [kind, tolerance, answer] of one.splits ?? [])
        check(
          `split ${kind} ${JSON.stringify(tolerance)}`,
          answer,
          () => coord.getSplitIndices(kind, delta(tolerance)),
          (ok) => ok,
        );
      if (one.discontinuities) checkDiscontinuities(coord, one.discontinuities);
      if (one.availabilities)
        check(
          'availabilities',
          one.availabilities,
          () => coord.getAvailabilities().map((a) => [a.startIndex, a.endIndex]),
          (ok) => ok,
        );
      for (const [interval, tolerance, answer] of one.regulars ?? [])
        check(
          `regular ${JSON.stringify(interval)} ${JSON.stringify(tolerance)}`,
          answer,
          () =>
            plain(
              coord.toRegular({ samplingInterval: delta(interval) as never, tolerance: delta(tolerance) as never }),
            ),
          coordinate,
        );
      for (const [tolerance, regularize, answer] of one.simplified ?? [])
        check(
          `simplify ${JSON.stringify(tolerance)} ${regularize}`,
          answer,
          () => plain(coord.simplify(delta(tolerance), { regularize })),
          coordinate,
        );
      for (const [other, tolerance, answer] of one.concats)
        check(
          `concat ${JSON.stringify(other)} ${JSON.stringify(tolerance)}`,
          answer,
          () =>
            plain(
              concatCoordinates([coord, axisOf(other), coord.slice(0, 0)], { tolerance: delta(tolerance) }).coordinate,
            ),
          coordinate,
        );
    });
  }

  /** Some slices xdas refuses or garbles (see the generator): ours have the labels that they must have. */
  function checkSlice(
    what: string,
    coord: AxisCoordinate,
    [start, stop, step]: (number | null)[],
    answer: Case['slices'][0][3],
  ): void {
    if (answer.broken === undefined) {
      check(what, answer, () => plain(coord.slice(start, stop, step)), coordinate);
      return;
    }
    const sliced = coord.slice(start, stop, step);
    const labels = scalarsOf(answer.labels!);
    assert.equal(sliced.size, labels.length, what);
    if (labels.length === 0) return;
    assert.equal(sliced.start, labels[0], what);
    assert.equal(sliced.end, labels.at(-1), what);
    assert.equal(sliced.isRegular(), coord.isRegular() && (coord.ctype === 'interpolated' || sliced.size > 1), what);
  }

  function checkRange(
    coord: AxisCoordinate,
    start: JsonScalar,
    stop: JsonScalar,
    endpoint: boolean,
    answer: JsonAnswer<[number, number]>,
  ): void {
    check(
      `range ${JSON.stringify([start, stop, endpoint])}`,
      answer,
      () => {
        const range = coord.toIndex({ start: scalarOf(start), stop: scalarOf(stop) } as Slice<Scalar>, {
          endpoint,
        }) as Slice<number>;
        return [range.start, range.stop];
      },
      (ok) => ok,
    );
  }

  function checkDiscontinuities(coord: AxisCoordinate, answer: JsonAnswer<(JsonScalar | string)[][]>): void {
    const full = coord.dtype.startsWith('float');
    check(
      'discontinuities',
      answer,
      () =>
        coord
          .getDiscontinuities()
          .map((d) =>
            full ? [d.startIndex, d.endIndex, d.startValue, d.endValue, d.type] : [d.startIndex, d.endIndex, d.type],
          ),
      (ok) => ok.map((row) => (full ? [row[0], row[1], scalarOf(row[2]!), scalarOf(row[3]!), row[5]] : row)),
    );
  }

  it('fromBlock', () => {
    const classes = { dense: DenseCoordinate, interpolated: InterpCoordinate, sampled: SampledCoordinate };
    for (const { type, start, size, numerator, denominator, dtype, found, repr } of fixture.blocks) {
      const step = scalarOf(numerator) as number | bigint;
      const coord = classes[type].fromBlock(
        scalarOf(start) as Scalar,
        size,
        (denominator === 1 ? step : [step, denominator]) as never,
        {
          dim: 'x',
          dtype,
        },
      );
      assert.deepEqual(plain(coord), coordinate(found), `${type} of ${size}`);
      assert.equal(String(coord), repr);
      assert.ok(coord.equals(coordinateOf(found)));
    }
  });

  it('constructors refuse what xdas refuses', () => {
    for (const [tieIndices, tieValues, dtype, interval, tolerance, answer] of fixture.constructions)
      check(
        JSON.stringify([tieIndices, interval, tolerance]),
        answer,
        () =>
          plain(
            new InterpCoordinate({
              tieIndices,
              tieValues: scalarsOf(tieValues),
              dtype,
              samplingInterval: delta(interval) as never,
              tolerance: delta(tolerance) as never,
              dim: 'x',
            }),
          ),
        coordinate,
      );
  });
});
