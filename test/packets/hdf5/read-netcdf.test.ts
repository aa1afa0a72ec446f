import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { PacketError } from '../../../lib/errors.js';
import { Hdf5Worker, MAX_WAITING } from '../../../lib/packets/hdf5/hdf5-worker.js';
import { readJob, readNetcdf } from '../../../lib/packets/hdf5/read-netcdf.js';
import { allFrames, committedFrame, committedFrames, endlessFrame, type ReferenceFrame } from '../frame-files.js';

const refused: Record<string, RegExp> = { 'encoding-sz3': /sz3 \(32024\)/, 'encoding-sperr': /sperr \(32028\)/ };

async function checkFrame({ name, bytes, expected, values }: ReferenceFrame): Promise<void> {
  if (refused[name]) {
    await assert.rejects(readNetcdf(bytes), (error: PacketError) => {
      assert.ok(error instanceof PacketError);
      assert.equal(error.code, 'UNSUPPORTED_FILTER');
      assert.match(error.message, refused[name]);
      assert.equal(error.codec, name.slice('encoding-'.length));
      return true;
    });
    return;
  }
  const content = await readNetcdf(bytes);
  const variable = content.variables.find((each) => each.name === (expected.name ?? '__values__'))!;
  assert.deepEqual(variable.shape, expected.shape);
  assert.deepEqual(variable.dims, expected.dims);
  const array = variable.values as Float64Array;
  assert.ok(Buffer.from(array.buffer, array.byteOffset, array.byteLength).equals(values()), `${name}: values differ`);
  for (const [index, dim] of variable.dims.entries())
    assert.equal(content.dims.find((each) => each.name === dim)?.size, variable.shape[index]);
}

describe('readNetcdf', () => {
  for (const frame of committedFrames())
    test(`committed frame ${frame.name} of xdas ${frame.xdas}`, () => checkFrame(frame));

  const { frames, skip } = allFrames();
  test('all shared frames of both xdas versions, bit for bit', { skip }, async () => {
    assert.equal(frames.length, 100);
    for (const frame of frames) await checkFrame(frame);
  });

  test('attributes keep type, shape and text; what NetCDF keeps for itself stays out', async () => {
    const content = await readNetcdf(committedFrame('0.2.10', 'named-attrs').bytes);
    assert.deepEqual(content.attrs, { Conventions: { dtype: 'string', shape: [], values: ['CF-1.13'] } });
    const { attrs, dtype, storage } = content.variables.find(({ name }) => name === 'strain_rate')!;
    assert.equal(dtype, 'float32');
    assert.equal(storage, undefined);
    assert.deepEqual(attrs, {
      units: { dtype: 'string', shape: [], values: ['nm/m/s'] },
      gauge_length: { dtype: 'float64', shape: [1], values: Float64Array.of(10.2) },
      channels: { dtype: 'int64', shape: [3], values: BigInt64Array.of(0n, 1n, 2n) },
      note: { dtype: 'string', shape: [], values: ['détaché'] },
      coordinate_interpolation: {
        dtype: 'string',
        shape: [],
        values: ['time_values: time_interpolation distance_values: distance_interpolation'],
      },
    });
    assert.deepEqual(content.dims, [
      { name: 'time_points', size: 2 },
      { name: 'distance_points', size: 2 },
      { name: 'time', size: 50 },
      { name: 'distance', size: 8 },
    ]);
  });

  test('string variables and chunked storage', async () => {
    const strings = await readNetcdf(committedFrame('0.2.7', 'string-coordinate').bytes);
    const station = strings.variables.find(({ name }) => name === 'station')!;
    assert.deepEqual(station.values, ['STA1', 'STA2', 'STÉ3']);
    assert.deepEqual(station.dims, ['station']);
    const zfp = await readNetcdf(committedFrame('0.2.10', 'encoding-zfp-ragged-chunks').bytes);
    assert.deepEqual(zfp.variables.at(-1)!.storage, {
      chunks: [50, 10],
      filters: [{ id: 32013, clientData: [269504785, 91252346, 268435606, 3398434819] }],
    });
  });

  test('a slice of a larger buffer is read, and the caller keeps it', async () => {
    const { bytes } = committedFrame('0.2.7', 'named-attrs');
    const large = new Uint8Array(bytes.length + 300);
    large.set(bytes, 123);
    const content = await readNetcdf(large.subarray(123, 123 + bytes.length));
    assert.equal(content.variables.length, 7);
    assert.equal(large.length, bytes.length + 300);
  });
});

