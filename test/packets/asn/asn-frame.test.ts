import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { InterpCoordinate } from '../../../lib/coordinates/interp-coordinate.js';
import { concat } from '../../../lib/dataarray/concat.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { type DType, dtypes } from '../../../lib/dtype.js';
import { DasflowError } from '../../../lib/errors.js';
import { asnLayout, decodeASNFrame, encodeASNFrames, encodeASNHeader } from '../../../lib/packets/asn/asn-frame.js';
import { headerObject } from '../../../lib/packets/asn/asn-header.js';
import { toStrainRate } from '../../../lib/packets/asn/strain-rate.js';
import { dummy } from '../../../lib/synthetics.js';
import { anyHeader, asnArray, facts, header } from './headers.js';

interface CoordinateCase {
  tieIndices: number[];
  tieValues: (string | number)[];
  interval: string | number;
}
interface ReadCase {
  header: Record<string, unknown>;
  frame: string;
  dims: string[];
  dtype: DType;
  values: string;
  time: CoordinateCase;
  distance: CoordinateCase;
}
const reference = JSON.parse(
  readFileSync(new URL('../../../../test/fixtures/asn/frames.json', import.meta.url), 'utf8'),
) as { read: ReadCase[]; written: { dtype: DType; shape: [number, number]; header: Record<string, unknown> }[] };

function described(coord: InterpCoordinate): CoordinateCase {
  const plain = (value: unknown) => (typeof value === 'bigint' ? String(value) : (value as number));
  return {
    tieIndices: [...coord.tieIndices],
    tieValues: Array.from<number | bigint, string | number>(coord.tieValues as Float64Array, plain),
    interval: plain(coord.samplingInterval),
  };
}

/** Decodes all frames of an array as a subscriber would, from the bytes alone. */
function throughWire(da: DataArray): DataArray[] {
  return encodeASNFrames(da).flatMap(({ header, frames }) => {
    const layout = asnLayout(headerObject(Buffer.from(encodeASNHeader(header)))!);
    return frames.map((frame) => decodeASNFrame(frame, layout));
  });
}

