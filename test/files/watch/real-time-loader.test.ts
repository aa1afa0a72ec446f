import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { concat } from '../../../lib/dataarray/concat.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { RealTimeLoader, watch } from '../../../lib/files/watch/real-time-loader.js';
import type { LateFile } from '../../../lib/files/watch/real-time-news.js';
import type { RealTimeLoaderOptions } from '../../../lib/files/watch/real-time-options.js';
import { encodePacket } from '../../../lib/packets/packet.js';
import { chunks, record } from '../../processing/chunks.js';
import { temporaryFolder } from '../temporary-folder.js';
import { LiveFolder, next } from './live-folder.js';

/** With events of the file system, and without (as over a network). */
const ways: [name: string, options: RealTimeLoaderOptions][] = [
  ['events', {}],
  ['scans', { events: false, interval: 0.01 }],
];

const isWhole = (got: DataArray[], size: number) => {
  const whole = concat(got);
  assert.ok(whole.equals(record(0, size)), String(whole));
};

for (const [name, options] of ways) {
  test(`${name}: files come as they are written, in folders that come later too`, async (t) => {
    const live = await LiveFolder.make(t);
    const loader = await live.watch(options);
    const parts = chunks(8, 10);
    const got: DataArray[] = [];
    for (const [i, part] of parts.entries()) {
      const file = `${['', 'monday/', 'tuesday/', 'deep/er/and/'][i >> 1]}${i}.nc`;
      if (i % 2) await live.write(file, part);
      else await live.move(file, part);
      got.push(...(await next(loader, 1)));
      assert.ok(got[i]!.equals(part), file);
    }
    isWhole(got, 80);
    const { found, read, waiting, samples, late } = loader.statistics;
    assert.deepEqual({ found, read, waiting, samples, late }, { found: 8, read: 8, waiting: 0, samples: 80, late: 0 });
  });

  test(`${name}: what was there is skipped, but not what is still written to`, async (t) => {
    const live = await LiveFolder.make(t);
    const growing = await encodePacket(record(10, 10));
    await live.write('old.nc', record(0, 10));
    await live.age('old.nc');
    await live.write('growing.nc', growing.subarray(0, 500));
    await live.age('growing.nc');
    const loader = await live.watch(options);
    assert.deepEqual([loader.statistics.found, loader.statistics.skipped], [2, 2]);
    await live.write('growing.nc', growing);
    assert.ok((await next(loader, 1))[0]!.equals(record(10, 10)));
    assert.deepEqual([loader.statistics.skipped, loader.statistics.read], [1, 1]);
  });

  test(`${name}: a name that is used again after its file was removed is another file`, async (t) => {
    const live = await LiveFolder.make(t);
    const loader = await live.watch(options);
    await live.move('latest.nc', record(0, 10));
    assert.ok((await next(loader, 1))[0]!.equals(record(0, 10)));
    rmSync(join(live.path, 'latest.nc'));
    // until that was noticed a file of the same name would be the same one, changed
    await live.move('other.nc', record(10, 10));
    assert.ok((await next(loader, 1))[0]!.equals(record(10, 10)));
    await live.move('latest.nc', record(20, 10));
    assert.ok((await next(loader, 1))[0]!.equals(record(20, 10)));
  });
}

test('a file that waits unread, removed and written again, is read once, as it is now', async (t) => {
  const live = await LiveFolder.make(t);
  const loader = await live.watch({ lookAhead: 1 });
  // one chunk is read ahead, and one file is ready: the others wait by their names
  const parts = chunks(6, 10);
  for (const [i, part] of parts.slice(0, 5).entries()) await live.move(`${i}.nc`, part);
  while (loader.statistics.found < 5) await new Promise(setImmediate);
  for (const [round, i] of [3, 4, 3, 4].entries()) {
    rmSync(join(live.path, `${i}.nc`));
    // noticed before the name comes again
    await live.move(`noticed-${round}.txt`, new Uint8Array(1));
    while (loader.statistics.found < 6 + 2 * round) await new Promise(setImmediate);
    await live.move(`${i}.nc`, parts[i]!);
    while (loader.statistics.found < 7 + 2 * round) await new Promise(setImmediate);
  }
  for (let round = 0; round < 4; round++) rmSync(join(live.path, `noticed-${round}.txt`));
  await live.move('5.nc', parts[5]!);
  isWhole(await next(loader, 6), 60);
  const { read, late, waiting } = loader.statistics;
  assert.deepEqual({ read, late, waiting }, { read: 6, late: 0, waiting: 0 });
});

for (const [how, remove] of [
  ['removed', (path: string) => rmSync(path, { recursive: true })],
  ['renamed', (path: string) => renameSync(path, `${path}-before`)],
] as const)
  test(`a watched folder that is ${how}, and made again, is watched again, and so are those in it`, async (t) => {
    const live = await LiveFolder.make(t);
    const loader = await live.watch();
    await live.move('day/0.nc', record(0, 10));
    assert.ok((await next(loader, 1))[0]!.equals(record(0, 10)));
    remove(live.path);
    mkdirSync(join(live.path, 'day'), { recursive: true });
    await live.move('1.nc', record(10, 10));
    assert.ok((await next(loader, 1))[0]!.equals(record(10, 10)));
    await live.move('day/2.nc', record(20, 10));
    assert.ok((await next(loader, 1))[0]!.equals(record(20, 10)));
    await live.move('3.nc', record(30, 10));
    assert.ok((await next(loader, 1))[0]!.equals(record(30, 10)));
  });

