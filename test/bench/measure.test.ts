import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measure, summarize } from '../../bench/measure.js';
import { resultsPage, verdicts } from '../../bench/page.js';

describe('bench', () => {
  it('median and quartiles are those of numpy', () => {
    // np.quantile([4, 1, 3, 2], [0.25, 0.5, 0.75])
    assert.deepEqual(summarize([4, 1, 3, 2]), { median: 2.5, min: 1, quartiles: [1.75, 3.25] });
    assert.deepEqual(summarize([7]), { median: 7, min: 7, quartiles: [7, 7] });
    assert.throws(() => summarize([]), RangeError);
  });

  it('contenders take turns, warm-up does not count', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({ name, sample: async () => order.push(name) });
    const measured = await measure([contender('a'), contender('b')], { warmUp: 1, samples: 2 });
    assert.deepEqual(order, ['a', 'b', 'b', 'a', 'a', 'b']);
    assert.deepEqual(measured, [
      { name: 'a', samples: [4, 5] },
      { name: 'b', samples: [3, 6] },
    ]);
  });

  it('says where dasflow loses, where it wins, and where nobody can tell', () => {
    const result = (ours: number[], theirs: number[]) => ({
      title: 't',
      bytes: 1e6,
      notes: [],
      measured: [
        { name: 'dasflow', samples: ours },
        { name: 'peer', samples: theirs },
      ],
    });
    assert.match(verdicts(result([30, 31, 32], [10, 11, 12]))[0]!, /\*\*dasflow loses\*\*: it takes 2\.8 times/);
    assert.match(verdicts(result([1, 1, 1], [20, 20, 20]))[0]!, /1\/20 of the time of peer/);
    assert.match(verdicts(result([10, 12, 14], [11, 13, 15]))[0]!, /not told apart/);
    const page = resultsPage({
      command: 'npm run bench -- --quick',
      date: new Date(0),
      machine: ['machine'],
      versions: ['versions'],
      plan: { warmUp: 1, samples: 3, quick: true },
      answers: [
        {
          question: { name: 'q', title: 'Q', method: 'How.', run: async () => [] },
          cases: [result([2e6, 2e6, 2e6], [1e6, 1e6, 1e6])],
        },
      ],
      usage: [],
    });
    assert.match(page, /\| dasflow \| 2\.00 \| 2\.00 \| 2\.00 to 2\.00 \| 500 \|/);
    assert.match(page, /dasflow loses/);
    assert.match(page, /A quick run/);
    assert.match(page, /not to be edited/);
  });
});
