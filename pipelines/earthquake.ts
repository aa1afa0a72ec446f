/**
 * The main job (`npm start`): a process of its own replays a recorded earthquake as live ZeroMQ packets at ten times real
 * time; this one runs earthquake.yaml on them, and when the stream has ended draws what came of it.
 *
 *     node dist/pipelines/earthquake.js [OUT_FOLDER]        default: out/earthquake
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  formatBytes,
  formatTime,
  Monitor,
  monitorLine,
  openMfDataArray,
  readCsv,
  runPipeline,
  waterfall,
  type ZMQSubscriberStatistics,
} from '../lib/index.js';
import { busiestMoments } from './busiest-moments.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const recording = join(root, 'pipelines', 'data', 'earthquake.nc');
const out = resolve(process.argv[2] ?? join(root, 'out', 'earthquake'));
const PACE = 10;

/** Starts the replay in a process of its own; resolves with its address, and with what it says at its end. */
async function startReplay(): Promise<{ address: string; done: Promise<string> }> {
  const command = join(root, 'dist', 'lib', 'cli', 'main.js');
  const args = [command, 'replay', recording, '--to', 'tcp://127.0.0.1:*', '--pace', String(PACE), '--zfp', '1e-3'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const lines: string[] = [];
  const done = new Promise<string>((ended, failed) => {
    child.once('error', failed);
    child.once('close', (code) =>
      code === 0 ? ended(lines.at(-1) ?? '') : failed(new Error(`the replay ended with exit code ${code}`)),
    );
  });
  const address = await new Promise<string>((found, failed) => {
    done.catch(failed);
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const match = / on (tcp:\S+)$/.exec(line);
      if (match) found(match[1]);
    });
  });
  return { address, done };
}

/** One line a second where there is no terminal to draw on. */
function showProgress(monitor: Monitor): () => void {
  if (process.stderr.isTTY) return () => monitor.close();
  const timer = setInterval(() => process.stdout.write(`  ${monitorLine(monitor.snapshot())}\n`), 1000);
  return () => clearInterval(timer);
}

await rm(out, { recursive: true, force: true });
const before = await openMfDataArray(recording);
const { address, done } = await startReplay();
console.log(`replaying ${relative(process.cwd(), recording)} at ${PACE} times real time on ${address}`);

const monitor = new Monitor({ total: before.nbytes });
const hideProgress = showProgress(monitor);
const run = await runPipeline(join(root, 'pipelines', 'earthquake.yaml'), {
  parameters: { SOURCE: address, OUT: out },
  monitor,
});
hideProgress();
const sent = Number(/sent (\d+) packets/.exec(await done)?.[1]);

const picks = await readCsv(join(out, 'picks.csv'), {
  time: 'datetime64[ns]',
  distance: 'float64',
  value: 'float64',
});
const after = await openMfDataArray(join(out, 'chunks'));
const picture = join(out, 'waterfall.png');
await waterfall(
  [
    { data: await before.load(), title: 'As recorded, 100 Hz', normalize: 'channel' },
    {
      data: await after.load(),
      title: 'As received: 1 to 10 Hz, 50 Hz, with STA/LTA picks',
      normalize: 'channel',
      picks,
    },
  ],
  { path: picture, width: 1280, height: 900, title: 'Earthquake of 2016-03-21 on a fibre at Brady Hot Springs' },
);

const { received, lost, malformed, bytes } = run.source.statistics as ZMQSubscriberStatistics;
const moments = busiestMoments(picks, 2);
const here = (path: string) => relative(process.cwd(), path) || '.';
const rows: [string, string | number][] = [
  ['packets sent', sent],
  ['packets received', received],
  ['packets lost', lost],
  ['packets malformed', malformed],
  ['bytes on the wire', `${bytes} (${formatBytes(bytes)})`],
  ['compression ratio', (run.bytes / bytes).toFixed(2)],
  ['picks', picks.length],
  ...moments.map(({ time, channels }, index): [string, string] => [
    `busiest moment ${index + 1}`,
    `${formatTime(time, 3)} UTC, ${channels} channels within a second`,
  ]),
  ['chunks', here(join(out, 'chunks'))],
  ['picks table', here(join(out, 'picks.csv'))],
  ['picture', here(picture)],
];
console.log(rows.map(([name, value]) => `${name.padEnd(18)} ${value}`).join('\n'));
if (lost > 0 || malformed > 0) process.exitCode = 1;
