/** Question: how fast do files go through a filter and a decimation into files? */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataArrayWriter, process as run, Sequential } from '../lib/index.js';
import { benchChunks, specTitle } from './bench-array.js';
import { measure } from './measure.js';
import { bandPassAndDecimate, pipelineStages } from './pipeline-stages.js';
import type { Question } from './question.js';

const files = 20;
const spec = { shape: [1000, 1000], dtype: 'float32' } as const;

/** Files of a recording without gaps, as a stream of them was written. */
async function writeRecording(folder: string): Promise<number> {
  const chunks = [...benchChunks(spec, files)];
  await pipeline(Readable.from(chunks), new DataArrayWriter(folder, { createDirs: true }));
  return files * chunks[0]!.nbytes;
}

export const filesToFiles: Question = {
  name: 'files-to-files',
  title: 'Files to files',
  method:
    `${files} NetCDF files of ${specTitle(spec)}, opened as one array, read file by file, band-passed from 1 to 10 Hz (Butterworth, order 4), ` +
    'decimated by 4 (FIR) and written as NetCDF files: `process(atom, loader, writer)` of dasflow and of xdas 0.2.10, both with ' +
    'their own threads, from the first file opened to the last one closed. The files are in the page cache. Time for all of them.',
  async run({ plan, peer, log }) {
    const python = await peer();
    const folder = await mkdtemp(join(tmpdir(), 'dasflow-bench-'));
    try {
      const source = join(folder, 'source');
      const bytes = await writeRecording(source);
      const title = `${files} files of ${specTitle(spec)}`;
      log(title);
      const measured = await measure(
        [
          {
            name: 'dasflow',
            async sample() {
              const out = await mkdtemp(join(folder, 'ours-'));
              const start = process.hrtime.bigint();
              await run(new Sequential({ atoms: bandPassAndDecimate() }), source, out, {
                chunks: { time: spec.shape[0] },
              });
              const elapsed = Number(process.hrtime.bigint() - start);
              await rm(out, { recursive: true });
              return elapsed;
            },
          },
          {
            name: 'xdas 0.2.10',
            async sample() {
              const out = await mkdtemp(join(folder, 'theirs-'));
              const { nanoseconds } = await python.call<{ nanoseconds: number }>('time_files', {
                paths: join(source, '*'),
                out,
                stages: pipelineStages,
                chunks: { time: spec.shape[0] },
              });
              await rm(out, { recursive: true });
              return nanoseconds;
            },
          },
        ],
        plan,
      );
      return [{ title, bytes, notes: [], measured }];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
