import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookup3 } from '../../../lib/packets/templates/lookup3.js';

test('the values that its author published', () => {
  const of = (text: string) => lookup3(Buffer.from(text), 0, text.length);
  assert.equal(of(''), 0xdeadbeef);
  assert.equal(of('Four score and seven years ago'), 0x17770551);
});

test('a stretch of bytes is taken by itself, at any place', () => {
  const text = 'Four score and seven years ago';
  for (let shift = 0; shift < 5; shift++) {
    const bytes = Buffer.from(`${'x'.repeat(shift)}${text}yz`);
    assert.equal(lookup3(bytes, shift, shift + text.length), 0x17770551);
  }
});
