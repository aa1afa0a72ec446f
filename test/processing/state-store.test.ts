import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { Integrate } from '../../lib/atoms/integrate.js';
import { LFilter } from '../../lib/atoms/lfilter.js';
import { Partial } from '../../lib/atoms/partial.js';
import { Sequential } from '../../lib/atoms/sequential.js';
import type { StateValue } from '../../lib/atoms/state.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { readNetcdf } from '../../lib/packets/hdf5/read-netcdf.js';
import { writeNetcdf } from '../../lib/packets/hdf5/write-netcdf.js';
import { loadState, saveState } from '../../lib/processing/state-store.js';
import '../../lib/register-kinds.js';
import { temporaryFolder } from '../files/temporary-folder.js';
import { record } from './chunks.js';
import { bits, picking, pieces, resumable } from './resumable.js';

const flags = { chunkDim: 'time' } as const;
const at = (file: string) => new URL(file, import.meta.url).href;

/** Keeps whatever it is told to in its state. */
const keeper = (values: Record<string, StateValue>) =>
  new Partial({ func: (x: DataArray) => [x, { kept: values }], state: ['kept'], name: 'keeper', dim: 'time' });

describe('a saved state', () => {
  it('goes on in another process bit for bit', async (t) => {
    const path = join(await temporaryFolder(t), 'state.nc');
    for (const maker of ['resumable', 'picking'] as const) {
      const [atom, stopAt] = maker === 'resumable' ? [resumable(), 6] : [picking(), 11];
      const list = maker === 'resumable' ? pieces : pieces.filter((_, k) => k !== 3);
      for (const chunk of list.slice(0, stopAt)) atom.push(chunk, flags);
      await saveState(atom, path);
      const expected = [...list.slice(stopAt).flatMap((chunk) => atom.push(chunk, flags)), ...atom.flush()];
      assert.ok(expected.length > 0);
      const script = `
        import { ${maker}, bits, pieces } from '${at('./resumable.js')}';
        import { loadState } from '${at('../../lib/index.js')}';
        const list = '${maker}' === 'resumable' ? pieces : pieces.filter((_, k) => k !== 3);
        const atom = ${maker}();
        await loadState(atom, ${JSON.stringify(path)});
        const out = list.slice(${stopAt}).flatMap((chunk) => atom.push(chunk, { chunkDim: 'time' }));
        process.stdout.write(JSON.stringify(bits([...out, ...atom.flush()])));`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
        timeout: 60_000,
      });
      assert.deepEqual(JSON.parse(stdout), bits(expected), maker);
    }
  });
  it('is the state itself after the way through bytes, wherever the stream was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(pieces.length), async (stopAt) => {
        const atom = resumable();
        for (const chunk of pieces.slice(0, stopAt)) atom.push(chunk, flags);
        const restored = resumable();
        await loadState(restored, await saveState(atom));
        assert.deepEqual(restored.state, atom.state);
      }),
      { numRuns: 8 },
    );
  });
  it('holds every kind of plain data', async () => {
    const kept = {
      numbers: [1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 2 ** 60, 5e-324],
      bigints: [2n ** 80n, -1n],
      texts: ['', 'a\0b', 'größer', '$', 'x'.repeat(100_000)],
      others: [true, false, null],
      $: 'no mark',
      'a/b': Float64Array.of(Number.NaN, -0),
      a_b: new BigUint64Array([2n ** 64n - 1n]),
      empty: new Int16Array(0),
      half: new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
    };
    const atom = keeper(kept);
    atom.push(record(0, 10), flags);
    const restored = keeper({});
    await loadState(restored, await saveState(atom));
    const { kept: found } = (restored.state.own as { values: { kept: typeof kept } }).values;
    assert.deepEqual({ ...found, half: [...found.half] }, { ...kept, half: [2, 3] });
    assert.ok(Object.is(found.numbers[4], -0));
  });
  it('of an atom that has seen nothing is one, too', async () => {
    const atom = resumable();
    atom.push(pieces[0], flags);
    await loadState(atom, await saveState(resumable()));
    assert.deepEqual(atom.state, {});
  });
});

describe('a saved state is taken', () => {
  it('with another number of threads', async () => {
    const made = (workers?: number) =>
      new Sequential({ atoms: [new LFilter({ b: [1], a: [1, -0.5], dim: 'time', workers })], workers });
    const atom = made(2);
    atom.push(record(0, 10), flags);
    const restored = made();
    await loadState(restored, await saveState(atom));
    assert.deepEqual(restored.state, atom.state);
  });
});

