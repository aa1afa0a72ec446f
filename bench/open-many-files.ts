/**
 * How long does it take to open an archive of many small files as one array, and then a second time?
 *
 *     node dist/bench/open-many-files.js [FILES]      # default 10000
 *
 * The archive (a NetCDF file per second: 100 samples, 20 channels) is written to a temporary folder. The peer is `xdas.open_mfdataarray`
 * of xdas 0.2.10, on the same files, after both have opened one; xdas has no index, so its second opening is like its first.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataArrayWriter, openMfDataArray, split, synthetics } from '../lib/index.js';
import { findPeer, peerVariables } from '../test/interop/python-peer.js';

const peer = `
import glob, sys, time, warnings
warnings.filterwarnings("ignore")
import xdas
paths = sorted(glob.glob(sys.argv[1] + "/*"))
xdas.open_dataarray(paths[0])
start = time.perf_counter()
da = xdas.open_mfdataarray(paths)
print(time.perf_counter() - start, *da.shape)
`;

async function seconds<T>(work: () => Promise<T>): Promise<{ took: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { took: (performance.now() - start) / 1000, result };
}

const count = Number(process.argv[2] ?? 10_000);
if (!(Number.isInteger(count) && count > 0))
  throw new RangeError(`FILES is ${process.argv[2]}; allowed: an integer above 0`);
const folder = mkdtempSync(join(tmpdir(), 'dasflow-open-'));
try {
  const data = join(folder, 'data');
  const writer = new DataArrayWriter(data, { createDirs: true });
  for (const chunk of split(synthetics.dummy({ shape: [100 * count, 20], dtype: 'float32' }), count))
    await writer.submit(chunk);
  await new Promise<void>((resolve) => {
    writer.end(resolve);
  });
  await openMfDataArray(writer.paths.slice(0, 1));
  let told = 0;
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    if (!process.stderr.isTTY || (Date.now() - told < 200 && done < total)) return;
    told = Date.now();
    process.stderr.write(`\r${done} of ${total} files${done === total ? '\n' : ''}`);
  };
  const index = join(folder, 'index.json');
  const first = await seconds(() => openMfDataArray(data, { index, onProgress }));
  const again = await seconds(() => openMfDataArray(data, { index }));
  const say = (what: string, took: number) =>
    console.log(`${what}: ${took.toFixed(2)} s, ${((1e6 * took) / count).toFixed(0)} us per file`);
  console.log(`${count} files, one array of (${first.result.shape.join(', ')})`);
  say('dasflow', first.took);
  say('dasflow, from its index', again.took);
  const python = findPeer('0.2.10');
  if (python !== null) {
    const [took, ...shape] = execFileSync(python, ['-c', peer, data]).toString().trim().split(' ').map(Number);
    if (shape.join() !== first.result.shape.join()) throw new Error(`xdas opened an array of (${shape.join(', ')})`);
    say('xdas.open_mfdataarray', took!);
  } else console.log(`xdas: not measured; run scripts/make-peers.sh, or set ${peerVariables['0.2.10']}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
