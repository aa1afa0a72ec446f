import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadState, processor, process as run, saveState } from '../../lib/index.js';

test('what is no atom is told by whoever wants one', async () => {
  const no = null as never;
  const told = (who: string) => ({ code: 'BAD_ARGUMENT', message: `${who}: [object Null] is no atom` });
  await assert.rejects(run(no, []), told('process'));
  await assert.rejects(saveState(no), told('saveState'));
  await assert.rejects(loadState(no, new Uint8Array(1)), told('loadState'));
  assert.throws(() => processor(no), told('processor'));
});