test('a watched folder that is gone for a while is told, and watched again', async (t) => {
  const live = await LiveFolder.make(t);
  const loader = await live.watch({ interval: 0.05 });
  rmSync(live.path, { recursive: true });
  const [text] = await once(loader, 'notice');
  assert.match(String(text), /cannot be watched: .*; it is tried again/);
  await live.move('0.nc', record(0, 10));
  assert.ok((await next(loader, 1))[0]!.equals(record(0, 10)));
});

test('what was there is processed if asked for, by time, whatever the names; then what comes', async (t) => {
  const live = await LiveFolder.make(t);
  for (const [i, part] of chunks(6, 10).entries()) await live.write(`${(i * 5) % 7}.nc`, part);
  const loader = await live.watch({ existing: 'process' });
  const got = await next(loader, 6);
  await live.move('0-late-name.nc', record(60, 10));
  isWhole([...got, ...(await next(loader, 1))], 70);
});

test('only names that match; hidden files and folders, and links to folders, are passed over', async (t) => {
  const live = await LiveFolder.make(t);
  for (const name of ['a.h5', 'b.nc', '.c.nc', 'day/d.nc', '.hidden/e.nc', 'day/night/f.nc'])
    await live.move(name, record(0, 10));
  symlinkSync(live.path, join(live.path, 'day/again'));
  for (const [pattern, found] of [
    [undefined, 4],
    ['*', 2],
    ['*.nc', 1],
    ['*/*.nc', 1],
    ['**/*.nc', 3],
    ['**/*.{h5,hdf5}', 1],
    ['day/**/*', 2],
    ['*.tdms', 0],
  ] as const) {
    const loader = await live.watch({ existing: 'process', onLate: 'trim', pattern });
    assert.equal(loader.statistics.found, found, pattern);
    loader.destroy();
  }
});

test('files are sorted within a window; what is later still is told, trimmed or fatal', async (t) => {
  const live = await LiveFolder.make(t);
  const loader = await live.watch({ window: 1e6, lookAhead: 3 });
  const reading = next(loader, 1);
  // two wait in the window, which the third one fills
  for (const i of [2, 0, 1]) await live.move(`${i}.nc`, record(i * 10, 10));
  assert.ok((await reading)[0]!.equals(record(0, 10)));
  assert.equal(loader.statistics.waiting, 2);
  const second = next(loader, 1);
  await live.move('3.nc', record(30, 10));
  assert.ok((await second)[0]!.equals(record(10, 10)));

  for (const onLate of ['trim', 'error'] as const) {
    const folder = await LiveFolder.make(t);
    const stream = await folder.watch({ onLate });
    await folder.move('b.nc', record(10, 10));
    await next(stream, 1);
    const told = once(stream, 'late') as Promise<[LateFile]>;
    const rest = next(stream, 1);
    await folder.move('a.nc', record(0, 15));
    const [late] = await told;
    assert.deepEqual([late.samples, late.of], [15, 15]);
    assert.match(
      late.text,
      /a\.nc: 15 of its 15 samples, from 2023-11-14T22:13:20 on, are not after 2023-11-14T22:13:20\.190/,
    );
    if (onLate === 'error') await assert.rejects(rest, { code: 'OVERLAP', message: /a\.nc: 15 of its 15/ });
    else {
      await folder.move('c.nc', record(15, 15));
      assert.ok((await rest)[0]!.equals(record(20, 10)));
      const { late: count, lateSamples, samples } = stream.statistics;
      assert.deepEqual([count, lateSamples, samples], [2, 20, 20]);
    }
  }
});

test('files are cut into chunks', async (t) => {
  const live = await LiveFolder.make(t);
  await live.write('a.nc', record(0, 25));
  await live.write('b.nc', record(25, 25));
  for (const [sizes, count] of [
    [undefined, 2],
    [{ time: 10 }, 6],
    [{ time: '0.1s' }, 6],
    [{ first: 1000 }, 2],
    ['auto', 2],
  ] as const) {
    const loader = await live.watch({ existing: 'process', chunks: sizes });
    isWhole(await next(loader, count), 50);
    assert.equal(loader.statistics.chunks, count);
    loader.destroy();
  }
});

test('nobody reads: files wait by name, and one chunk is read ahead', async (t) => {
  const live = await LiveFolder.make(t);
  for (const [i, part] of chunks(30, 10).entries()) await live.write(`${String(i).padStart(2, '0')}.nc`, part);
  const loader = await live.watch({ existing: 'process', chunks: { time: 5 } });
  await new Promise((resolve) => loader.once('readable', resolve));
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  assert.equal(loader.statistics.chunks, 1);
  loader.read();
  await once(loader, 'readable');
  assert.equal(loader.statistics.chunks, 2);
  assert.equal(loader.statistics.waiting, 29);
  isWhole([record(0, 5), ...(await next(loader, 59))], 300);
});

