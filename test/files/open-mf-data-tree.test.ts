import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { encodePacket, openMfDataTree } from '../../lib/index.js';
import { wave } from '../interop/wave.js';
import { temporaryFolder } from './temporary-folder.js';

const whole = wave({ samples: 60, channels: 2 });
const wide = wave({ samples: 10, channels: 5, start: '2024-05-22' });
const part = (start: number, stop: number) => whole.isel({ time: { start, stop } });

async function archive(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const files = {
    'CCN/N/2/proc/b.nc': part(40, 60),
    'CCN/N/1/proc/a.nc': part(0, 40),
    'CCN/N/1/raw/a.nc': wide,
    'SER/N/1/proc/a.nc': part(0, 20),
    'SER/S/1/proc/a.nc': part(0, 20),
    'SER/S/1/proc/b.nc': wide,
    'SER/S/2/proc/c.nc': part(30, 60),
  };
  for (const [name, array] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), await encodePacket(array));
  }
  return folder;
}

it('openMfDataTree makes levels of names of {field}, and joins files of [field]', async (t) => {
  const folder = await archive(t);
  const tree = await openMfDataTree(`${folder}/{node}/{cable}/[record]/proc/[record].nc`);
  assert.deepEqual(tree.fields, ['node', 'cable', 'record']);
  assert.equal(String(tree).split('\n').length, 6, String(tree));
  const loaded = await tree.load();
  assert.ok(loaded.leaf('CCN', 'N', 0).equals(whole));
  assert.ok(loaded.leaf('SER', 'N', 0).equals(part(0, 20)));
  // A gap stays in the coordinate; another shape begins the next item.
  assert.deepEqual(loaded.leaf('SER', 'S', 0).shape, [50, 2]);
  assert.ok(loaded.leaf('SER', 'S', 1).equals(wide));
});

it('openMfDataTree takes wildcards, places that are the same twice, and names sequences record where there is no [field]', async (t) => {
  const folder = await archive(t);
  const tree = await openMfDataTree(`${folder}/{node}/{cable}/*/proc/?.nc`);
  assert.deepEqual(tree.fields, ['node', 'cable', 'record']);
  assert.equal(Array.from(tree.leaves()).length, 4);
  await mkdir(join(folder, 'X', 'X'), { recursive: true });
  await mkdir(join(folder, 'X', 'Y'), { recursive: true });
  for (const name of ['X/X/X-1.nc', 'X/Y/X-2.nc', 'X/X/Y-3.nc'])
    await writeFile(join(folder, name), await encodePacket(part(0, 20)));
  const same = await openMfDataTree(`${folder}/{name}/{name}/{name}-[file].nc`);
  assert.deepEqual(same.fields, ['name', 'file']);
  assert.deepEqual(
    Array.from(same.leaves(), ({ path }) => path),
    [['X', 0]],
  );
  const flat = await openMfDataTree(`${folder}/CCN/N/[day]/proc/*.nc`);
  assert.ok(flat.isSequence());
  assert.ok((await flat.load()).leaf(0).equals(whole));
});

it('openMfDataTree refuses trees that make no sense, and says what is missing or broken', async (t) => {
  const folder = await archive(t);
  const cases: [string, RegExp][] = [
    [`${folder}/x.nc`, /no placeholder/],
    [`${folder}/[record]/{node}.nc`, /\{node\} comes after \[record\]/],
    [`${folder}/{node}/[a]/[b].nc`, /one level of files/],
    [`${folder}/{node}/[node].nc`, /names and of files/],
    [`${folder}/{}/[b].nc`, /no name/],
  ];
  for (const [pattern, message] of cases)
    await assert.rejects(openMfDataTree(pattern), { code: 'BAD_ARGUMENT', message });
  await assert.rejects(openMfDataTree(`${folder}/{node}/none/[record].nc`), {
    code: 'BAD_FILE',
    message: /no file matches/,
  });
  const broken = join(folder, 'CCN/N/1/proc/broken.nc');
  await writeFile(broken, 'no array');
  const pattern = `${folder}/{node}/N/[record]/proc/[record].nc`;
  await assert.rejects(openMfDataTree(pattern), { code: 'BAD_FILE', message: /broken.nc/ });
  const tree = await openMfDataTree(pattern, { onBroken: 'skip' });
  assert.deepEqual(
    tree.leaf('CCN', 0).leftOut.map(({ path }) => path),
    [broken],
  );
  assert.ok((await tree.load()).leaf('CCN', 0).equals(whole));
});
