import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { CoordDType } from '../../lib/dtype.js';
import { readCsv } from '../../lib/files/read-csv.js';
import { Table } from '../../lib/table/table.js';
import { NAT } from '../../lib/time.js';
import { temporaryFolder } from './temporary-folder.js';

async function reader(t: TestContext) {
  const path = join(await temporaryFolder(t), 'a.csv');
  return async (text: string, dtypes?: Record<string, CoordDType>) => {
    await writeFile(path, text);
    return await readCsv(path, dtypes);
  };
}

test('CSV is read by RFC 4180, as pandas and others write it', async (t) => {
  const read = await reader(t);
  assert.deepEqual((await read('a,b\r\n"1, ""2""",\n"x\ny",z')).rows(), [
    { a: '1, "2"', b: '' },
    { a: 'x\ny', b: 'z' },
  ]);
  assert.deepEqual((await read('\ufeffa,b\n1,2\n\n3,4\n')).rows(), [
    { a: '1', b: '2' },
    { a: '3', b: '4' },
  ]);
  assert.deepEqual((await read('a\n1\n""\n', { a: 'float64' })).get('a'), Float64Array.of(1, Number.NaN));
  const table = await read('a,t\n1.5,\n,2024-01-01 00:00:00.5\n', { a: 'float64', t: 'datetime64[ns]' });
  assert.deepEqual(table.get('a'), Float64Array.of(1.5, Number.NaN));
  assert.deepEqual(table.get('t'), BigInt64Array.of(NAT, 1_704_067_200_500_000_000n));
  assert.deepEqual(
    (await read('f\ninf\n-inf\n1e3\n.5\n', { f: 'float32' })).get('f'),
    Float32Array.of(Infinity, -Infinity, 1000, 0.5),
  );
  assert.equal((await read('a,b\n', { a: 'int8' })).length, 0);
});

test('what is no CSV, or no value of its column, is refused with its line: nothing is cut off, guessed or wrapped', async (t) => {
  const read = await reader(t);
  for (const [text, dtypes, message] of [
    ['', {}, /empty/],
    ['a,b\n1,2\n3\n', {}, /line 3/],
    ['a,b\n1,2,\n', {}, /line 2/],
    ['a,b\n"x"y,2\nz,3\n', {}, /line 2/],
    ['a,b\n"1,2\n3,4\n', {}, /no CSV/],
    ['a,a\n1,2\n', {}, /column a occurs twice/],
    ['10,2\nx,y\n', {}, /column 10/],
    ['a,b\n1,1\n,2\n', { a: 'int64' }, /line 3: "" in column a is no int64/],
    ['a\n1.5\n', { a: 'int64' }, /line 2/],
    ['a\nabc\n', { a: 'float64' }, /line 2: "abc" in column a is no float64/],
    ['a\n0x10\n', { a: 'float64' }, /line 2/],
    ['a\n99999999999\n', { a: 'int32' }, /line 2/],
    ['a\n-1\n', { a: 'uint64' }, /line 2/],
    ['a\n3000-01-01\n', { a: 'datetime64[ns]' }, /line 2/],
    ['a\n1 day\n', { a: 'timedelta64[ns]' }, /line 2/],
  ] as const)
    await assert.rejects(read(text, dtypes), { code: 'BAD_FILE', message }, JSON.stringify(text));
});

test('every table comes back from its CSV text', async (t) => {
  const read = await reader(t);
  const dtypes = {
    float: 'float64',
    single: 'float32',
    int: 'int16',
    big: 'uint64',
    time: 'datetime64[ns]',
    span: 'timedelta64[ns]',
    text: 'string',
  } as const;
  const row = fc.tuple(
    fc.double(),
    fc.float(),
    fc.integer({ min: -32768, max: 32767 }),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
    // pandas leaves a lone carriage return unquoted, so that no reader of CSV gets it back
    fc.string().map((text) => text.replaceAll('\r', '')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      const columns = Object.entries(dtypes).map(([name, dtype], k) => [
        name,
        { dtype, values: rows.map((one) => one[k]) },
      ]);
      const table = new Table(Object.fromEntries(columns));
      assert.ok((await read(table.toCsv(), dtypes)).equals(table), table.toCsv());
    }),
    { numRuns: 50 },
  );
});
