// A made-up OptoDAS instrument for a while, after a build:
//   node scripts/soak-instrument.mjs [--seconds 60] [--channels 16002] [--rate 100] [--samples 10]
// `dasflow simulate` in a process of its own, in real time, dropping for whoever is slow; here an ASNSubscriber, a band-pass filter and a decimation to
// half the rate. Prints memory every 5 s and the share of processors; exits 1 if anything was lost (by the counters and by the output) or memory grew by more than
// a quarter and 32 MiB since the first look.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ASNSubscriber, Filter, processor, Resample, Sequential } from '../dist/lib/index.js';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    channels: { type: 'string', default: '16002' },
    rate: { type: 'string', default: '100' },
    samples: { type: 'string', default: '10' },
  },
});
const [seconds, channels, rate, samples] = ['seconds', 'channels', 'rate', 'samples'].map((name) => {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`--${name} is ${options[name]}; allowed: whole numbers from 1 on`);
});
const LOOK = 5000;
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);

const command = fileURLToPath(new URL('../dist/lib/cli/main.js', import.meta.url));
const instrument = spawn(
  process.execPath,
  [
    command,
    ...['simulate', '--to', 'tcp://127.0.0.1:*', '--wait-for', '1', '--duration', String(seconds)],
    ...['--channels', String(channels), '--rate', String(rate), '--samples', String(samples)],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let said = '';
const address = await new Promise((resolve, reject) => {
  instrument.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
    const found = /on (asn\+tcp:\/\/\S+)/.exec(said);
    if (found) resolve(found[1]);
  });
  instrument.on('exit', (code) => reject(new Error(`the simulator ended with ${code}`)));
});
const ended = once(instrument, 'exit');

/** Processor seconds and bytes of memory of the simulator, where the system tells them. */
function ofInstrument() {
  const folder = `/proc/${instrument.pid}`;
  if (!existsSync(folder)) return null;
  const fields = readFileSync(`${folder}/stat`, 'utf8').split(') ')[1].split(' ');
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`${folder}/status`, 'utf8'));
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, rss: Number(resident?.[1] ?? 0) * 1024 };
}

const total = seconds * rate;
const subscriber = new ASNSubscriber(address, { timeout: 30 });
const looks = [];
let [came, wrong] = [0, 0];
let next = null;
const out = new Writable({
  objectMode: true,
  highWaterMark: 1,
  write(chunk, _encoding, callback) {
    // every label follows the one before
    const time = chunk.coords.axis('time');
    if (next !== null && time.start !== next) wrong++;
    next = time.start + BigInt(chunk.sizes.time) * BigInt(Math.round(2e9 / rate));
    came += chunk.sizes.time;
    callback();
  },
});
const started = performance.now();
const before = process.cpuUsage();
const look = () => {
  const { rss } = process.memoryUsage();
  const other = ofInstrument();
  looks.push({ rss, other });
  const { received, gaps } = subscriber.statistics;
  console.log(
    `${String(Math.round((performance.now() - started) / 1000)).padStart(4)} s: ${mebibytes(rss)} MiB here${other ? `, ${mebibytes(other.rss)} MiB the simulator` : ''}; ${received} messages, ${gaps} gaps`,
  );
};
const timer = setInterval(look, LOOK);

/** The messages of the simulation, and then the end: an instrument has none. */
async function* messages() {
  let got = 0;
  for await (const da of subscriber) {
    yield da;
    got += da.sizes.time;
    // what was lost has been counted as missing
    if (got + subscriber.statistics.missingSamples >= total) return;
  }
}
console.log(`${channels} channels at ${rate} Hz, ${samples} samples a message, for ${seconds} s, from ${address}`);
const atom = new Sequential([new Filter({ freq: [1, rate / 5] }), new Resample({ rate: rate / 2 })]);
await pipeline(messages, processor(atom), out);
clearInterval(timer);
const took = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
const there = looks.at(-1)?.other?.cpu;
look();
await subscriber.close();
const [code] = await ended;
console.log(said.trim().split('\n').at(-1));

const { received, bytes, gaps, missingSamples, malformed, headerless, restarts } = subscriber.statistics;
const [first, last] = [looks[0].rss, looks.at(-1).rss];
console.log(
  `received ${received} messages (${mebibytes(bytes)} MiB, ${(bytes / took / 1e6).toFixed(1)} MB/s), ${gaps} gaps, ${missingSamples} samples missing, ${malformed} malformed, ${headerless} without a header, ${restarts} restarts; ${came} samples came out`,
);
console.log(
  `memory: first ${mebibytes(first)} MiB, last ${mebibytes(last)} MiB, peak ${mebibytes(process.resourceUsage().maxRSS * 1024)} MiB; ` +
    `processors: ${((user + system) / 1e4 / took).toFixed(0)} % of one here${there === undefined ? '' : `, ${((100 * there) / took).toFixed(0)} % the simulator`}`,
);
const problems = [];
const expected = Math.ceil(total / samples);
if (code !== 0) problems.push(`the simulator ended with ${code}`);
if (received !== expected || gaps > 0 || malformed > 0 || headerless > 0 || restarts > 0)
  problems.push(`not all of ${expected} messages arrived as they were sent`);
if (came !== Math.ceil(total / 2) || wrong > 0)
  problems.push(`${came} samples came out, not ${Math.ceil(total / 2)}; ${wrong} breaks between chunks`);
if (last > 1.25 * first + 32 * 2 ** 20) problems.push('memory grew');
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
