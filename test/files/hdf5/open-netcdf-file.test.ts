import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openNetcdfFile } from '../../../lib/files/hdf5/open-netcdf-file.js';
import { readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';
import { allFrames, committedFrames } from '../../packets/frame-files.js';

describe('openNetcdfFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dasflow-netcdf-'));
  after(() => rmSync(folder, { recursive: true }));
  const { frames, skip } = allFrames();

  async function check(list: ReturnType<typeof committedFrames>): Promise<void> {
    for (const { name, xdas, bytes } of list) {
      const path = join(folder, `${xdas}-${name}.nc`);
      writeFileSync(path, bytes);
      if (/sz3|sperr/.test(name)) {
        await assert.rejects(openNetcdfFile(path), { code: 'UNSUPPORTED_FILTER', path, message: /sz3|sperr/ });
        continue;
      }
      const file = await openNetcdfFile(path, { inlineBytes: 0 });
      const whole = await readNetcdf(bytes);
      for (const variable of whole.variables) {
        const { shape, values } = variable;
        assert.deepEqual(await file.read(variable.name), values, `${xdas} ${name} ${variable.name}`);
        assert.equal(file.lazy.has(variable.name), shape.length > 1);
        if (shape.length !== 2) continue;
        const [start, count] = [shape.map((size) => Math.floor(size / 3)), shape.map((size) => Math.ceil(size / 2))];
        const block = await file.read(variable.name, start, count);
        const expected = Array.from({ length: count[0] * count[1] }, (_, index) => {
          const row = start[0] + Math.floor(index / count[1]);
          return values[row * shape[1] + start[1] + (index % count[1])];
        });
        assert.deepEqual(Array.from(block as Iterable<unknown>), expected);
      }
      for (const variable of file.content.variables) if (file.lazy.has(variable.name)) variable.values = [];
      for (const variable of whole.variables) if (file.lazy.has(variable.name)) variable.values = [];
      assert.deepEqual(file.content, whole);
    }
  }

  test('committed frames as files: whole, in blocks, and only what is asked for', () => check(committedFrames()));
  test('all shared frames as files', { skip }, () => check(frames));

  test('what is not there', async () => {
    const path = join(folder, 'none.nc');
    await assert.rejects(openNetcdfFile(path), { code: 'BAD_FILE', path, message: /No such file/ });
    writeFileSync(path, 'text');
    await assert.rejects(openNetcdfFile(path), { code: 'BAD_FILE', message: /file signature not found/ });
    writeFileSync(path, committedFrames()[0].bytes);
    const file = await openNetcdfFile(path);
    await assert.rejects(file.read('strain'), { code: 'BAD_INDEX', message: /variable strain is not there/ });
    await assert.rejects(file.read('strain_rate', [0, 0], [51, 1]), {
      code: 'BAD_INDEX',
      message: /no block of \(51,1\)/,
    });
    await assert.rejects(openNetcdfFile(path, { maxBytes: 0 }), { code: 'BAD_ARGUMENT' });
  });
});
