import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DataArray } from '../../../lib/dataarray/data-array.js';
import { attrsOfHeader, factsOfAttrs } from '../../../lib/packets/asn/asn-facts.js';
import { asnLayout } from '../../../lib/packets/asn/asn-frame.js';
import { headerObject, parseASNHeader } from '../../../lib/packets/asn/asn-header.js';
import { decodePacket, encodePacket } from '../../../lib/packets/packet.js';
import { shared } from '../../interop/shared.js';
import { facts, header } from './headers.js';

const real = shared('asn/header-v2.json');

test('the header of a real instrument: every channel where it is, every fact an attribute', { skip: real.skip }, () => {
  const layout = asnLayout(readFileSync(real.path));
  assert.deepEqual(layout.shape, [10, 16002]);
  assert.equal(layout.dtype, 'float32');
  assert.equal(layout.frameBytes, 8 + 640_080);
  assert.equal(layout.step, 10_000_000n);
  assert.equal(layout.distance.size, 16002);
  assert.equal(layout.distance.end, 163418.2435258568);
  assert.equal(layout.distance.samplingInterval, 10.213001907746815);
  assert.equal(layout.attrs.gaugeLength, 20.42600381549363);
  assert.equal(layout.attrs.unit, 'rad/(s*m)');
  assert.equal(layout.attrs.experiment, 'monaco-das-lig2024');
  assert.equal(layout.attrs['sensitivities.factor'], 9112677.961649183);
  assert.equal(layout.attrs['sensitivities.unit'], 'rad/(strain*m)');
  assert.equal(layout.attrs['roiTable.roiDec'], 10);
  assert.equal(layout.attrs.trustedTimeSource, 'false');
  const { roiTable, ...kept } = factsOfAttrs(layout.attrs);
  const whole = JSON.parse(readFileSync(real.path, 'utf8')) as Record<string, unknown>;
  for (const [key, value] of Object.entries({ ...kept, roiTable })) assert.deepEqual(value, whole[key], key);
});

test('facts survive as attributes, also through a packet', async () => {
  const given = parseASNHeader(JSON.stringify(header(facts)));
  const attrs = attrsOfHeader(given);
  assert.equal(attrs.experiment, 'monaco');
  assert.deepEqual(attrs['muxPositions.tx'], Float64Array.of(0, 2));
  assert.equal(attrs.likeNumber, '001');
  assert.equal(attrs.triggeredMeasurement, 'true');
  const array = new DataArray({ data: new Float32Array(4), dims: ['time'], attrs });
  const { data } = await decodePacket(await encodePacket(array));
  for (const found of [attrs, data.attrs]) {
    const { roiTable, ...rest } = factsOfAttrs(found);
    assert.deepEqual(rest, facts);
    assert.deepEqual(roiTable, given.roiTable);
  }
});

test('a key called __proto__ is only a name', () => {
  const text = JSON.stringify(header()).replace('{', '{"__proto__": {"polluted": 1}, "constructor": "x", ');
  const attrs = attrsOfHeader(parseASNHeader(text));
  assert.equal((attrs as { polluted?: unknown }).polluted, undefined);
  const back = factsOfAttrs(attrs);
  assert.deepEqual(Object.getOwnPropertyDescriptor(back, '__proto__')?.value, { polluted: 1 });
  assert.equal(back.constructor, 'x');
});

test('several regions are put end to end, with seams between them', () => {
  const roiTable = [
    { roiStart: 100, roiEnd: 139, roiDec: 10 },
    { roiStart: 1000, roiEnd: 1009, roiDec: 10 },
    { roiStart: 2000, roiEnd: 2030, roiDec: 10 },
  ];
  const { distance } = asnLayout(header({ nChannels: 9, bytesPerPackage: 36, dx: 4, roiTable }));
  assert.deepEqual([...distance.values], [40, 44, 48, 52, 400, 800, 804, 808, 812]);
  assert.equal(distance.samplingInterval, 4);
  assert.deepEqual(distance.getSplitIndices('gaps'), [4, 5]);
});

test('the channels of several regions may be counted the other way', () => {
  const roiTable = [
    { roiStart: 5, roiEnd: 14, roiDec: 10 },
    { roiStart: 100, roiEnd: 120, roiDec: 10 },
  ];
  const count = (nChannels: number) => asnLayout(header({ nChannels, bytesPerPackage: 4 * nChannels, roiTable }));
  assert.deepEqual([...count(5).distance.values], [0, 10, 100, 110, 120]);
  assert.deepEqual([...count(4).distance.values], [0, 100, 110, 120]);
  assert.throws(() => count(6), {
    code: 'MALFORMED_PACKET',
    message: /its 2 regions have 4 channels, but nChannels is 6/,
  });
});

