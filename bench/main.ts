/**
 * npm run bench [-- --quick] [-- --only NAME] [-- --out FILE]
 *
 * Asks every question of this folder beside its named peers and writes docs/benchmarks.md. `--quick` takes fewer samples
 * (under two minutes, and the page says so); `--only` asks one question and, unless `--out` names a file, only prints.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPeer, PythonPeer, peerVariables } from '../test/interop/python-peer.js';
import { filesToFiles } from './files-to-files.js';
import { growth } from './growth.js';
import { kernels } from './kernels.js';
import { livePaced } from './live-paced.js';
import { liveSaturated } from './live-saturated.js';
import { machineLines, versionsLine } from './machine.js';
import { packetDecode } from './packet-decode.js';
import { packetEncode } from './packet-encode.js';
import { resultsPage } from './page.js';
import { publishSubscribe } from './publish-subscribe.js';
import type { BenchContext, Question } from './question.js';

const questions: Question[] = [
  packetEncode,
  packetDecode,
  kernels,
  publishSubscribe,
  filesToFiles,
  liveSaturated,
  livePaced,
  growth,
];

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, out: { type: 'string' } },
});
const asked = options.only === undefined ? questions : questions.filter(({ name }) => name === options.only);
if (asked.length === 0) {
  console.error(`no question ${options.only}; allowed: ${questions.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const python = findPeer('0.2.10');
if (python === null) {
  console.error(`no Python with xdas 0.2.10: run scripts/make-peers.sh, or set ${peerVariables['0.2.10']}`);
  process.exit(2);
}

const machine = machineLines();
const plan = options.quick ? { warmUp: 1, samples: 3 } : { warmUp: 5, samples: 25 };
const peers = new Map<number, Promise<PythonPeer>>();
const usage: string[] = [];
const context: BenchContext = {
  plan,
  used(name, cpuSeconds, peakBytes) {
    const memory = Math.round(peakBytes / 2 ** 20);
    usage.push(`${name}: ${cpuSeconds.toFixed(1)} s of processor time, ${memory} MiB of memory at its peak`);
  },
  log: (line) => console.log(`  ${line}`),
  peer(number = 1) {
    let peer = peers.get(number);
    if (!peer) {
      peer = PythonPeer.start('0.2.10', python);
      peers.set(number, peer);
    }
    return peer;
  },
};

try {
  const answers = [];
  for (const question of asked) {
    console.log(question.title);
    answers.push({ question, cases: await question.run(context) });
  }
  const first = await context.peer(1);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  context.used('dasflow, the measuring process with its workers', (userCPUTime + systemCPUTime) / 1e6, maxRSS * 1024);
  for (const [number, peer] of peers) {
    const used = await (await peer).call<{ cpuSeconds: number; peakBytes: number }>('usage');
    context.used(`Python ${number}, with xdas`, used.cpuSeconds, used.peakBytes);
  }
  const { python: pythonVersion, ...libraries } = first.versions;
  const versions = [
    versionsLine(),
    [`Python ${pythonVersion}`, ...Object.entries(libraries).map(([name, version]) => `${name} ${version}`)].join(', '),
  ];
  const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
  const page = resultsPage({
    command,
    date: new Date(),
    machine,
    versions,
    plan: { ...plan, quick: options.quick },
    answers,
    usage,
  });
  console.log(`\n${page}`);
  const out =
    options.out ?? (options.only ? null : fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url)));
  if (out !== null) {
    writeFileSync(out, page);
    for (const { figure } of answers.flatMap(({ cases }) => cases))
      if (figure) writeFileSync(join(dirname(out), figure.name), figure.svg);
  }
} finally {
  for (const peer of peers.values()) await (await peer).close();
}
