// Fuzzes what receives an OptoDAS stream, after a build:
//   node scripts/fuzz-asn.mjs [--messages 100000] [--seed 1]
// Damaged headers and data frames go over a real socket to an ASNSubscriber, each followed by good ones, so that what came of it can be
// counted: it must be a header, data, data without a header, or malformed (by code), and all of that must add up to what was sent.
// Prints the counts and the memory taken; exits 1 where they do not add up, anything is thrown, or memory grows by more than 64 MiB.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { XPublisher } from 'zeromq';
import { ASNSubscriber } from '../dist/lib/index.js';
import { anyHeader, header } from '../dist/test/packets/asn/headers.js';

const { values: options } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [total, seed] = [options.messages, options.seed].map(Number);
if (!(Number.isInteger(total) && total > 0))
  throw new RangeError(`--messages is ${options.messages}; allowed: 1 and more`);
const BATCH = 1000;
const GROWTH = 64 * 2 ** 20;
const START = 1_704_067_200_000_000_000n;

/** Data of 3 x 5 float32, all of them `value`. */
function frame(index, value = index) {
  const bytes = new Uint8Array(68);
  new DataView(bytes.buffer).setBigInt64(0, START + BigInt(index) * 30_000_000n, true);
  new Float32Array(bytes.buffer, 8).fill(value);
  return bytes;
}

const text = (object) => new Uint8Array(Buffer.from(JSON.stringify(object) ?? ''));
const good = text(header());
const wider = text(header({ nChannels: 6, bytesPerPackage: 24, roiTable: [{ roiStart: 0, roiEnd: 5, roiDec: 1 }] }));

/** Bytes with some replaced, cut off, put in, or put at the end. */
const damaged = (of) =>
  fc
    .tuple(
      of,
      fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'cut', 'insert')), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([bytes, changes]) => {
      const out = [...bytes];
      for (const [at, byte, how] of changes) {
        const place = at % (out.length + 1);
        if (how === 'set') out[Math.min(place, out.length - 1)] = byte;
        else if (how === 'insert') out.splice(place, 0, byte);
        else out.length = place;
      }
      return Uint8Array.from(out);
    });
const data = fc.oneof(
  fc.uint8Array({ minLength: 68, maxLength: 68 }),
  fc.nat(1000).map((index) => frame(index)),
);
const kinds = {
  'damaged header': damaged(fc.constantFrom(good, wider)),
  'made-up header': anyHeader.map(text),
  'damaged data': damaged(data),
  'data of any bits': data,
  'any bytes': fc.uint8Array({ maxLength: 200 }),
  'several frames': fc.array(fc.oneof(data, fc.constant(good)), { minLength: 2, maxLength: 3 }),
};
const message = fc.oneof(
  ...Object.entries(kinds).map(([kind, arbitrary]) => arbitrary.map((bytes) => ({ kind, bytes }))),
);

const megabytes = () => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().rss / 2 ** 20);
};

const socket = new XPublisher({ verbosity: 'allSubsUnsubs', sendHighWaterMark: 0, linger: 0 });
socket.welcomeMessage = Buffer.from(good);
await socket.bind('tcp://127.0.0.1:*');
const subscriber = new ASNSubscriber(socket.lastEndpoint, { timeout: 60 });
const codes = {};
let changes = 0;
subscriber.on('malformed', ({ code }) => (codes[code] = (codes[code] ?? 0) + 1));
subscriber.on('header', () => changes++);
await socket.receive();

let taken = 0;
let seen = -1;
let wake = null;
const reading = (async () => {
  for await (const da of subscriber) {
    taken++;
    // what is read must be there to the last sample and label
    if (da.values.length !== da.size || da.coords.get('time').values.length !== da.shape[0])
      throw new Error(`an array of another size than it says: ${da}`);
    const mark = da.attrs.mark;
    if (mark !== undefined) {
      seen = Number(mark);
      wake?.();
    }
  }
})();
// What it throws is thrown here, not swallowed.
const failed = reading.then(() => Promise.reject(new Error('the stream ended')));
failed.catch(() => {});

const started = performance.now();
const sentByKind = {};
let sent = 0;
let first = 0;
const send = async (bytes) => {
  await socket.send(bytes);
  sent++;
};
for (let batch = 0; batch * BATCH < total; batch++) {
  const count = Math.min(BATCH, total - batch * BATCH);
  for (const { kind, bytes } of fc.sample(message, { numRuns: count, seed: seed + batch })) {
    sentByKind[kind] = (sentByKind[kind] ?? 0) + 1;
    await send(bytes);
    await send(frame(1));
    // So that it never takes a header for lost and connects again, and what follows can be counted.
    await send(good.slice());
    await send(frame(2));
  }
  // A header with a mark, and the array that carries it: when that was read, everything before it has been counted.
  await send(text(header({ mark: batch })));
  await send(frame(3));
  while (seen < batch)
    await Promise.race([
      failed,
      new Promise((resolve) => {
        wake = resolve;
      }),
    ]);
  // the first batches load what is loaded once
  if (batch === Math.min(9, Math.ceil(total / BATCH) - 1)) first = megabytes();
}
const last = megabytes();
const { received, headers, headerChanges, headerless, malformed, gaps, restarts } = subscriber.statistics;
subscriber.destroy();
socket.close();

console.log(`${total} damaged messages among ${sent}, seed ${seed}: ${JSON.stringify(sentByKind)}`);
console.log(
  `${received} arrays, ${headers} headers (${headerChanges} changes), ${headerless} without a header, ${malformed} malformed: ${JSON.stringify(codes)}; ${gaps} gaps, ${restarts} restarts`,
);
console.log(
  `memory ${first} MiB after the first batches, ${last} MiB at the end; ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
// The last header may still be on its way: who has read the mark has not waited for it.
const sum = received + headers + headerless + malformed;
const problems = [];
if (sum !== sent + 1) problems.push(`${sum} messages were counted; ${sent} and a greeting were sent`);
if (received !== taken) problems.push(`${taken} arrays were read; ${received} were counted`);
const byCode = Object.values(codes).reduce((a, b) => a + b, 0);
if (byCode !== malformed) problems.push(`${byCode} malformed ones were told; ${malformed} were counted`);
if ((last - first) * 2 ** 20 > GROWTH) problems.push(`memory grew by ${last - first} MiB`);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