test('intervals: whole nanoseconds, or the exact ratio of a whole number of hertz', () => {
  const step = (dt: number, dtUnit: string) => asnLayout(header({ dt, dtUnit })).step;
  assert.equal(step(0.01, 's'), 10_000_000n);
  assert.equal(step(1.5, 'ns'), 2n);
  assert.equal(step(2.5, 'ns'), 2n);
  assert.equal(step(0.8, 'ms'), 800_000n);
  assert.equal(step(12.5, 'us'), 12_500n);
  assert.deepEqual(step(1 / 3000, 's'), [1_000_000_000n, 3000n]);
  assert.deepEqual(step(1e6 / 7, 'us'), [1_000_000_000n, 7n]);
  assert.equal(step(0.000333333, 's'), 333_333n);
});

const wrong: [name: string, parts: Record<string, unknown>, message: RegExp][] = [
  ['no count', { nChannels: undefined }, /nChannels is missing; allowed: a whole number from 1 on/],
  ['a fraction', { nPackagesPerMessage: 1.5 }, /nPackagesPerMessage is 1.5/],
  ['a text', { nChannels: '5' }, /nChannels is "5"/],
  ['an unknown type', { dataType: 'byte' }, /dataType is "byte"; allowed: short, int, long, float, double/],
  ['a name of Object', { dataType: 'toString' }, /dataType is "toString"/],
  ['sizes that do not fit', { dataType: 'double' }, /bytesPerPackage is 20, but 5 channels of double take 40/],
  ['no interval', { dt: 0 }, /dt is 0; allowed: a number above 0/],
  ['an interval of nothing', { dt: 1e-11 }, /less than a nanosecond/],
  ['an interval beyond int64', { dt: 1e10 }, /times are int64 nanoseconds/],
  ['an unknown unit', { dtUnit: 'min' }, /dtUnit is "min"; allowed: ns, us, ms, s/],
  ['feet', { dxUnit: 'ft' }, /dxUnit is "ft"; allowed: m/],
  ['no spacing', { dx: 0 }, /dx is 0/],
  ['no regions', { roiTable: [] }, /roiTable is \[\]; allowed: a list of one region or more/],
  [
    'half a region',
    { roiTable: [{ roiStart: 0, roiEnd: 9 }] },
    /roiTable\[0\].roiDec is missing; allowed: a whole number/,
  ],
  ['no decimation', { roiTable: [{ roiStart: 0, roiEnd: 9, roiDec: 0 }] }, /roiDec is 0; allowed: 1 and above/],
  ['backward', { roiTable: [{ roiStart: 9, roiEnd: 0, roiDec: 1 }] }, /ends at 0, before its start 9/],
  ['too far', { dx: 1e308 }, /distances are beyond what a float64 holds/],
];
for (const [name, parts, message] of wrong)
  test(`a header with ${name} is refused`, () => {
    assert.throws(() => asnLayout(header(parts)), { code: 'MALFORMED_PACKET', direction: 'decode', message });
  });

test('a header whose frames nobody could receive is too large', () => {
  assert.throws(() => asnLayout(header({ nPackagesPerMessage: 2 ** 30 })), { code: 'TOO_LARGE' });
});

test('an object that is given as a header is taken as its JSON', () => {
  assert.equal(asnLayout(header({ extra: undefined })).attrs.extra, undefined);
  const cyclic: Record<string, unknown> = header();
  cyclic.self = cyclic;
  for (const object of [header({ extra: 1n }), cyclic])
    assert.throws(() => asnLayout(object), { code: 'MALFORMED_PACKET', message: /not JSON/ });
});

test('what is a header: JSON with bytesPerPackage, and nothing else', () => {
  const text = (value: unknown) => Buffer.from(JSON.stringify(value));
  assert.ok(headerObject(text({ bytesPerPackage: 0 })));
  assert.ok(headerObject(Buffer.from(' \n{"bytesPerPackage": null}')));
  for (const frame of [
    text([{ bytesPerPackage: 1 }]),
    text({ other: 1 }),
    text('bytesPerPackage'),
    Buffer.from('{"bytesPerPackage": 1'),
    Buffer.from('{"bytesPerPackage": NaN}'),
    Buffer.from('{"bytesPerPackage": "\xff"}', 'latin1'),
    Buffer.alloc(0),
    Buffer.from('xdas'),
  ])
    assert.equal(headerObject(frame), null, frame.toString());
});