describe('a saved state is refused', () => {
  const state = async (atom = resumable()) => {
    for (const chunk of pieces.slice(0, 3)) atom.push(chunk, flags);
    return await saveState(atom);
  };
  it('by another pipeline, which is left alone, and says what differs', async () => {
    const bytes = await state();
    const other = resumable([2, 25]);
    other.push(pieces[0], flags);
    const before = other.state;
    await assert.rejects(loadState(other, bytes), {
      name: 'AtomError',
      code: 'OTHER_PIPELINE',
      message:
        'the saved state is of another pipeline: process.options.atoms[0].options.atoms[0].options.freq[1]: saved 20, here 25; allowed: the same atoms and options',
    });
    assert.deepEqual(other.state, before);
    const cases: [Sequential, RegExp][] = [
      [new Sequential({ atoms: [], name: null }), /process\.options\.atoms\[0\]: saved "Sequential", here nothing/],
      [
        new Sequential({ ...resumable().fresh().options, atoms: resumable().atoms.map((a) => a.fresh()), fill: 0 }),
        /fill: saved nothing, here 0/,
      ],
    ];
    for (const [atom, message] of cases)
      await assert.rejects(loadState(atom, bytes), { code: 'OTHER_PIPELINE', message });
  });
  it('where functions have other names', async () => {
    const made = (func: (x: DataArray) => DataArray) => new Partial({ func });
    const one = (x: DataArray) => x;
    const two = (x: DataArray) => x;
    const bytes = await saveState(made(one));
    await loadState(made(one), bytes);
    await assert.rejects(loadState(made(two), bytes), {
      code: 'OTHER_PIPELINE',
      message: /name: saved "one", here "two"/,
    });
  });
  it('where a map or a set among the arguments of a function has other entries', async () => {
    const func = (x: DataArray) => x;
    const made = (gains: unknown) => new Partial({ func, kwargs: { gains } });
    for (const [one, two] of [
      [new Map([['a', 1]]), new Map([['a', 2]])],
      [new Set([1]), new Set([2])],
    ]) {
      await loadState(made(one), await saveState(made(one)));
      await assert.rejects(loadState(made(two), await saveState(made(one))), { code: 'OTHER_PIPELINE' });
    }
  });
  it('where the policy at seams was changed afterwards', async () => {
    const bytes = await saveState(new Integrate());
    const atom = new Integrate();
    atom.onDiscontinuity = 'raise';
    await assert.rejects(loadState(atom, bytes), { code: 'OTHER_PIPELINE', message: /saved "reset", here "raise"/ });
  });
  it('in a version that is not known', async () => {
    const content = await readNetcdf(await state());
    content.attrs.dasflow_state_version.values = Int32Array.of(2);
    await assert.rejects(loadState(resumable(), await writeNetcdf(content)), {
      code: 'UNKNOWN_VERSION',
      message: 'the saved state is a state of version 2; allowed: 1',
    });
  });
  it('where bytes were changed or cut off, or are something else', async (t) => {
    const bytes = await state();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (where, what) => {
        const broken = bytes.slice();
        broken[where] ^= what;
        const atom = resumable();
        try {
          await loadState(atom, broken);
          // a byte of HDF5's own that means nothing
          assert.deepEqual(await saveState(atom), await saveState(await restored(bytes)));
        } catch (error) {
          assert.ok(['BAD_STATE', 'UNKNOWN_VERSION'].includes((error as { code: string }).code), String(error));
        }
      }),
      { numRuns: 25 },
    );
    await assert.rejects(loadState(resumable(), bytes.subarray(0, bytes.length - 100)), { code: 'BAD_STATE' });
    await assert.rejects(loadState(resumable(), new Uint8Array(100)), { code: 'BAD_STATE', message: /broken/ });
    const content = await readNetcdf(bytes);
    const array = content.variables.find(({ values }) => values instanceof Float64Array)!;
    (array.values as Float64Array)[0] += 1;
    await assert.rejects(loadState(resumable(), await writeNetcdf(content)), {
      code: 'BAD_STATE',
      message: /checksum/,
    });
    const packet = await writeNetcdf({ attrs: {}, dims: [], variables: [] });
    await assert.rejects(loadState(resumable(), packet), { code: 'BAD_STATE', message: /no saved state/ });
    const folder = await temporaryFolder(t);
    await assert.rejects(loadState(resumable(), join(folder, 'none.nc')), { code: 'BAD_FILE', message: /none\.nc/ });
    await writeFile(join(folder, 'broken.nc'), bytes.subarray(0, 1000));
    await assert.rejects(loadState(resumable(), join(folder, 'broken.nc')), {
      code: 'BAD_STATE',
      message: /broken\.nc/,
    });
    await assert.rejects(loadState(resumable(), 7 as never), { code: 'BAD_ARGUMENT' });
  });
  const restored = async (bytes: Uint8Array) => {
    const atom = resumable();
    await loadState(atom, bytes);
    return atom;
  };
  it('is written whole or not at all', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'state.nc');
    const bytes = await saveState(new LFilter({ b: [1], a: [1] }), path);
    assert.deepEqual(new Uint8Array(await readFile(path)), bytes);
    assert.deepEqual(await readdir(folder), ['state.nc']);
    await assert.rejects(saveState(new LFilter({ b: [1], a: [1] }), join(folder, 'nowhere', 'state.nc')), {
      code: 'BAD_FILE',
    });
  });
});
