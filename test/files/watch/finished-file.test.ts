import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readSuperblock } from '../../../lib/files/hdf5/superblock.js';
import { openDataArray } from '../../../lib/files/open-data-array.js';
import { encodePacket } from '../../../lib/packets/packet.js';
import { record } from '../../processing/chunks.js';
import { LiveFolder, next, SlowWriter } from './live-folder.js';

const fixtures = fileURLToPath(new URL('../../../../test/fixtures/formats/', import.meta.url));

/** A file of each kind, and where it is cut into pieces: nowhere is what was written until then a whole file. */
const files: [name: string, cuts: (size: number) => number[]][] = [
  ['xdas.nc', (size) => [0, 8, 100, size >> 1, size - 1]],
  ['asn.hdf5', (size) => [0, 8, 96, 4096, size - 1]],
  ['febus.h5', (size) => [0, 60, size >> 1, size - 7]],
  ['silixa.tdms', (size) => [0, 20, size >> 1, size - 1]],
  ['steim2.mseed', (size) => [0, 30, size - 1]],
];

for (const [name, cuts] of files)
  test(`${name}: written in pieces by another process, read when the last one is there`, async (t) => {
    const bytes = readFileSync(join(fixtures, name));
    const live = await LiveFolder.make(t);
    const loader = await live.watch({
      dim: (await openDataArray(join(fixtures, name))).dims.at(name.endsWith('mseed') ? -1 : 0),
    });
    const writer = new SlowWriter(t);
    const path = join(live.path, name);
    const reading = next(loader, 1);
    let isGiven = false;
    void reading.then(() => {
      isGiven = true;
    });
    const waiting = () => once(loader, 'waiting') as Promise<[{ path: string; error: Error }]>;
    let told = waiting();
    await writer.tell({ open: path });
    let written = 0;
    for (const cut of [...cuts(bytes.length), bytes.length]) {
      if (cut > written) written = await writer.tell({ write: bytes.subarray(written, cut).toString('base64') });
      if (cut === bytes.length) break;
      // it has looked at exactly this piece: the pieces before it were told of before this one was written
      const [{ path: named, error }] = await told;
      told = waiting();
      assert.equal(named, path);
      assert.match(error.message, new RegExp(name.replace('.', '\\.')));
      await once(loader, 'waiting');
      told = waiting();
      assert.equal(isGiven, false, `given after ${written} of ${bytes.length} bytes`);
      assert.equal(loader.statistics.waiting, 1);
    }
    told.catch(() => {});
    const [chunk] = await reading;
    assert.ok(chunk!.equals(await (await openDataArray(join(fixtures, name))).load()));
    assert.deepEqual([loader.statistics.read, loader.statistics.broken, loader.statistics.changed], [1, 0, 0]);
    await writer.tell({ close: true });
  });

test('a file renamed into place is read at once, one that grows is not, however whole it looks', async (t) => {
  if (process.platform !== 'linux') return t.skip('only Linux tells of renaming');
  const live = await LiveFolder.make(t);
  // nothing ever comes to rest
  const loader = await live.watch({ settle: 1e6 });
  const writer = new SlowWriter(t);
  await writer.tell({ open: join(live.path, 'grown.nc') });
  await writer.tell({ write: Buffer.from(await encodePacket(record(0, 10))).toString('base64') });
  await writer.tell({ close: true });
  await writer.tell({ open: join(live.path, '.part') });
  await writer.tell({ write: Buffer.from(await encodePacket(record(10, 10))).toString('base64') });
  await writer.tell({ rename: [join(live.path, '.part'), join(live.path, 'renamed.nc')] });
  await live.move('day/moved.nc', record(20, 10));
  await live.move('moved.nc', record(30, 10));
  const got = await next(loader, 2);
  assert.ok(got[0]!.equals(record(10, 10)) && got[1]!.equals(record(30, 10)), got.map(String).join());
  // the folder that came with a file in it was not watched when that was renamed
  assert.deepEqual([loader.statistics.found, loader.statistics.waiting], [4, 2]);
});

test('the end that an HDF5 file names is that of the file, for all instruments, with a user block too', () => {
  const hdf5 = readdirSync(fixtures).filter((name) => /\.(nc|h5|hdf5)$/.test(name));
  assert.ok(hdf5.length > 10);
  for (const name of hdf5) {
    const bytes = readFileSync(join(fixtures, name));
    assert.deepEqual(readSuperblock(bytes.subarray(0, 4096)), { end: bytes.length, isOpen: false }, name);
    const block = Buffer.alloc(512);
    assert.equal(readSuperblock(Buffer.concat([block, bytes]).subarray(0, 4096))?.end, bytes.length);
    assert.equal(readSuperblock(bytes.subarray(0, 90)), null);
  }
  assert.equal(readSuperblock(Buffer.alloc(4096)), null);
  const open = Buffer.from(readFileSync(join(fixtures, 'asn.hdf5')));
  open[11] = 1;
  assert.equal(readSuperblock(open.subarray(0, 4096))?.isOpen, true);
});

test('what is written to while it is read is not given; what is written to afterwards is told', async (t) => {
  const live = await LiveFolder.make(t);
  const loader = await live.watch();
  const bytes = await encodePacket(record(0, 10));
  await live.write('a.nc', bytes);
  const [first] = await next(loader, 1);
  assert.ok(first!.equals(record(0, 10)));
  const changed = once(loader, 'changed');
  await live.write('a.nc', await encodePacket(record(10, 10)));
  const [{ path }] = (await changed) as [{ path: string }];
  assert.equal(path, join(live.path, 'a.nc'));
  await live.write('b.nc', record(20, 10));
  assert.ok((await next(loader, 1))[0]!.equals(record(20, 10)));
  assert.deepEqual([loader.statistics.read, loader.statistics.found], [2, 2]);
  assert.ok(loader.statistics.changed >= 1);
});

test('broken files are named, counted and passed over, come back when they are mended, or are fatal', async (t) => {
  const live = await LiveFolder.make(t);
  const whole = await encodePacket(record(0, 10));
  const loader = await live.watch({ patience: 0 });
  const reading = next(loader, 1);
  const broken = once(loader, 'broken') as Promise<[{ path: string; error: Error & { code: string } }]>;
  await live.write('a.nc', whole.subarray(0, whole.length - 10));
  const [{ path, error }] = await broken;
  assert.equal(path, join(live.path, 'a.nc'));
  assert.equal(error.code, 'BAD_FILE');
  assert.match(error.message, /a\.nc: has \d+ bytes, but says that it has \d+/);
  assert.equal(loader.statistics.broken, 1);
  await live.write('a.nc', whole);
  assert.ok((await reading)[0]!.equals(record(0, 10)));
  assert.deepEqual([loader.statistics.broken, loader.statistics.read], [0, 1]);

  const strict = await live.watch({ patience: 0, onBroken: 'error' });
  const failing = next(strict, 1);
  await live.write('b.nc', Buffer.from('no array at all'));
  await assert.rejects(failing, { code: 'BAD_FILE', message: /b\.nc: / });

  const nameless = await live.watch({ patience: 1e6, dim: 'depth' });
  const odd = once(nameless, 'broken') as Promise<[{ error: Error & { code: string } }]>;
  void next(nameless, 1).catch(() => {});
  await live.move('c.nc', record(0, 10));
  const [{ error: why }] = await odd;
  assert.deepEqual(why.code, 'BAD_DIM');
  assert.match(why.message, /c\.nc: has no dimension depth.*time, distance/);
});