for (const one of reference.read)
  test(`a frame of ${one.dtype} is read as xdas reads it`, () => {
    const da = decodeASNFrame(Buffer.from(one.frame, 'base64'), asnLayout(one.header));
    assert.deepEqual(da.dims, one.dims);
    assert.equal(da.dtype, one.dtype);
    const { values } = da;
    assert.equal(Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'), one.values);
    assert.deepEqual(described(da.coords.get('time') as InterpCoordinate), one.time);
    // xdas divides the span by the channels, which may be off the header's dx by the last bit.
    const { interval, ...ties } = described(da.coords.get('distance') as InterpCoordinate);
    const { interval: theirs, ...theirTies } = one.distance;
    assert.deepEqual(ties, theirTies);
    assert.ok(Math.abs(Number(interval) / Number(theirs) - 1) < 1e-15, `${interval} and ${theirs}`);
  });

for (const { dtype, shape, header: theirs } of reference.written)
  test(`the header of an array of ${dtype} is that of xdas`, () => {
    const [group] = encodeASNFrames(dummy({ dtype, shape }));
    assert.deepEqual(group!.header, theirs);
    assert.deepEqual(JSON.parse(encodeASNHeader(group!.header)), theirs);
    assert.match(encodeASNHeader(group!.header), /"dx":10\.0,/);
  });

test('what is encoded is decoded the same: values bit for bit, coordinates exactly, attributes', () => {
  fc.assert(
    fc.property(asnArray, (da) => {
      const [back, ...more] = throughWire(da);
      assert.equal(more.length, 0);
      const bytes = ({ values }: DataArray) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      assert.equal(back!.dtype, da.dtype);
      assert.deepEqual(back!.shape, da.shape);
      assert.ok(bytes(back!).equals(bytes(da)));
      assert.deepEqual(back!.coords.get('time')!.values, da.coords.get('time')!.values);
      assert.deepEqual(back!.coords.get('distance')!.values, da.coords.get('distance')!.values);
      assert.ok(back!.coords.axis('time').isRegular() && back!.coords.axis('distance').isRegular());
      for (const [name, value] of Object.entries(da.attrs)) assert.ok(back!.attrs[name] === value, name); // -0 is 0 in JSON.stringify
      // and once more: what relays it changes nothing either
      const [again] = throughWire(back!);
      assert.deepEqual(again!.coords.get('distance')!.values, da.coords.get('distance')!.values);
    }),
    { numRuns: 300 },
  );
});

test('an instrument’s header is published again as it came', () => {
  const roiTable = [
    { roiStart: 100, roiEnd: 139, roiDec: 10 },
    { roiStart: 1000, roiEnd: 1009, roiDec: 10 },
  ];
  const given = header({ ...facts, roiTable, dx: 10.213001907746815 });
  const frame = new Uint8Array(68);
  const [group] = encodeASNFrames(decodeASNFrame(frame, asnLayout(given)));
  assert.deepEqual(group!.header, given);
  assert.deepEqual(group!.frames, [frame]);
});

test('distances that whole numbers of dx do not reach are kept exactly, beside what xdas reads', () => {
  const da = dummy({ shape: [2, 4] });
  const moved = da.assignCoords({ distance: { tieIndices: [0, 3], tieValues: [12.3, 42.3], samplingInterval: 10 } });
  const [group] = encodeASNFrames(moved);
  assert.deepEqual(group!.header.roiTable, [
    { roiStart: 1, roiEnd: 4, roiDec: 1, distanceStart: 12.3, distanceEnd: 42.3 },
  ]);
  assert.deepEqual(
    [...throughWire(moved)[0]!.coords.get('distance')!.values],
    [...moved.coords.get('distance')!.values],
  );
});

test('an array with gaps in time is sent in frames without', () => {
  const da = dummy({ shape: [20, 3], dtype: 'float32' });
  const parts = [
    da.isel({ time: { stop: 5 } }),
    da.isel({ time: { start: 7, stop: 12 } }),
    da.isel({ time: { start: 16 } }),
  ];
  const groups = encodeASNFrames(concat(parts, 'time'));
  assert.deepEqual(
    groups.map(({ header, frames }) => [header.nPackagesPerMessage, frames.length]),
    [
      [5, 2],
      [4, 1],
    ],
  );
  const back = throughWire(concat(parts, 'time'));
  for (const [k, part] of back.entries()) assert.deepEqual([...part.values], [...parts[k]!.values]);
});

test('stretches of single samples, and steps that are not the same everywhere', () => {
  const ns = (...times: number[]) => times.map((ms) => BigInt(ms) * 1_000_000n);
  const at = (tieIndices: number[], times: bigint[], distances: number[], samplingInterval?: number) =>
    dummy({ shape: [3, 3] }).assignCoords({
      time: { tieIndices, tieValues: times, samplingInterval: '10ms', dtype: 'datetime64[ns]' },
      distance: { tieIndices: [0, 1, 2], tieValues: distances, ...(samplingInterval && { samplingInterval }) },
    });
  const sparse = at([0, 1, 2], ns(0, 20, 40), [0, 20, 40], 10);
  const back = throughWire(sparse);
  assert.deepEqual(
    back.map((da) => da.coords.axis('time').start),
    ns(0, 20, 40),
  );
  assert.deepEqual([...back[0]!.coords.get('distance')!.values], [0, 20, 40]);
  assert.equal(back[0]!.coords.axis('distance').samplingInterval, 10);
  const bent = dummy({ shape: [2, 7] }).assignCoords({ distance: { tieIndices: [0, 3, 6], tieValues: [0, 30, 90] } });
  assert.throws(() => encodeASNFrames(bent), { code: 'IRREGULAR', message: /another step between its samples/ });
});

test('dims may be in any order; nothing is sent of an empty array', () => {
  const da = dummy({ shape: [4, 3] });
  const [turned] = encodeASNFrames(da.transpose('distance', 'time'));
  assert.deepEqual(turned, encodeASNFrames(da)[0]);
  assert.deepEqual(encodeASNFrames(da.isel({ time: { stop: 0 } })), []);
});

test('a frame that is not aligned is copied, one that is shares its memory', () => {
  const [{ header: head, frames }] = encodeASNFrames(dummy({ shape: [2, 3] })) as [
    ReturnType<typeof encodeASNFrames>[number],
  ];
  const layout = asnLayout(head);
  const memory = new Uint8Array(frames[0]!.length + 3);
  memory.set(frames[0]!, 3);
  assert.deepEqual([...decodeASNFrame(memory.subarray(3), layout).values], [0, 1, 2, 3, 4, 5]);
  assert.equal(decodeASNFrame(frames[0]!, layout).values.buffer, frames[0]!.buffer);
});

test('what a frame cannot hold is refused by name', () => {
  const da = dummy({ shape: [4, 3] });
  for (const dtype of dtypes.filter((one) => /^u|int8/.test(one)))
    assert.throws(() => encodeASNFrames(dummy({ shape: [4, 3], dtype })), { code: 'BAD_DTYPE', message: /astype/ });
  const refused: [DataArray, string][] = [
    [da.isel({ distance: 0 }), 'BAD_DIM'],
    [dummy({ shape: [4, 3, 2], dims: ['time', 'distance', 'x'], step: 1 }), 'BAD_DIM'],
    [dummy({ shape: [4, 3], datetime: false }), 'BAD_ENCODING'],
    [da.assignCoords({ distance: [0, 1, 5] }), 'IRREGULAR'],
    [da.dropCoords('time'), 'BAD_DIM'],
    [da.assignCoords({ distance: { tieIndices: [0, 2], tieValues: [7, 7], samplingInterval: 0 } }), 'BAD_ENCODING'],
  ];
  for (const [array, code] of refused) assert.throws(() => encodeASNFrames(array), { code }, String(array));
});

test('a frame of another length, or at a time that is none, is malformed', () => {
  const layout = asnLayout(header());
  const at = (ns: bigint) => {
    const frame = new Uint8Array(68);
    new DataView(frame.buffer).setBigInt64(0, ns, true);
    return frame;
  };
  assert.throws(() => decodeASNFrame(new Uint8Array(67), layout), {
    code: 'MALFORMED_PACKET',
    message: /ASN frame of 67 bytes: neither a header nor data, which has 68/,
  });
  for (const ns of [-(2n ** 63n), 2n ** 63n - 1n])
    assert.throws(() => decodeASNFrame(at(ns), layout), { code: 'MALFORMED_PACKET', message: /is no time/ });
});

test('a frame of a rate that nanoseconds cannot hold does not drift', () => {
  const da = decodeASNFrame(
    new Uint8Array(8 + 20 * 3001),
    asnLayout(header({ dt: 1 / 3000, nPackagesPerMessage: 3001 })),
  );
  assert.equal(da.coords.axis('time').end, 1_000_000_000n);
  assert.equal(encodeASNFrames(da)[0]!.header.dt, 1 / 3000);
});

test('a rate that the times do not declare is found, also one that nanoseconds cannot hold', () => {
  const da = dummy({ shape: [1001, 2] }).assignCoords({
    time: { tieIndices: [0, 1000], tieValues: [0n, 333_333_333n], dtype: 'datetime64[ns]' },
  });
  const [group, ...more] = encodeASNFrames(da);
  assert.equal(more.length, 0);
  assert.ok(Math.abs(group!.header.dt - 1 / 3000) < 1e-12);
  assert.throws(() => encodeASNFrames(da.isel({ time: { stop: 1 } })), {
    code: 'IRREGULAR',
    message: /dimension time/,
  });
});

test('any header and any frame is read or refused with a code, never anything else', () => {
  const codes = new Set(['MALFORMED_PACKET', 'TOO_LARGE']);
  const attempt = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof DasflowError && codes.has(error.code), String((error as Error).stack));
    }
  };
  fc.assert(
    fc.property(anyHeader, fc.uint8Array({ maxLength: 80 }), (given, frame) => {
      attempt(() => {
        const layout = asnLayout(given);
        attempt(() => decodeASNFrame(frame, layout));
        if (layout.frameBytes < 1e6) attempt(() => decodeASNFrame(new Uint8Array(layout.frameBytes), layout));
      });
      headerObject(frame);
    }),
    { numRuns: 1000 },
  );
});

