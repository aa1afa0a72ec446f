import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { openMfDataArray, readCsv, toTime } from '../../lib/index.js';

const job = join(process.cwd(), 'dist', 'pipelines', 'earthquake.js');

describe('the main job', () => {
  let out: string;
  let said: string;
  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'dasflow-earthquake-'));
    said = (await promisify(execFile)(process.execPath, [job, out])).stdout;
  });
  after(() => rm(out, { recursive: true, force: true }));

  const line = (name: string): string => {
    const found = new RegExp(`^${name} +(.*)$`, 'm').exec(said);
    assert.ok(found, `no line ${name} in:\n${said}`);
    return found[1];
  };

  it('receives every packet, compressed', () => {
    assert.equal(line('packets sent'), '100');
    assert.equal(line('packets received'), '100');
    assert.equal(line('packets lost'), '0');
    assert.ok(Number(line('compression ratio')) > 1.5, line('compression ratio'));
  });

  it('finds P and S', () => {
    const moment = (name: string) => toTime(line(name).slice(0, 23));
    const near = (time: bigint, text: string) => {
      const off = time - toTime(text);
      assert.ok(off > -1_500_000_000n && off < 1_500_000_000n, `${said}\n${text}`);
    };
    near(moment('busiest moment 1'), '2016-03-21T07:37:39.5');
    near(moment('busiest moment 2'), '2016-03-21T07:37:59.5');
  });

  it('writes chunks, picks and a picture', async () => {
    const chunks = await openMfDataArray(join(out, 'chunks'));
    assert.deepEqual(chunks.sizes, { time: 2500, distance: 500 });
    const picks = await readCsv(join(out, 'picks.csv'));
    assert.deepEqual(picks.columns, ['distance', 'time', 'value']);
    assert.equal(String(picks.length), line('picks'));
    const png = await readFile(join(out, 'waterfall.png'));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
  });
});
