// Filters and decimates an archive that is larger than memory, after a build:
//   node scripts/process-archive.mjs [--gigabytes 20] [--limit 400] [--file 64] [--channels 2000] [--chunk 4s] [--filled 0.05] [--folder DIR] [--json]
// NetCDF files of --file MB each, as one stream at 100 Hz, through Filter and Resample into NetCDF with ZFP: `process()` from a DataArrayLoader into a
// DataArrayWriter, in a process of its own. All but the first --filled of each file are zeros, which take no room on the disk (holes), but are read, filtered and written like
// any other sample. Prints the peak of memory; exits 1 if that is --limit MB or more, or if what was written is not of the right length. Everything is
// removed at the end.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  DataArray,
  DataArrayLoader,
  DataArrayWriter,
  encodePacket,
  Filter,
  InterpCoordinate,
  Resample,
  process as run,
  Sequential,
} from '../dist/lib/index.js';

const { values: options } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '20' },
    limit: { type: 'string', default: '400' },
    file: { type: 'string', default: '64' },
    channels: { type: 'string', default: '2000' },
    chunk: { type: 'string', default: '4s' },
    filled: { type: 'string', default: '0.05' },
    folder: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
    // what the processes that this one starts do
    part: { type: 'string' },
  },
});
const [gigabytes, limit, megabytes, channels, filled] = ['gigabytes', 'limit', 'file', 'channels', 'filled'].map(
  (name) => {
    const value = Number(options[name]);
    if (value > 0) return value;
    throw new RangeError(`--${name} is ${options[name]}; allowed: numbers above 0`);
  },
);
const rows = Math.max(1, Math.round((megabytes * 1e6) / (4 * channels)));
const files = Math.max(1, Math.round((gigabytes * 1e9) / (4 * channels * rows)));
const START = 1_704_067_200_000_000_000n;
const STEP = 10_000_000n;
const HOLE = 65536;

const filteredThenHalved = () =>
  new Sequential([new Filter({ freq: [1, 20], dtype: 'float32' }), new Resample({ rate: 50, dtype: 'float32' })]);

/** Writes the archive; stretches of zeros are not written. */
async function generate(folder) {
  const data = new Float32Array(rows * channels);
  let seed = 1;
  for (let index = 0; index < files; index++) {
    const end = Math.ceil(rows * filled) * channels;
    for (let k = 0; k < end; k++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      data[k] = seed / 2 ** 31;
    }
    const start = START + BigInt(index * rows) * STEP;
    const bytes = await encodePacket(
      new DataArray({
        data,
        shape: [rows, channels],
        dims: ['time', 'distance'],
        coords: {
          time: InterpCoordinate.fromBlock(start, rows, STEP, { dim: 'time', dtype: 'datetime64[ns]' }),
          distance: InterpCoordinate.fromBlock(0, channels, 10, { dim: 'distance' }),
        },
      }),
    );
    const file = await open(join(folder, `${String(index).padStart(6, '0')}.nc`), 'w');
    await file.truncate(bytes.length);
    const nothing = Buffer.alloc(HOLE);
    for (let at = 0; at < bytes.length; at += HOLE) {
      const part = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(HOLE, bytes.length - at));
      if (!part.equals(nothing.subarray(0, part.length))) await file.write(part, 0, part.length, at);
    }
    await file.close();
  }
}

async function processed(source, out) {
  const writer = new DataArrayWriter(out, { encoding: { zfp: { accuracy: 1e-3 } } });
  const result = await run(filteredThenHalved(), new DataArrayLoader(source, { time: options.chunk }), writer);
  const time = result.coords.axis('time');
  return {
    shape: result.shape,
    regular: time.samplingInterval === 2n * STEP,
    seconds: performance.now() / 1000,
    peak: process.resourceUsage().maxRSS * 1024,
    ...writer.statistics,
  };
}

if (options.part !== undefined) {
  const [source, out] = ['archive', 'out'].map((name) => join(options.folder, name));
  if (options.part === 'generate') await generate(source);
  else process.send(await processed(source, out));
  process.disconnect();
} else {
  const folder = mkdtempSync(join(options.folder, 'dasflow-archive-'));
  const say = options.json ? () => {} : console.log;
  /** Runs a part in a process of its own, so that the memory of one is not counted with that of another. */
  const part = async (name) => {
    const args = Object.entries({ ...options, folder, part: name })
      .filter(([, value]) => typeof value === 'string')
      .map(([key, value]) => `--${key}=${value}`);
    const child = fork(fileURLToPath(import.meta.url), args);
    let answer;
    child.on('message', (message) => {
      answer = message;
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${name} ended with ${code}`);
    return answer;
  };
  try {
    for (const name of ['archive', 'out']) mkdirSync(join(folder, name));
    const began = performance.now();
    await part('generate');
    const stats = readdirSync(join(folder, 'archive')).map((name) => statSync(join(folder, 'archive', name)));
    const sum = (of) => stats.reduce((total, each) => total + of(each), 0);
    const size = sum(({ size }) => size);
    say(
      `${files} files, ${(size / 1e9).toFixed(2)} GB (${(sum(({ blocks }) => blocks * 512) / 1e9).toFixed(2)} GB on the disk), written in ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    const result = await part('process');
    const peak = result.peak / 1e6;
    say(
      `${result.files} files of ${(result.bytes / 1e6).toFixed(1)} MB together, an array of (${result.shape.join(', ')}), in ${result.seconds.toFixed(0)} s (${(size / 1e6 / result.seconds).toFixed(0)} MB/s)`,
    );
    say(`peak of memory: ${peak.toFixed(0)} MB; allowed: less than ${limit} MB`);
    if (options.json) console.log(JSON.stringify({ ...result, size }));
    const length = Math.ceil((files * rows) / 2);
    if (result.shape[0] !== length || result.shape[1] !== channels || !result.regular)
      throw new Error(`what was written is (${result.shape.join(', ')}), not (${length}, ${channels}), evenly spaced`);
    if (!(peak < limit)) throw new Error(`it took ${peak.toFixed(0)} MB, not less than ${limit} MB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