describe('readNetcdf with bad frames', () => {
  const good = committedFrame('0.2.7', 'scalar-coordinates');
  const code = (expected: string) => (error: unknown) => error instanceof PacketError && error.code === expected;

  test('a frame that hangs HDF5 fails at its deadline and the next one decodes', async () => {
    const [hung, next] = await Promise.allSettled([
      readNetcdf(endlessFrame(), { deadline: 400 }),
      readNetcdf(good.bytes),
    ]);
    assert.equal(hung.status, 'rejected');
    assert.ok(code('DEADLINE')(hung.reason));
    assert.equal(next.status, 'fulfilled');
  });

  test('not HDF5, empty, truncated', async () => {
    await assert.rejects(readNetcdf(new Uint8Array(0)), code('MALFORMED_PACKET'));
    await assert.rejects(
      readNetcdf(new TextEncoder().encode('xdas')),
      /decode: not an HDF5 file.*file signature not found/,
    );
    await assert.rejects(readNetcdf(good.bytes.subarray(0, 9000)), /truncated file/);
  });

  test('more data than maxBytes is refused before it is allocated', async () => {
    await assert.rejects(readNetcdf(good.bytes, { maxBytes: 400 }), code('TOO_LARGE'));
  });

  test('thousands of damaged frames: memory stays flat, nothing is printed, good frames decode', async () => {
    const bases = committedFrames().map(({ bytes }) => bytes);
    let state = 20261122;
    const random = (below: number) => {
      state = (state * 1664525 + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    // Damage in the superblock and the first object headers: refused quickly and always.
    const damaged = (index: number) => {
      const base = bases[index % bases.length];
      if (index % 3 === 0) return base.subarray(0, random(base.length));
      if (index % 3 === 1) return Uint8Array.from({ length: 500 }, () => random(256));
      const copy = Uint8Array.from(base);
      copy.fill(random(256), 100, 400);
      return copy;
    };
    let failed = 0;
    let warm = 0;
    for (let index = 0; index < 3000; index++) {
      await readNetcdf(damaged(index)).catch((error) => {
        assert.ok(error instanceof PacketError);
        failed++;
      });
      if (index === 999) warm = process.memoryUsage().rss;
    }
    assert.ok(failed > 2900, `${failed} failed`);
    const grown = (process.memoryUsage().rss - warm) / 2 ** 20;
    assert.ok(grown < 60, `grew by ${grown} MiB over 2000 bad frames`);
    await checkFrame(good);
  });

  test('one flipped byte: the verdict is the same after hundreds of errors as at first', async () => {
    const base = committedFrame('0.2.10', 'named-attrs').bytes;
    const verdict = async (index: number) => {
      const copy = Uint8Array.from(base);
      copy[600 + ((index * 7919) % 14_000)] ^= 0xff;
      const content = await readNetcdf(copy).catch((error: Error) => error.message);
      return typeof content === 'string' ? 'refused' : content.variables.map(({ name }) => name).join();
    };
    const all = Array.from({ length: 250 }, (_, index) => index);
    const first: string[] = [];
    for (const index of all) first.push(await verdict(index));
    const second: string[] = [];
    for (const index of all) second.push(await verdict(index));
    assert.deepEqual(second, first);
    const whole = (await readNetcdf(base)).variables.map(({ name }) => name).join();
    assert.deepEqual([...new Set(first)].sort(), ['refused', whole].sort(), 'no variable is lost in silence');
  });

  test('wrong arguments', async () => {
    await assert.rejects(readNetcdf(good.bytes, { deadline: Infinity }), { code: 'BAD_ARGUMENT' });
    await assert.rejects(readNetcdf('text' as never), { code: 'BAD_ARGUMENT' });
    await assert.rejects(readNetcdf(good.bytes, { deadline: 0 }), { code: 'BAD_ARGUMENT' });
    await assert.rejects(readNetcdf(good.bytes, { maxBytes: Number.NaN }), { code: 'BAD_ARGUMENT' });
  });
});

describe('the HDF5 worker', () => {
  const { bytes } = committedFrame('0.2.7', 'scalar-coordinates');

  test('serves in order, refuses more than its queue takes', async () => {
    const worker = new Hdf5Worker('decode');
    const order: number[] = [];
    const calls = Array.from({ length: MAX_WAITING }, (_, index) =>
      worker.run(readJob(bytes), { deadline: 2000 }).then(() => order.push(index)),
    );
    await assert.rejects(worker.run(readJob(bytes), { deadline: 2000 }), { code: 'QUEUE_FULL' });
    await Promise.all(calls);
    assert.deepEqual(order, Array.from(calls.keys()));
    await worker.close();
    await worker.run(readJob(bytes), { deadline: 2000 });
    await worker.close();
  });

  test('an aborted call rejects with the reason and leaves the queue', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const first = readNetcdf(bytes);
    const second = readNetcdf(bytes, { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(second, reason);
    await first;
    await assert.rejects(readNetcdf(bytes, { signal: controller.signal }), reason);
  });

  test('does not keep a process alive, and HDF5 prints nothing', () => {
    const module = new URL('../../../lib/packets/hdf5/read-netcdf.js', import.meta.url).href;
    const program = `
      const { readNetcdf } = await import(${JSON.stringify(module)});
      await readNetcdf(new Uint8Array(3000)).catch((error) => process.stdout.write(error.code));`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'MALFORMED_PACKET', stderr: '' });
  });
});
