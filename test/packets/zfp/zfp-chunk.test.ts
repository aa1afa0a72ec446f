import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { PacketError } from '../../../lib/errors.js';
import { zfpDecodeChunk, zfpEncodeChunk } from '../../../lib/packets/zfp/zfp-chunk.js';
import { readZfpHeader } from '../../../lib/packets/zfp/zfp-header.js';
import { digest, floatsOf, nonsense, zfpCases } from './zfp-fixtures.js';

const caseOf = (dtype: string, dims: number) =>
  zfpCases.find((each) => each.dtype === dtype && each.shape.filter((size) => size > 1).length === dims)!;
const modeOf = ({ modes }: (typeof zfpCases)[number], option: string) =>
  modes.find(([options]) => option in options)![1];

describe('chunks are those of H5Z-ZFP, bit for bit, both ways', () => {
  for (const { dtype, shape, modes, inputs } of zfpCases)
    test(`${dtype} [${shape}]`, () => {
      const wrong: string[] = [];
      for (const [kind, values, digests] of inputs) {
        const x = floatsOf(dtype, values);
        for (const [index, [options, clientData]] of modes.entries()) {
          const bytes = zfpEncodeChunk(x, shape, clientData);
          assert.ok(bytes, `${kind} ${JSON.stringify(options)} was left to HDF5`);
          const read = zfpDecodeChunk(bytes, dtype, shape, Uint32Array.from(clientData));
          if (read === null || digest(bytes, read) !== digests[index]) wrong.push(`${kind} ${JSON.stringify(options)}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
});

describe('what is read from bytes that mean nothing', () => {
  for (const each of zfpCases)
    test(`${each.dtype} [${each.shape}]`, () => {
      const bytes = nonsense(each.shape);
      const wrong: string[] = [];
      for (const [index, [options, clientData]] of each.modes.entries()) {
        const read = zfpDecodeChunk(bytes, each.dtype, each.shape, clientData);
        if (read === null || digest(read) !== each.nonsense[index]) wrong.push(JSON.stringify(options));
      }
      assert.deepEqual(wrong, []);
    });
});

describe('what is left to HDF5', () => {
  const each = zfpCases.find(({ dtype, shape }) => dtype === 'float32' && String(shape) === '13,18')!;
  const clientData = modeOf(each, 'accuracy');
  const { shape } = each;
  const x = new Float32Array(shape[0] * shape[1]).fill(1);
  const bytes = zfpEncodeChunk(x, shape, clientData)!;
  const bothNull = (data: number[], chunk: Float32Array | Float64Array = x, sizes = shape) => {
    assert.equal(zfpEncodeChunk(chunk, sizes, data), null);
    assert.equal(zfpDecodeChunk(bytes, chunk instanceof Float32Array ? 'float32' : 'float64', sizes, data), null);
  };
  /** The header with some bits of its 12 of mode, or of its type, replaced. */
  const changed = (index: number, value: number) => clientData.map((word, i) => (i === index ? value >>> 0 : word));

  test('the header as it is: not', () => assert.ok(zfpDecodeChunk(bytes, 'float32', shape, clientData)));
  test('another dtype, or shape', () => {
    bothNull(clientData, Float64Array.from(x));
    bothNull(clientData, x, [shape[1], shape[0]]);
    bothNull(clientData, x, [x.length]);
    bothNull(clientData, x.subarray(0, 1), [1, 1]);
    bothNull(clientData, new Float32Array(0), [0, shape[1]]);
  });
  test('integers', () => bothNull(changed(2, clientData[2] & ~3)));
  test('the reversible mode', () => bothNull(changed(3, (clientData[3] & 0xfffff) | (2176 << 20))));
  test('a mode that is none', () => bothNull(changed(3, (clientData[3] & 0xfffff) | (2150 << 20))));
  test('a header of the other byte order', () =>
    bothNull(clientData.map((word) => new DataView(Uint32Array.of(word).buffer).getUint32(0, false))));
  test('a later version of the format', () => {
    bothNull(changed(1, (clientData[1] & 0xffffff) | (6 << 24)));
    bothNull(changed(0, 0x10206111));
  });
  test('too little, or nothing', () => {
    bothNull([]);
    bothNull(clientData.slice(0, 3));
    bothNull(changed(3, clientData[3] | 0xfff00000));
  });
  for (const value of [Number.NaN, -Number.NaN, Infinity, -Infinity])
    for (const one of zfpCases.filter((_, index) => index % 2 === 0 || index > 20))
      test(`${value} in ${one.dtype} [${one.shape}]`, () => {
        const values = floatsOf(one.dtype, one.inputs[0][1]);
        values[values.length - 1] = value;
        for (const [, data] of one.modes) assert.equal(zfpEncodeChunk(values, one.shape, data), null);
      });
});

describe('zfp headers', () => {
  test('say what was asked for', () => {
    const limits = (options: string) => {
      const [, clientData] = caseOf('float64', 3).modes.find(([each]) => JSON.stringify(each) === options)!;
      const { minBits, maxBits, maxPrecision, minExponent } = readZfpHeader(clientData)!;
      return [minBits, maxBits, maxPrecision, minExponent];
    };
    assert.deepEqual(limits('{"accuracy":0.001}'), [1, 16658, 64, -10]);
    assert.deepEqual(limits('{"precision":17}'), [1, 16658, 17, -1074]);
    assert.deepEqual(limits('{"rate":7.3}'), [467, 467, 64, -1074]);
    assert.deepEqual(limits('{"rate":70}'), [4480, 4480, 64, -1074]);
    assert.deepEqual(limits('{"minbits":40,"maxbits":2000,"maxprec":33,"minexp":-1074}'), [40, 2000, 33, -1074]);
  });
  test('have the sizes of the chunk in C order', () => {
    for (const { dtype, shape, modes } of zfpCases)
      for (const [, clientData] of modes) {
        const header = readZfpHeader(clientData)!;
        assert.deepEqual([header.dtype, header.sizes], [dtype, shape.filter((size) => size > 1)]);
      }
  });
});

describe('what is given', () => {
  const { shape, modes, inputs } = caseOf('float32', 3);
  const [, clientData] = modes[0];
  const x = floatsOf('float32', inputs[0][1]);
  const bytes = zfpEncodeChunk(x, shape, clientData)!;

  test('may be a view that begins anywhere', () => {
    const wider = new Float32Array(x.length + 5);
    wider.set(x, 3);
    assert.deepEqual(zfpEncodeChunk(wider.subarray(3, 3 + x.length), shape, clientData), bytes);
    const more = new Uint8Array(bytes.length + 9).fill(255);
    more.set(bytes, 5);
    const view = more.subarray(5, 5 + bytes.length);
    assert.deepEqual(
      zfpDecodeChunk(view, 'float32', shape, clientData),
      zfpDecodeChunk(bytes, 'float32', shape, clientData),
    );
  });
  test('owns its memory: another call does not change it', () => {
    const first = zfpDecodeChunk(bytes, 'float32', shape, clientData)!;
    const copies = [bytes.slice(), first.slice()];
    const other = zfpEncodeChunk(
      x.map((value) => -3 * value),
      shape,
      clientData,
    )!;
    zfpDecodeChunk(other, 'float32', shape, clientData);
    assert.deepEqual([bytes, first], copies);
  });
  test('must have as many values as its shape', () =>
    assert.throws(() => zfpEncodeChunk(x.subarray(1), shape, clientData), {
      code: 'BAD_ARGUMENT',
      message: /\[5,6,7\].*210 values, not 209/,
    }));
  test('must not end before its values do', () => {
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => zfpDecodeChunk(bytes.subarray(0, length), 'float32', shape, clientData), {
        code: 'MALFORMED_PACKET',
        message: `decode: a chunk of ${length} bytes ends before its values do`,
      });
  });
});

test('a chunk that is too short for its shape takes no memory', () => {
  const { modes } = caseOf('float64', 1);
  const clientData = [...modes[0][1]];
  // The sizes of the header: from bit 32 + 4 on, one less.
  const length = 2 ** 31;
  clientData[2] = ((clientData[2] & 15) | ((length - 1) << 4)) >>> 0;
  clientData[3] = ((clientData[3] & ~15) | ((length - 1) >>> 28)) >>> 0;
  assert.deepEqual(readZfpHeader(clientData)?.sizes, [length]);
  const bytes = new Uint8Array(1000);
  assert.throws(() => zfpDecodeChunk(bytes, 'float64', [length], clientData), { code: 'MALFORMED_PACKET' });
});

test('10,000 damaged chunks give values, or an error that says so; none spoils the next', () => {
  const whole = zfpCases.map((each) => {
    const [, clientData] = each.modes[0];
    const bytes = zfpEncodeChunk(floatsOf(each.dtype, each.inputs[0][1]), each.shape, clientData)!;
    return { bytes, clientData, expected: digest(zfpDecodeChunk(bytes, each.dtype, each.shape, clientData)!) };
  });
  const anyCase = fc.nat(zfpCases.length - 1).chain((index) =>
    fc.record({
      index: fc.constant(index),
      mode: fc.nat(zfpCases[index].modes.length - 1),
      input: fc.nat(zfpCases[index].inputs.length - 1),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      random: fc.option(fc.uint8Array({ minLength: 0, maxLength: 200 }), { freq: 3 }),
      flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 255 })), {
        maxLength: 6,
      }),
      header: fc.option(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(31)), { freq: 5 }),
    }),
  );
  let refused = 0;
  let read = 0;
  fc.assert(
    fc.property(anyCase, ({ index, mode, input, cut, random, flips, header }) => {
      const { dtype, shape, modes, inputs } = zfpCases[index];
      const clientData = [...modes[mode][1]];
      let bytes = random ?? zfpEncodeChunk(floatsOf(dtype, inputs[input][1]), shape, clientData)!;
      if (cut !== null) bytes = bytes.slice(0, Math.floor(cut * bytes.length));
      for (const [place, change] of flips)
        if (bytes.length > 0) bytes[Math.floor(place * (bytes.length - 1))] ^= change;
      if (header !== null && header[0] < clientData.length)
        clientData[header[0]] = (clientData[header[0]] ^ (1 << header[1])) >>> 0;
      try {
        const values = zfpDecodeChunk(bytes, dtype, shape, clientData);
        if (values !== null)
          assert.equal(
            values.length,
            shape.reduce((product, size) => product * size, 1),
          );
        read++;
      } catch (error) {
        assert.ok(error instanceof PacketError && error.code === 'MALFORMED_PACKET', String(error));
        refused++;
      }
      const next = whole[index];
      assert.equal(digest(zfpDecodeChunk(next.bytes, dtype, shape, next.clientData)!), next.expected);
    }),
    { numRuns: 10_000 },
  );
  assert.ok(refused > 500 && read > 500, `${refused} refused, ${read} read`);
});
