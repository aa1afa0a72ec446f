import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import {
  concatenate,
  DataArray,
  DataArrayLoader,
  DataArrayWriter,
  type Encoding,
  gzip,
  RealTimeLoader,
  split,
  zfp,
} from '../../lib/index.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, assertSame, describeArray, differences } from './description.js';
import { wave } from './wave.js';

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dasflow-interop-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describePeers('files', (suite) => {
  const regularity = suite.version !== '0.2.7';
  const recording = wave({ samples: 500, channels: 12 });
  const encodings: [name: string, encoding: Encoding | undefined, theirs: object | null][] = [
    ['plain', undefined, null],
    ['gzip', { chunks: [20, 12], ...gzip() }, { chunks: [20, 12], compression: 'gzip' }],
    [
      'ZFP',
      { chunks: [20, 12], ...zfp({ reversible: true }) },
      { chunks: [20, 12], codec: ['Zfp', { reversible: true }] },
    ],
  ];

  for (const [name, encoding, theirs] of encodings) {
    it(`of DataArrayWriter open with open_mfdataarray, ${name}`, suite.options, () =>
      withFolder(async (folder) => {
        const writer = new DataArrayWriter(folder, { encoding });
        for (const chunk of split(recording, 10)) await writer.submit(chunk);
        await new Promise<void>((resolve, reject) => {
          writer.once('error', reject);
          writer.end(resolve);
        });
        assert.equal(writer.paths.length, 10);
        const { array, difference } = await suite.peer.call<{ array: ArrayDescription; difference: string | null }>(
          'open_files',
          { paths: join(folder, '*'), expected: describeArray(recording) },
        );
        assert.equal(difference, null);
        assertSame(array, recording, { regularity });
      }),
    );

    it(`of xdas open with DataArrayLoader, ${name}`, suite.options, () =>
      withFolder(async (folder) => {
        const { array } = await suite.peer.call<{ array: ArrayDescription }>('write_files', {
          folder,
          source: { arrays: [describeArray(recording)], split: 7 },
          encoding: theirs,
        });
        const chunks: DataArray[] = [];
        for await (const chunk of new DataArrayLoader(join(folder, '*'), { time: 60 })) chunks.push(chunk);
        assert.equal(chunks.length, Math.ceil(500 / 60));
        assertSame(concatenate(chunks), array);
      }),
    );
  }

  it('with a gap between two of them keep it', suite.options, () =>
    withFolder(async (folder) => {
      const parts = [
        recording.isel({ time: { start: 0, stop: 200 } }),
        recording.isel({ time: { start: 260, stop: 500 } }),
      ];
      const whole = concatenate(parts);
      const writer = new DataArrayWriter(folder);
      for (const part of parts) await writer.submit(part);
      const { array, difference } = await suite.peer.call<{ array: ArrayDescription; difference: string | null }>(
        'open_files',
        { paths: join(folder, '*'), expected: describeArray(whole) },
      );
      assert.equal(difference, null);
      assert.notDeepEqual(differences(array, describeArray(recording)), []);
      assert.ok(whole instanceof DataArray);
      writer.destroy();
    }),
  );

  it('come into a watched folder, whole and in order, while it writes them', suite.options, () =>
    withFolder(async (folder) => {
      const loader = new RealTimeLoader(folder);
      const reading = (async () => {
        const got: DataArray[] = [];
        for await (const chunk of loader) if (got.push(chunk) === 10) break;
        return got;
      })();
      await once(loader, 'open');
      const { array } = await suite.peer.call<{ array: ArrayDescription }>('write_files', {
        folder,
        source: { arrays: [describeArray(recording)], split: 10 },
      });
      assertSame(concatenate(await reading), array);
      const { found, read, late, changed } = loader.statistics;
      assert.deepEqual({ found, read, late, changed }, { found: 10, read: 10, late: 0, changed: 0 });
    }),
  );
});
