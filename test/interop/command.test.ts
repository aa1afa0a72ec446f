import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DataArrayWriter, getFreePort, split } from '../../lib/index.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, assertSame, describeArray } from './description.js';
import { wave } from './wave.js';

const command = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));
const recording = wave({ samples: 1000, channels: 20 });

/** Runs the command to its end; fails with what it printed if it does not end well within `deadline` milliseconds. */
async function dasflow(args: string[], deadline = 60_000): Promise<string> {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => printed.push(text));
  const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  assert.equal(code, 0, `dasflow ${args.join(' ')}: ${signal ?? `exit code ${code}`}\n${printed.join('')}`);
  return printed.join('');
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dasflow-interop-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describePeers('the command', (suite) => {
  const greets = suite.version !== '0.2.7';

  it('replays a recording to a Python subscriber', suite.options, () =>
    withFolder(async (folder) => {
      await mkdir(join(folder, 'input'));
      await pipeline(split(recording, 3), new DataArrayWriter(join(folder, 'input')));
      const address = `tcp://127.0.0.1:${await getFreePort()}`;
      const subscribing = suite.peer.start<{ received: number; surplus: number; differences: object[] }>('subscribe', {
        address,
        count: 20,
        expected: { arrays: split(recording, 20).map(describeArray) },
      });
      await subscribing.event('connected');
      const options = ['--chunks', '50', '--pace', 'max', '--wait-for', '1', ...(greets ? [] : ['--no-greeting'])];
      await dasflow(['replay', join(folder, 'input'), '--to', address, ...options]);
      const { received, surplus, differences } = await subscribing.result;
      assert.deepEqual({ received, surplus, differences }, { received: 20, surplus: 0, differences: [] });
    }),
  );
});

describePeers(
  'the command',
  (suite) => {
    it('records what Python publishes, for Python to open', suite.options, () =>
      withFolder(async (folder) => {
        const out = join(folder, 'out');
        const source = { arrays: [describeArray(recording)], split: 10 };
        const encoding = { chunks: [20, 20], codec: ['Zfp', { reversible: true }] };
        const publishing = suite.peer.start('publish', { source, encoding, describePackets: false });
        const { address } = await publishing.event('bound');
        await dasflow(['record', address as string, '--out', out, '--count', '10', '--timeout', '30']);
        await publishing.result;
        assert.equal((await readdir(out)).length, 10);
        const { array, difference } = await suite.peer.call<{ array: ArrayDescription; difference: string | null }>(
          'open_files',
          { paths: join(out, '*'), expected: describeArray(recording) },
        );
        assert.equal(difference, null);
        assertSame(array, recording);
      }),
    );
  },
  ['0.2.10'],
);