test('strain rate is values x dataScale / sensitivity', () => {
  const sensitivities = [
    { factor: 5, unit: 'rad/(K*m)' },
    { factor: 2 ** 23, unit: 'rad/(strain*m)' },
  ];
  const read = (parts: object, dtype: DType) => {
    const array = dummy({ shape: [2, 3], dtype });
    return toStrainRate(array.with({ attrs: asnLayout(header({ ...facts, sensitivities, ...parts })).attrs }));
  };
  const results = {
    int16: 'float32',
    int32: 'float64',
    int64: 'float64',
    float32: 'float32',
    float64: 'float64',
  } as const;
  for (const [dtype, result] of Object.entries(results)) {
    const da = read({ dataScale: 2 }, dtype as DType);
    assert.equal(da.dtype, result);
    const expected = [0, 1, 2, 3, 4, 5].map((value) => (value * 2) / 2 ** 23);
    assert.deepEqual([...da.values], result === 'float32' ? [...Float32Array.from(expected)] : expected);
    assert.equal(da.attrs.unit, 'strain/s');
    assert.equal(da.attrs.gaugeLength, facts.gaugeLength);
    for (const spent of ['dataScale', 'sensitivities.factor', 'sensitivities.unit']) assert.ok(!(spent in da.attrs));
  }
  assert.equal(read({ unit: 'rad/m' }, 'float32').attrs.unit, 'strain');
  for (const [parts, message] of [
    [{ unit: 'strain/s' }, /unit is "strain\/s"; allowed: rad\/\(s\*m\)/],
    [{ sensitivities: [{ factor: 5, unit: 'rad/(K*m)' }] }, /no factor in rad\/\(strain\*m\)/],
    [{ sensitivities: [] }, /no factor/],
    [{ dataScale: 0 }, /dataScale is 0/],
  ] as const)
    assert.throws(() => read(parts, 'float32'), { code: 'BAD_ARGUMENT', message });
});
