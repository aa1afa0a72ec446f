import assert from 'node:assert/strict';
import { it } from 'node:test';
import { namePattern } from '../../lib/datacollection/name-pattern.js';

// What Python 3.11's fnmatch.fnmatchcase says.
const cases: [pattern: string, fits: string[], not: string[]][] = [
  ['das1', ['das1'], ['das', 'das12', 'xdas1']],
  ['das*', ['das', 'das1', 'das/x', 'das\n'], ['Das1']],
  ['d?s', ['das', 'd.s'], ['ds', 'daas']],
  ['[ab]x', ['ax', 'bx'], ['cx', '[ab]x']],
  ['[!ab]x', ['cx'], ['ax', 'x']],
  ['[a-c]1', ['b1'], ['d1', '-1']],
  ['[]x]', [']', 'x'], ['[]x]']],
  ['[!]x]', ['a'], [']', 'x']],
  ['[x', ['[x'], ['x']],
  ['[^a]', ['^', 'a'], ['b']],
  ['[z-a]*', [], ['z', 'a', '-', '']],
  ['[!z-a]x', ['ax', '-x'], ['x']],
  ['[xz-ay]', ['x', 'y'], ['z', 'a', '-']],
  ['[a-]', ['a', '-'], ['b']],
  ['[-a]', ['a', '-'], ['b']],
  ['[a-c-e]', ['b', '-', 'e'], ['d']],
  ['[\\-^]', ['\\', ']', '^'], ['[', '_']],
  ['a.b', ['a.b'], ['axb']],
  ['(a|b)+', ['(a|b)+'], ['a', 'aa']],
  ['', [''], ['a']],
];

for (const [pattern, fits, not] of cases)
  it(`the pattern ${JSON.stringify(pattern)} is that of fnmatch`, () => {
    const test = namePattern(pattern);
    for (const name of fits) assert.equal(test(name), true, name);
    for (const name of not) assert.equal(test(name), false, name);
  });
