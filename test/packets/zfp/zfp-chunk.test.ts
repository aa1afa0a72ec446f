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
          if (read === null || digest(bytes, read) !== digests[index])
            wrong.push(`${kind} ${JSON.stringify(options)}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
});

describe('what is read from bytes that mean nothing', () => {
  for (const each of zfpCases)
    test(`${each.dtype} [${each.shape}]`, () => {
      const bytes = nonsense(each.dtype, each.shape);
      const wrong: string[] = [];
      for (const [index, [options, clientData]] of each.modes.entries()) {
        const read = zfpDecodeChunk(bytes, each.dtype, each.shape, clientData);
        if (read === null || digest(read) !== each.nonsense[index]) wrong.push(JSON.stringify(options));
      }
      assert.deepEqual(wrong, []);
    });
});