test('thousands of files: one watch of the file system for each folder, not for each file', async (t) => {
  const live = await LiveFolder.make(t);
  const bytes = Buffer.from('not looked at');
  for (let day = 0; day < 20; day++) mkdirSync(join(live.path, `day${day}`));
  for (let i = 0; i < 2000; i++) await live.write(`day${i % 20}/${i}.nc`, bytes);
  for (let i = 0; i < 2000; i++) await live.age(`day${i % 20}/${i}.nc`);
  const before = watches();
  const loader = await live.watch({ interval: 0.01 });
  assert.deepEqual([loader.statistics.found, loader.statistics.skipped], [2000, 2000]);
  if (before !== null) assert.equal(watches()! - before, 21);
  await live.move('day7/new.nc', record(0, 10));
  assert.ok((await next(loader, 1))[0]!.equals(record(0, 10)));
  const closed = once(loader, 'close');
  loader.destroy();
  await closed;
  if (before !== null) assert.equal(watches(), before);
});

/** Watches of this process; null where the system does not tell. */
function watches(): number | null {
  if (process.platform !== 'linux') return null;
  let count = 0;
  for (const fd of readdirSync('/proc/self/fdinfo'))
    try {
      count += readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify /gm)?.length ?? 0;
    } catch {
      // the one that listed them
    }
  return count;
}

test('drain ends the stream after what is whole; what is still written to is left', async (t) => {
  const live = await LiveFolder.make(t);
  await live.write('growing.nc', (await encodePacket(record(30, 10))).subarray(0, 1000));
  for (const [i, part] of chunks(3, 10).entries()) {
    await live.write(`${i}.nc`, part);
    await live.age(`${i}.nc`);
  }
  const loader = await live.watch({ existing: 'process', chunks: { time: 4 } });
  const got = await next(loader, 1);
  loader.drain();
  for await (const chunk of loader) got.push(chunk);
  isWhole(got, 30);
  assert.equal(loader.destroyed, true);
});

test('drain ends a stream that waits, and one that nothing was read from', async (t) => {
  const live = await LiveFolder.make(t);
  const waiting = await live.watch();
  const none = waiting.toArray();
  waiting.drain();
  assert.deepEqual(await none, []);
  const unread = await live.watch();
  unread.drain();
  assert.deepEqual(await unread.toArray(), []);
});

test('a time-out, an abort, a folder that is missing, and wrong options are told', async (t) => {
  const live = await LiveFolder.make(t);
  await assert.rejects((await live.watch({ timeout: 0.01 })).toArray(), { code: 'TIMEOUT', message: /live: no file/ });
  const control = new AbortController();
  const reading = (await live.watch({ signal: control.signal })).toArray();
  control.abort();
  await assert.rejects(reading, { name: 'AbortError' });
  await assert.rejects(watch(join(live.path, 'none')).toArray(), {
    code: 'BAD_FILE',
    message: /none: cannot be watched/,
  });
  await live.move('file.nc', record(0, 1));
  await assert.rejects(watch(join(live.path, 'file.nc')).toArray(), { code: 'BAD_FILE', message: /is no folder/ });
  for (const [options, message] of [
    [{ setle: 1 }, /no option setle; allowed: engine, pattern/],
    [{ settle: -1 }, /settle is -1; allowed: seconds from 0/],
    [{ interval: 0 }, /interval/],
    [{ lookAhead: 0 }, /lookAhead/],
    [{ existing: 'all' }, /existing is "all"; allowed: skip, process/],
    [{ onLate: 'raise' }, /onLate/],
    [{ engine: 'nope' }, /there is no engine "nope"/],
    [{ chunks: { time: 0 } }, /chunks/],
    [{ chunks: { distance: 5 }, dim: 'time' }, /chunks/],
    [{ pattern: '' }, /pattern/],
    [{ highWaterMark: 0.5 }, /highWaterMark/],
  ] as const)
    assert.throws(() => new RealTimeLoader(live.path, options as never), { code: 'BAD_ARGUMENT', message });
  assert.throws(() => new RealTimeLoader(''), { code: 'BAD_ARGUMENT' });
});

test('a folder that is gone fails the stream, after patience', async (t) => {
  const folder = await temporaryFolder(t);
  mkdirSync(join(folder, 'a'));
  const loader = new RealTimeLoader(join(folder, 'a'), { interval: 0.01, patience: 0.05 });
  const reading = loader.toArray();
  await once(loader, 'open');
  const notices: string[] = [];
  loader.on('notice', (text: string) => notices.push(text));
  await rename(join(folder, 'a'), join(folder, 'b'));
  await assert.rejects(reading, { code: 'BAD_FILE', message: /cannot be watched/ });
  assert.match(notices[0] ?? '', /it is tried again/);
});
