import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { it } from 'node:test';
import {
  atomFromSpec,
  DataArrayLoader,
  DataArrayWriter,
  type Encoding,
  openMfDataArray,
  process,
  processor,
  runPipeline,
  split,
  zfp,
} from '../../lib/index.js';
import { assertClose } from './assert-close.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, describeArray } from './description.js';
import { wave } from './wave.js';

const stages = [{ Filter: { freq: [1, 10] } }, { Resample: { rate: 50 } }];
const chunks = { time: 100 };

/** Contents of the files of a folder, by name. */
async function contents(folder: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(folder)).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}

describePeers(
  'one pipeline, three ways to write it',
  (suite) => {
    for (const [name, encoding, yaml] of [
      ['plain', undefined, ''],
      [
        'ZFP',
        { chunks: [25, 8], ...zfp({ accuracy: 1e-6 }) },
        'encoding: { chunks: { time: 25, distance: 8 }, zfp: { accuracy: 1e-6 } }',
      ],
    ] as [string, Encoding | undefined, string][])
      it(`gives identical files, and what xdas gives, ${name}`, suite.options, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'dasflow-interop-'));
        try {
          const at = (part: string) => join(folder, part);
          const recording = wave({ samples: 1000, channels: 8 });
          for (const part of ['input', 'streams', 'process', 'yaml']) await mkdir(at(part));
          await pipeline(split(recording, 4), new DataArrayWriter(at('input')));

          await pipeline(
            new DataArrayLoader(at('input/*'), chunks),
            processor(atomFromSpec(stages)),
            new DataArrayWriter(at('streams'), { encoding }),
          );
          await process(atomFromSpec(stages), at('input/*'), new DataArrayWriter(at('process'), { encoding }), {
            chunks,
          });
          await writeFile(
            at('job.yaml'),
            [
              "source: { url: 'input/*', chunks: { time: 100 } }",
              'process:',
              '  - Filter: { freq: [1, 10] }',
              '  - Resample: { rate: 50 }',
              `sink: { url: yaml${yaml && `, ${yaml}`} }`,
              '',
            ].join('\n'),
          );
          await runPipeline(at('job.yaml'));

          const written = await contents(at('streams'));
          assert.ok(written.size >= 9, `${written.size} files`);
          for (const way of ['process', 'yaml']) assert.deepEqual(await contents(at(way)), written, way);

          const source = { arrays: [describeArray(recording)] };
          const { array } = await suite.peer.call<{ array: ArrayDescription }>('apply', { stages, source, chunks });
          const result = await (await openMfDataArray(at('streams/*'))).load();
          // the encoding's accuracy, relative to values of about one, is on top where it is lossy
          assertClose(result, array, encoding ? 2e-6 : 1e-12);
        } finally {
          await rm(folder, { recursive: true });
        }
      });
  },
  ['0.2.10'],
);
