/**
 * The first example, declared: an array is published in five ZFP packets by one process (seed-publish.yaml) and received by
 * another (seed-subscribe.yaml); what was received is what was sent, to the accuracy that was asked for.
 *
 *     node dist/pipelines/seed.js [OUT_FOLDER]        default: out/seed
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DataArrayWriter, openDataArray, openMfDataArray, runPipeline, synthetics } from '../lib/index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = resolve(process.argv[2] ?? join(root, 'out', 'seed'));
const yaml = (name: string) => join(root, 'pipelines', name);
const ACCURACY = 1e-6;

/** Starts the publisher in a process of its own; resolves with its address, and with its end. */
async function startPublisher(data: string): Promise<{ address: string; done: Promise<void> }> {
  const command = join(root, 'dist', 'lib', 'cli', 'main.js');
  const args = [command, 'run', yaml('seed-publish.yaml'), '--param', `DATA=${data}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const done = new Promise<void>((ended, failed) => {
    child.once('error', failed);
    child.once('close', (code) =>
      code === 0 ? ended() : failed(new Error(`the publisher ended with exit code ${code}`)),
    );
  });
  const address = await new Promise<string>((found, failed) => {
    done.catch(failed);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = / to (tcp:\S+)$/.exec(line);
      if (match) found(match[1]!);
    });
  });
  return { address, done };
}

await rm(out, { recursive: true, force: true });
const writer = new DataArrayWriter(join(out, 'data'), { createDirs: true });
await writer.submit(synthetics.dummy());
writer.end();
const data = writer.paths[0]!;
const { address, done } = await startPublisher(data);
const run = await runPipeline(yaml('seed-subscribe.yaml'), {
  parameters: { URL: address, OUT: join(out, 'received') },
});
await done;

const sent = await (await openDataArray(data)).load();
const received = await (await openMfDataArray(join(out, 'received'))).load();
const error = Math.max(...Array.from(sent.values as Float64Array, (x, i) => Math.abs(x - Number(received.values[i]))));
const { received: packets, lost } = run.source.statistics as { received: number; lost: number };
const alike = received.with({ data: sent.data }).equals(sent) && error <= ACCURACY;
console.log(`${packets} packets received, ${lost} lost, in ${relative(process.cwd(), out)}`);
console.log(`${alike ? 'equal' : 'NOT EQUAL'}: coordinates the same, values within ${error} (accuracy ${ACCURACY})`);
if (!alike || lost > 0) process.exitCode = 1;
