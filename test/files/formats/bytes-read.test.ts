import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodePacket, openDataArray, Partial, process, StreamWriter, synthetics } from '../../../lib/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { formatFolder } from './format-files.js';

const options = existsSync('/proc/self/io') ? {} : { skip: 'only Linux counts the bytes that a process reads' };

/** Bytes that all threads of this process have read so far. */
const bytesRead = async () => Number(/^rchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))![1]);

/** What `work` reads, and its result. */
async function counted<T>(work: () => Promise<T>): Promise<{ bytes: number; result: T }> {
  const before = await bytesRead();
  const result = await work();
  return { bytes: (await bytesRead()) - before, result };
}

/** Opens a file of two dimensions and reads parts of it, counting. */
async function check(t: TestContext, write: (path: string) => Promise<{ total: number; row: number; rows: number }>) {
  const path = join(await temporaryFolder(t), 'file');
  const { total, row, rows } = await write(path);
  // what is loaded with the first file of a kind (modules, a worker) is not counted
  await (await openDataArray(path)).read('time', 0, 1);
  const opened = await counted(() => openDataArray(path));
  assert.ok(opened.bytes < 100_000 && total > 2_000_000, `opening read ${opened.bytes} of ${total} bytes`);
  const array = opened.result;
  for (const [start, stop] of [
    [0, 1],
    [Math.floor(rows / 2), Math.floor(rows / 2) + 100],
    [rows - 7, rows],
  ] as const) {
    const { bytes, result } = await counted(() => array.read('time', start, stop));
    assert.equal(result.sizes.time, stop - start);
    // (HDF5 reads 64 KiB at least, its sieve buffer)
    assert.ok(bytes < (stop - start) * row + 100_000, `${stop - start} rows of ${row} bytes: ${bytes} read`);
  }
  for (const name of await readdir('/proc/self/fd'))
    assert.notEqual(await readlink(`/proc/self/fd/${name}`).catch(() => ''), path, 'the file is closed');
}

test('HDF5: opening reads the head, a slice its own bytes, and nothing stays open', options, (t) =>
  check(t, async (path) => {
    const bytes = await encodePacket(synthetics.dummy({ shape: [5000, 100] }));
    await writeFile(path, bytes);
    return { total: bytes.length, row: 800, rows: 5000 };
  }),
);

test('TDMS: opening reads the head, a slice its own bytes, and nothing stays open', options, (t) =>
  check(t, async (path) => {
    // the head of a small file, before many more samples of its three channels of float32
    const small = await readFile(`${formatFolder}silixa-interleaved.tdms`);
    const head = small.subarray(0, 28 + Number(small.readBigUInt64LE(20)));
    const rows = 200_000;
    head.writeBigUInt64LE(BigInt(head.length - 28 + rows * 12), 12);
    await writeFile(path, Buffer.concat([head, Buffer.alloc(rows * 12)]));
    return { total: rows * 12, row: 12, rows };
  }),
);

test(
  'miniSEED: opening reads the heads of the records, a slice its own records, and nothing stays open',
  options,
  (t) =>
    check(t, async (path) => {
      const whole = synthetics.dummy({ shape: [1_000_000, 1], dtype: 'float32' });
      await process(
        new Partial({ func: (chunk) => chunk }),
        whole,
        new StreamWriter(path, { network: 'XX', outputFormat: 'flat', recordLength: 32768 }),
      );
      const { size } = await stat(path);
      return { total: size, row: 4, rows: 1_000_000 };
    }),
);
