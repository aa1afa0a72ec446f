import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, editDistance, hint } from '../../lib/processing/did-you-mean.js';

const atoms = ['Filter', 'FIRFilter', 'IIRFilter', 'DownSample', 'STALTA', 'Trigger'];

test('a mistyped name finds the nearest', () => {
  for (const [word, near] of [
    ['Fitler', 'Filter'],
    ['filter', 'Filter'],
    ['StaLta', 'STALTA'],
    ['Downsmple', 'DownSample'],
    ['Triger', 'Trigger'],
    ['Bandpass', null],
    ['x', null],
  ] as const)
    assert.equal(didYouMean(word, atoms), near, word);
  assert.equal(hint('Triger', atoms), ' (did you mean Trigger?)');
  assert.equal(hint('Bandpass', atoms), '');
});

test('insertions, deletions, replacements and swaps of neighbours count one', () => {
  assert.equal(editDistance('abc', 'abc'), 0);
  assert.equal(editDistance('abc', 'acb'), 1);
  assert.equal(editDistance('abc', 'abxc'), 1);
  assert.equal(editDistance('abc', 'ab'), 1);
  assert.equal(editDistance('abc', 'axc'), 1);
  assert.equal(editDistance('', 'abc'), 3);
});
