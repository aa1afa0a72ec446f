import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFixture } from '../coordinates/xdas-cases.js';
import { arrayOf, type JsonArray } from './xdas-arrays.js';

describe('toString prints what xdas 0.2.10 prints', () => {
  for (const [number, json] of readFixture<(JsonArray & { text: string })[]>('texts.json.gz').entries())
    it(`${number}: ${json.values.dtype} (${json.values.shape})`, () => {
      assert.equal(arrayOf(json).toString(), json.text);
      // the text does not depend on the order in memory
      const reversed = arrayOf(json).transpose();
      assert.equal(reversed.transpose(...json.dims).toString(), json.text);
    });
});
