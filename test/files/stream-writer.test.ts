import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { concat } from '../../lib/dataarray/concat.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import type { TypedArray } from '../../lib/dtype.js';
import { scanTraces } from '../../lib/files/miniseed/miniseed-traces.js';
import { openDataArray } from '../../lib/files/open-data-array.js';
import { StreamWriter, type StreamWriterNotice } from '../../lib/files/stream-writer.js';
import type { StreamWriterOptions } from '../../lib/files/stream-writer-options.js';
import { Table } from '../../lib/table/table.js';
import { formatTime, toTime } from '../../lib/time.js';
import { cutAt, recording, roughIntegers, rows } from './miniseed/recordings.js';
import { temporaryFolder } from './temporary-folder.js';

const flat: StreamWriterOptions = { outputFormat: 'flat', network: 'XX' };

async function write(path: string, arrays: readonly DataArray[], options: StreamWriterOptions): Promise<StreamWriter> {
  const writer = new StreamWriter(path, options);
  writer.on('notice', () => {});
  await pipeline(Readable.from(arrays), writer);
  return writer;
}

/** All files under a folder, by their paths in it. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

async function traces(path: string) {
  return await scanTraces(path, (await stat(path)).size);
}

test('a flat file, read back, is what was written, however it was cut', async (t) => {
  const folder = await temporaryFolder(t);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
      fc.constantFrom(Int32Array, Float32Array, Float64Array),
      async (seed, samples, channels, places, Values) => {
        const data = Values.from(roughIntegers(samples * channels, seed) as Iterable<number>) as TypedArray;
        const array = recording(data, channels);
        const path = join(folder, `${run++}.mseed`);
        await write(path, cutAt(array, places), { ...flat, recordLength: 512 });
        const back = await (await openDataArray(path)).load();
        assert.deepEqual(rows(back), rows(array));
        assert.ok(back.coords.axis('time').equals(array.coords.axis('time')) || samples === 1);
        await write(`${path}.whole`, [array], { ...flat, recordLength: 512 });
        const whole = await readFile(`${path}.whole`);
        // the order of channels' records differs with the cuts, their bytes do not
        assert.deepEqual(sortedRecords(await readFile(path)), sortedRecords(whole));
      },
    ),
    { numRuns: 40 },
  );
});

function sortedRecords(bytes: Buffer): string[] {
  return Array.from({ length: bytes.length / 512 }, (_, k) => bytes.toString('hex', 512 * k, 512 * (k + 1))).sort();
}

test('an SDS archive: days change at midnight UTC, exactly', async (t) => {
  const root = await temporaryFolder(t);
  // a leap day and the turn of a year; the sample at midnight is the first of the new day
  const array = recording(roughIntegers(3 * 2400, 3), 3, { start: '2023-12-31T23:59:50' });
  const { statistics } = await write(root, cutAt(array, [0.1, 0.35, 0.8]), {
    network: 'XX',
    station: 'D{:02}',
    channel: '{:1}SF',
  });
  const files = await filesOf(root);
  assert.deepEqual(files, [
    ...['01', '02', '03'].map((n) => `2023/XX/D${n}/HSF.D/XX.D${n}.00.HSF.D.2023.365`),
    ...['01', '02', '03'].map((n) => `2024/XX/D${n}/HSF.D/XX.D${n}.00.HSF.D.2024.001`),
  ]);
  assert.equal(statistics.files, 6);
  assert.equal(statistics.samples, 7200);
  for (const channel of [0, 1, 2]) {
    const parts = [files[channel]!, files[channel + 3]!].map((file) => join(root, file));
    const [before, after] = await Promise.all(parts.map(async (path) => (await openDataArray(path)).load()));
    assert.equal(formatTime(before!.coords.axis('time').end as bigint), '2023-12-31T23:59:59.990');
    assert.equal(after!.coords.axis('time').start, toTime('2024-01-01'));
    const expected = rows(array.isel({ distance: channel }));
    assert.deepEqual(rows(concat([before!, after!], 'time')), expected);
  }
});

test('a time that rounds to midnight belongs to the new day', async (t) => {
  const root = await temporaryFolder(t);
  const third: [bigint, bigint] = [1_000_000_000n, 3n];
  const start = toTime('2024-05-01') - 1_000_000_001n; // the fourth sample is 1 ns before midnight
  await write(root, [recording(Int32Array.from([1, 2, 3, 4, 5]), 1, { start, step: third })], { network: 'XX' });
  const files = await filesOf(root);
  assert.deepEqual(
    files.map((file) => file.slice(-8)),
    ['2024.121', '2024.122'],
  );
  const [[first], [second]] = await Promise.all(files.map((file) => traces(join(root, file))));
  assert.deepEqual([first!.samples, second!.samples], [3, 2]);
  assert.equal(second!.start, toTime('2024-05-01'));
});

test('a gap begins a new record, overlaps are refused or trimmed, a clock within half a sample is followed', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (first: number, size: number, shift = 0n) =>
    recording(
      Int32Array.from({ length: size }, (_, k) => first + k),
      1,
      {
        start: toTime('2024-02-29') + BigInt(first) * 10_000_000n + shift,
      },
    );
  const gap = join(folder, 'gap.mseed');
  const { statistics } = await write(gap, [at(0, 100), at(150, 100), at(250, 50)], flat);
  assert.deepEqual([statistics.gaps, statistics.records, statistics.samples], [1, 2, 250]);
  const found = await traces(gap);
  assert.deepEqual(
    found.map(({ start, samples }) => [formatTime(start), samples]),
    [
      ['2024-02-29T00:00:00', 100],
      ['2024-02-29T00:00:01.500', 150],
    ],
  );
  // the same gap within one chunk
  const inside = join(folder, 'inside.mseed');
  await write(inside, [concat([at(0, 100), at(150, 150)], 'time')], flat);
  assert.deepEqual(await readFile(inside), await readFile(gap));

  const overlap = join(folder, 'overlap.mseed');
  const writer = new StreamWriter(overlap, flat);
  await assert.rejects(pipeline(Readable.from([at(0, 100), at(90, 100)]), writer), {
    code: 'OVERLAP',
    message: /go up to 2024-02-29T00:00:01.*, the next ones start at 2024-02-29T00:00:00.9/,
  });
  // what came before is there
  assert.deepEqual(
    (await traces(overlap)).map(({ samples }) => samples),
    [100],
  );
  const trimmed = await write(overlap, [at(0, 100), at(20, 30), at(90, 100)], { ...flat, onOverlap: 'trim' });
  assert.equal(trimmed.statistics.trimmedSamples, 40);
  const back = await (await openDataArray(overlap)).load();
  assert.deepEqual(
    [...rows(back)],
    Array.from({ length: 190 }, (_, k) => k),
  );

  const late = join(folder, 'late.mseed');
  const followed = await write(late, [at(0, 100), at(100, 100, 3_000_000n)], flat);
  assert.deepEqual([followed.statistics.gaps, followed.statistics.records], [0, 2]);
  assert.deepEqual(
    (await traces(late)).map(({ samples, records }) => [
      samples,
      records.map(({ header }) => header.start % 1_000_000_000n),
    ]),
    [[200, [0n, 3_000_000n]]],
  );
});

test('a drift within the tolerance never adds up in a record, and a new rate begins a new one', async (t) => {
  const path = join(await temporaryFolder(t), 'drift.mseed');
  const start = toTime('2024-02-29');
  const chunk = (k: number) => recording(new Int32Array(10), 1, { start: start + BigInt(k) * 100_000_600n });
  await write(
    path,
    Array.from({ length: 50 }, (_, k) => chunk(k)),
    flat,
  );
  const [{ records }] = (await traces(path)) as [Awaited<ReturnType<typeof traces>>[0]];
  for (const { header, first } of records) {
    const chunkOf = first / 10;
    const label = start + BigInt(chunkOf) * 100_000_600n;
    assert.equal(header.start, ((label + 500n) / 1000n) * 1000n);
    // labels of the chunks that it holds are 0.6 us off the rate each, so a second one is beyond a microsecond
    assert.ok(header.samples <= 20, String(header.samples));
  }
  const other = join(await temporaryFolder(t), 'rate.mseed');
  const slower = recording(new Int32Array(10), 1, { start: start + 100_000_000n, step: 20_000_000n });
  const { statistics } = await write(other, [recording(new Int32Array(10), 1, { start }), slower], flat);
  assert.equal(statistics.rateChanges, 1);
  assert.deepEqual(
    (await traces(other)).map(({ id, rate }) => [id, rate]),
    // the letter of the band follows the rate
    [
      ['XX.00001.00.BN1', 50],
      ['XX.00001.00.HN1', 100],
    ],
  );
});

test('times are microseconds, rounded and said once; a rate without a ratio is in blockette 100', async (t) => {
  const path = join(await temporaryFolder(t), 'fine.mseed');
  const notices: StreamWriterNotice[] = [];
  const writer = new StreamWriter(path, flat).on('notice', (notice) => notices.push(notice));
  const array = recording(new Float32Array(50), 1, {
    start: toTime('2024-01-01T00:00:00.1234567') + 8n,
    step: 3_333_333n,
  });
  await pipeline(Readable.from(cutAt(array, [0.5])), writer);
  const [trace] = await traces(path);
  assert.equal(trace!.start, toTime('2024-01-01T00:00:00.123457'));
  assert.equal(trace!.rate, Math.fround(1e9 / 3_333_333));
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['ROUNDED_TIMES'],
  );
});

test('append goes on behind what is there, mends half a record, and refuses or trims what is there already', async (t) => {
  const root = await temporaryFolder(t);
  const options: StreamWriterOptions = { network: 'XX', recordLength: 512 };
  const array = recording(roughIntegers(4000, 11), 2);
  const [one, two] = cutAt(array, [0.4]);
  await write(root, [one!], options);
  const [path] = (await filesOf(root)).map((file) => join(root, file));
  const whole = (await stat(path!)).size;
  await appendFile(path!, (await readFile(path!)).subarray(0, 300)); // what a crash leaves
  await assert.rejects(scanTraces(path!, whole + 300), /cut off/);
  await write(root, [two!], { ...options, mode: 'append' });
  const expected = rows(array.isel({ distance: 0 }));
  assert.deepEqual(rows(await (await openDataArray(path!)).load()), expected);

  const size = (await stat(path!)).size;
  await assert.rejects(write(root, [two!], { ...options, mode: 'append' }), {
    code: 'OVERLAP',
    message: /holds XX\.00001\.00\.HN1/,
  });
  const all = await write(root, [array], { ...options, mode: 'append', onOverlap: 'trim' });
  assert.equal(all.statistics.trimmedSamples, 4000);
  assert.equal((await stat(path!)).size, size);
  // overwrite, the default, replaces; what is no miniSEED is not appended to
  await write(root, [one!], options);
  assert.equal((await stat(path!)).size, whole);
  await truncate(path!, 0);
  await writeFile(path!, 'something else altogether, of more than forty-eight bytes');
  await assert.rejects(write(root, [one!], { ...options, mode: 'append' }), {
    code: 'BAD_FILE',
    message: /does not begin/,
  });
});

test('append to a flat file of several channels refuses and trims for each of them, however much is written before', async (t) => {
  const path = join(await temporaryFolder(t), 'all.mseed');
  const channels = 4;
  // each channel is more than waits for a common write, so that the file grows before the next comes to it
  const plain = { ...flat, encoding: 'INT32' as const };
  const array = recording(roughIntegers(channels * 400_000, 5), channels);
  const [one] = cutAt(array, [0.25]);
  await write(path, [one!], plain);
  const before = (await stat(path)).size;
  await assert.rejects(write(path, [array], { ...plain, mode: 'append' }), { code: 'OVERLAP' });
  assert.equal((await stat(path)).size, before);
  const { statistics } = await write(path, [array], { ...plain, mode: 'append', onOverlap: 'trim' });
  assert.equal(statistics.trimmedSamples, one!.size);
  const samples = (await traces(path)).reduce((sum, trace) => sum + trace.samples, 0);
  assert.equal(samples, array.size);

  // a channel that is new comes first; that of the second is there already
  const other = join(path, '..', 'other.mseed');
  const second = array.isel({ distance: { start: 1, stop: 2 } });
  await write(other, [second], { ...plain, station: 'B', channel: 'HSF' });
  const codes = { ...plain, mode: 'append' as const, channel: 'HSF' };
  const pair = array.isel({ distance: { start: 0, stop: 2 } }).with({
    coords: { ...Object.fromEntries(array.coords), distance: [0, 1], station: { dim: 'distance', values: ['A', 'B'] } },
  });
  await assert.rejects(write(other, [pair], codes), { code: 'OVERLAP', message: /holds XX\.B\.00\.HSF/ });
});

test('nothing is replaced before there is a record for it; the same day again in one run goes on', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'old.mseed');
  await writeFile(path, 'old');
  await write(path, [], flat);
  assert.equal(await readFile(path, 'utf8'), 'old');
  const writer = new StreamWriter(path, flat);
  await writer.submit(recording(new Int32Array(10), 1));
  assert.equal(await readFile(path, 'utf8'), 'old');
  await new Promise<void>((resolve) => writer.end(resolve));
  assert.equal((await stat(path)).size, 4096);
});

test('codes: options, text coordinates, ids; what SEED has no room for, or what is double, is refused', async (t) => {
  const root = await temporaryFolder(t);
  const ids = async (array: DataArray, options: StreamWriterOptions): Promise<string[]> => {
    const path = join(root, 'codes.mseed');
    await write(path, [array], { outputFormat: 'flat', ...options });
    return (await traces(path)).map(({ id }) => id);
  };
  const array = recording(new Int32Array(20), 2);
  assert.deepEqual(await ids(array, { network: 'XX' }), ['XX.00001.00.HN1', 'XX.00002.00.HN1']);
  assert.deepEqual(await ids(array, { network: 'XX', station: ['AA', 'BBBB'], location: '--', channel: 'BHZ' }), [
    'XX.AA..BHZ',
    'XX.BBBB..BHZ',
  ]);
  const named = array.assignCoords({ station: ['distance', ['S1', 'S2']], network: 'YY', channel: 'HSF' });
  assert.deepEqual(await ids(named, { location: '' }), ['YY.S1..HSF', 'YY.S2..HSF']);
  const labelled = array.assignCoords({ distance: ['9N.00066..HSF', '9N.00067.01.HSF'] });
  assert.deepEqual(await ids(labelled, {}), ['9N.00066..HSF', '9N.00067.01.HSF']);
  // what was read goes out under the same codes, whatever its dimensions
  const back = await (
    await openDataArray(join(root, 'codes.mseed'), { engine: { miniseed: { select: '9N.00066..HSF' } } })
  ).load();
  assert.deepEqual(back.dims, ['time']);
  assert.deepEqual(await ids(back, {}), ['9N.00066..HSF']);

  for (const [one, options, error] of [
    [array, {}, { code: 'BAD_ARGUMENT', message: /no text coordinate network, so the option network is needed/ }],
    [
      array,
      { network: 'XX', station: 'AA' },
      { code: 'BAD_ARGUMENT', message: /channels 0 and 1 would both be XX\.AA\.00\.HN1/ },
    ],
    [array, { network: 'XX', station: ['AA'] }, { code: 'BAD_SHAPE', message: /lists 1 codes for 2 channels/ }],
    [
      array.assignCoords({ network: 'LONG' }),
      {},
      { code: 'BAD_ARGUMENT', message: /network of channel 0 would be "LONG"/ },
    ],
  ] as const)
    await assert.rejects(ids(one, options), error);
  for (const options of [
    { network: 'NET' },
    { network: '../' },
    { station: 'DAS{:05}' },
    { channel: 'HZ' },
    { recordLength: 500 },
    { mode: 'new' },
    { encoding: 'STEIM3' },
    { outputFormat: 'sds' },
    { sdsType: '/' },
  ])
    assert.throws(() => new StreamWriter('x', options as StreamWriterOptions), {
      code: 'BAD_ARGUMENT',
      message: /allowed/,
    });
});

test('dtypes: what fits 32 bits is Steim 2, what would lose something is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'x.mseed');
  for (const data of [
    Int8Array.of(-128, 127),
    Uint16Array.of(0, 65535),
    Uint32Array.of(0, 2 ** 31 - 1),
    BigInt64Array.of(-(2n ** 31n), 5n),
  ]) {
    await write(path, [recording(data, 1)], flat);
    const [trace] = await traces(path);
    assert.equal(
      trace!.records[0]!.header.encoding,
      data instanceof BigInt64Array || data instanceof Uint32Array ? 3 : 11,
    );
    assert.deepEqual([...rows(await (await openDataArray(path)).load())], Array.from(data, Number));
  }
  for (const [data, options, message] of [
    [BigInt64Array.of(1n, 2n ** 31n), {}, /an? int64 value is 2147483648; miniSEED holds integers of 32 bits/],
    [Uint32Array.of(2 ** 31), {}, /uint32 value is 2147483648/],
    [Float32Array.of(1.5), { encoding: 'STEIM2' }, /STEIM2 does not hold float32 values; allowed: FLOAT32, FLOAT64/],
    [Float64Array.of(1.5), { encoding: 'FLOAT32' }, /FLOAT32 does not hold float64 values/],
    [Int32Array.of(1), { encoding: 'FLOAT32' }, /allowed: STEIM2, STEIM1, INT32/],
  ] as const)
    await assert.rejects(write(path, [recording(data, 1)], { ...flat, ...(options as StreamWriterOptions) }), {
      code: 'BAD_DTYPE',
      message,
    });
  const complex = new DataArray({
    ...parts(recording(new Float32Array(4), 1)),
    data: new Float32Array(8),
    shape: [4, 1],
    dtype: 'complex64',
  });
  await assert.rejects(write(path, [complex], flat), { code: 'BAD_DTYPE', message: /no complex64 values/ });
});

const parts = ({ coords, dims }: DataArray) => ({ coords, dims: [...dims] });

test('what is no stream of records is told', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'x.mseed');
  const array = recording(new Int32Array(20), 2);
  const put = (...arrays: unknown[]) => write(path, arrays as DataArray[], flat);
  await assert.rejects(put(new Table({ a: [1] })), { code: 'BAD_ARGUMENT', message: /this chunk is a table/ });
  await assert.rejects(put(new DataArray({ data: new Int32Array(4), dims: ['time'], shape: [4] })), {
    code: 'BAD_DIM',
    message: /none has times/,
  });
  await assert.rejects(put(array, array.isel({ distance: { stop: 1 } })), {
    code: 'BAD_SHAPE',
    message: /from distance: 2 to distance: 1/,
  });
  const uneven = array.assignCoords({
    time: { dtype: 'datetime64[ns]', values: BigInt64Array.from({ length: 10 }, (_, k) => BigInt(k * k) * 10n ** 9n) },
  });
  await assert.rejects(put(uneven), { code: 'IRREGULAR' });
  await assert.rejects(write(join(folder, 'no', 'x.mseed'), [array], flat), { code: 'BAD_FILE' });
  await assert.rejects(write(folder, [array], flat), { code: 'BAD_FILE', message: /no file/ });
});

test('thousands of channels: few open files, one record of memory for each', async (t) => {
  const root = await temporaryFolder(t);
  const channels = 600;
  const limited = join(process.cwd(), 'dist', 'test', 'files', 'miniseed', 'write-archive.js');
  // 60 descriptors for the whole process, Node's own among them
  const child = spawn(
    'sh',
    ['-c', 'ulimit -n 60; exec "$0" "$@"', process.execPath, limited, root, String(channels), '3'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [said] = await child.stdout.toArray();
  assert.equal(String(said), `${channels} files\n`);
  assert.equal((await filesOf(root)).length, channels);
});

test('a process that is killed leaves whole records, one after the other', async (t: TestContext) => {
  const root = await temporaryFolder(t);
  const script = join(process.cwd(), 'dist', 'test', 'files', 'miniseed', 'write-archive.js');
  const child = spawn(process.execPath, [script, root, '50', 'endless'], { stdio: ['ignore', 'pipe', 'inherit'] });
  // it tells after a good number of chunks, and goes on writing while it is killed
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const files = await filesOf(root);
  assert.equal(files.length, 50);
  let samples = 0;
  for (const file of files) {
    const path = join(root, file);
    const { size } = await stat(path);
    assert.equal(size % 4096, 0, file);
    for (const trace of await scanTraces(path, size)) samples += trace.samples;
    const back = await (await openDataArray(path)).load();
    assert.equal(back.coords.axis('time').getDiscontinuities().length, 0);
  }
  assert.ok(samples > 0);
});
