import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { mostGarbage } from '../lib/external-garbage.js';

/** Most bytes of buffers that a process held while it made many large ones and kept none. */
function mostHeld(counted: boolean): number {
  const url = new URL('../lib/external-garbage.js', import.meta.url).href;
  const script = `
    import { countExternal } from ${JSON.stringify(url)};
    const size = 1 << 22;
    let most = 0;
    for (let k = 0; k < 200; k++) {
      const buffer = Buffer.allocUnsafeSlow(size);
      buffer[k] = 1;
      if (${counted}) countExternal(size);
      most = Math.max(most, process.memoryUsage().arrayBuffers);
      await new Promise(setImmediate);
    }
    console.log(JSON.stringify([most, typeof globalThis.gc]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(stderr, '');
  const [most, gc] = JSON.parse(stdout) as [number, string];
  assert.equal(gc, 'undefined', 'the collector is no global');
  return most;
}

test('memory that is counted is freed soon after its use; a control that does not count holds more', () => {
  const counted = mostHeld(true);
  // What came since, and what came in the round before and was young then.
  assert.ok(counted < 3 * mostGarbage, `${counted} bytes`);
  const control = mostHeld(false);
  assert.ok(control > 1.5 * counted, `${control} bytes without counting, ${counted} with it`);
});
