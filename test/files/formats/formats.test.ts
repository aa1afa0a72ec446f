import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { describe, it, test } from 'node:test';
import { DasflowError, type Engine, formatNames, openDataArray } from '../../../lib/index.js';
import { describeArray, differences } from '../../interop/description.js';
import { temporaryFolder } from '../temporary-folder.js';
import { formatFiles } from './format-files.js';

const nameOf = (engine: Engine) => (typeof engine === 'string' ? engine : Object.keys(engine!)[0]!);

describe('files of every format', () => {
  for (const { title, path, engine, options, by, array } of formatFiles)
    it(`${title}: ${by === 'xdas' ? 'as xdas opens it' : 'what was put into it'}`, async () => {
      const lazy = await openDataArray(path, { engine });
      const whole = await lazy.load();
      assert.deepEqual(differences({ ...describeArray(whole), attrs: {} }, array), []);
      if (Object.keys(options).length === 0) assert.ok((await (await openDataArray(path)).load()).equals(whole));
      // any part of any dimension is the same part of the whole
      for (const dim of lazy.dims) {
        const size = lazy.sizes[dim]!;
        for (const [start, stop] of [
          [0, 1],
          [1, size],
          [size - 1, size],
          [Math.floor(size / 3), Math.ceil((2 * size) / 3)],
        ] as const)
          assert.ok((await lazy.read(dim, start, stop)).equals(whole.isel({ [dim]: { start, stop } })), dim);
      }
    });

  it('are there for each format', () => {
    const seen = new Set(formatFiles.map(({ engine }) => nameOf(engine)));
    assert.deepEqual(
      formatNames().filter((name) => !seen.has(name)),
      [],
    );
  });
});

test('aliases are names of the same formats', async () => {
  const aliases = {
    xdas: ['netcdf'],
    prodml: ['optasense', 'sintela', 'fosina'],
    miniseed: ['mseed'],
    gdr: ['dasrcn'],
    dasdae: ['dascore'],
  };
  for (const [name, others] of Object.entries(aliases)) {
    const { path } = formatFiles.find(({ engine }) => nameOf(engine) === name)!;
    const expected = await (await openDataArray(path, { engine: name })).load();
    for (const alias of others)
      assert.ok((await (await openDataArray(path, { engine: alias })).load()).equals(expected), alias);
  }
});

/** The file, damaged in one of many ways that the number chooses. */
function damaged(bytes: Buffer, seed: number): Buffer {
  const random = (n: number) => {
    const digest = createHash('sha256').update(`${seed}.${n}`).digest();
    return digest.readUInt32LE() / 2 ** 32;
  };
  if (seed % 3 === 0) return bytes.subarray(0, Math.floor(random(0) * bytes.length));
  const copy = Buffer.from(bytes);
  for (let k = 0; k < 1 + (seed % 4); k++)
    copy[Math.floor(random(2 * k + 1) * copy.length)] = Math.floor(random(2 * k + 2) * 256);
  return copy;
}

test('damaged files are read, or are errors that name the file: nothing else', { timeout: 120_000 }, async (t) => {
  const folder = await temporaryFolder(t);
  const files = [...new Map(formatFiles.map((each) => [each.file, each])).values()];
  const counts = { read: 0, refused: 0 };
  for (const { file, path, engine } of files) {
    const bytes = await readFile(path);
    for (let seed = 0; seed < 12; seed++) {
      const copy = join(folder, `${seed}-${file}`);
      await writeFile(copy, damaged(bytes, seed));
      for (const chosen of [engine, null])
        try {
          await (await openDataArray(copy, { engine: chosen })).load();
          counts.read++;
        } catch (error) {
          assert.ok(error instanceof DasflowError, `${copy}: ${(error as Error).stack}`);
          assert.ok(error.message.includes(copy), `${error.code}: ${error.message}`);
          counts.refused++;
        }
    }
  }
  assert.ok(counts.read > 50 && counts.refused > 100, JSON.stringify(counts));
});

test('a file of another format is an error that says what is missing', { timeout: 60_000 }, async () => {
  const files = [...new Map(formatFiles.map((each) => [each.file, each])).values()];
  for (const name of formatNames())
    for (const { file, path, options, by } of files) {
      if (Object.keys(options).length > 0 || by === 'facts') continue;
      const own = formatFiles.filter((each) => each.file === file).some((each) => each.engine === name);
      if (own) continue;
      await assert.rejects(openDataArray(path, { engine: name }), (error: DasflowError) => {
        assert.equal(error.code, 'BAD_FILE', `${name} of ${extname(path)}: ${error.stack}`);
        assert.match(error.message, /missing|no |not|does not|is none/);
        return true;
      });
    }
});
