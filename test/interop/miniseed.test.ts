/** What we write as miniSEED, as ObsPy reads it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  type DataArray,
  openDataArray,
  runPipeline,
  StreamWriter,
  type StreamWriterOptions,
  type TypedArray,
  toTime,
} from '../../lib/index.js';
import { cutAt, recording, roughIntegers, rows } from '../files/miniseed/recordings.js';
import { describePeers, type PeerSuite } from './describe-peers.js';
import { describeArray, type Packed, unpack } from './description.js';

interface PeerTrace {
  id: string;
  start: string;
  rate: number;
  values: Packed;
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dasflow-miniseed-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function write(path: string, arrays: readonly DataArray[], options: StreamWriterOptions): Promise<void> {
  await pipeline(
    Readable.from(arrays),
    new StreamWriter(path, { network: 'XX', ...options }).on('notice', () => {}),
  );
}

async function traces(suite: PeerSuite, path: string): Promise<PeerTrace[]> {
  const found = await suite.peer.call<{ traces: PeerTrace[] }>('read_traces', { path });
  return found.traces.sort((a, b) => (a.id + a.start < b.id + b.start ? -1 : 1));
}

const micro = (ns: bigint) => ((ns + 500n) / 1000n) * 1000n;

describePeers(
  'miniSEED',
  (suite) => {
    it('ObsPy reads any integers and floats bit for bit, however the stream was cut', suite.options, () =>
      inFolder(async (folder) => {
        let run = 0;
        await fc.assert(
          fc.asyncProperty(
            fc.integer(),
            fc.integer({ min: 1, max: 5000 }),
            fc.integer({ min: 1, max: 3 }),
            fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
            fc.constantFrom('STEIM2', 'STEIM1', 'INT32', 'FLOAT32', 'FLOAT64'),
            fc.constantFrom(256, 512, 4096),
            fc.bigInt({ min: toTime('1971-01-01'), max: toTime('2100-01-01') }),
            async (seed, samples, channels, places, encoding, recordLength, start) => {
              const Values = encoding === 'FLOAT32' ? Float32Array : encoding === 'FLOAT64' ? Float64Array : Int32Array;
              const data = Values.from(roughIntegers(samples * channels, seed) as Iterable<number>) as TypedArray;
              const array = recording(data, channels, { start });
              const path = join(folder, `${run++}.mseed`);
              const options = { outputFormat: 'flat', encoding, recordLength } as StreamWriterOptions;
              await write(path, cutAt(array, places), options);
              const found = await traces(suite, path);
              const expected = rows(array);
              assert.equal(found.length, channels);
              for (const [row, trace] of found.entries()) {
                assert.equal(trace.id, `XX.0000${row + 1}.00.HN1`);
                assert.equal(BigInt(trace.start), micro(start));
                assert.equal(trace.rate, 100);
                assert.deepEqual(unpack(trace.values), expected.slice(row * samples, (row + 1) * samples));
              }
            },
          ),
          { numRuns: 60 },
        );
      }),
    );

    it('gaps are gaps for ObsPy, at the right times, and rates are its own', suite.options, () =>
      inFolder(async (folder) => {
        for (const [step, rate] of [
          [10_000_000n, 100],
          [[10_000_000n, 3n], 300],
          [80_000_000n, 12.5],
          [60_000_000_000n, 1 / 60],
          [20_000n, 50_000],
          [3_333_333n, Math.fround(1e9 / 3_333_333)],
        ] as [bigint | [bigint, bigint], number][]) {
          const path = join(folder, 'gaps.mseed');
          const first = recording(roughIntegers(700, 1), 1, { step });
          const start = toTime('2024-03-01');
          const second = recording(roughIntegers(300, 2), 1, { step, start });
          await write(path, [first, second], { outputFormat: 'flat', recordLength: 256 });
          const found = await traces(suite, path);
          assert.deepEqual(
            found.map((trace) => [BigInt(trace.start), unpack(trace.values)]),
            [
              [toTime('2024-02-29T12:00:00'), first.values],
              [start, second.values],
            ],
          );
          assert.ok(Math.abs(found[0]!.rate / rate - 1) < 1e-12, `${found[0]!.rate} for ${rate}`);
        }
      }),
    );

    it('its SDS client finds what a live stream over midnight left, before, across and after', suite.options, () =>
      inFolder(async (root) => {
        const start = toTime('2023-12-31T23:58:00');
        const array = recording(roughIntegers(4 * 24_000, 9), 4, { start });
        await write(root, cutAt(array, [0.2, 0.21, 0.6, 0.9]), {
          station: 'D{:02}',
          channel: '{:1}SF',
          recordLength: 512,
        });
        for (const [from, to] of [
          ['2023-12-31T23:58:10', '2023-12-31T23:58:20'],
          ['2023-12-31T23:59:30.5', '2024-01-01T00:00:42.25'],
          ['2023-12-31T23:58:00', '2024-01-01T00:01:59.99'],
          ['2024-01-01T00:00:00', '2024-01-01T00:01:00'],
        ] as const) {
          const { traces: found } = await suite.peer.call<{ traces: PeerTrace[] }>('read_sds', {
            root,
            network: 'XX',
            station: '*',
            location: '00',
            channel: 'HSF',
            start: String(toTime(from)),
            end: String(toTime(to)),
          });
          assert.deepEqual(
            found.map(({ id }) => id),
            ['XX.D01.00.HSF', 'XX.D02.00.HSF', 'XX.D03.00.HSF', 'XX.D04.00.HSF'],
          );
          for (const [row, trace] of found.entries()) {
            const part = array.sel({ time: { start: from, stop: to } }).isel({ distance: row });
            assert.equal(BigInt(trace.start), part.coords.axis('time').start);
            assert.deepEqual(unpack(trace.values), part.values);
          }
        }
      }),
    );

    it('the same ids, times and values as to_stream and ObsPy write', suite.options, () =>
      inFolder(async (folder) => {
        const array = recording(roughIntegers(3 * 500, 4), 3, { start: toTime('2024-05-05T05:05:05.123456') });
        const path = join(folder, 'ours.mseed');
        const theirs = join(folder, 'theirs.mseed');
        const options = { network: 'NT', station: 'ST{:03}', location: '--' };
        await write(path, [array], { ...options, outputFormat: 'flat' });
        // plain int32 on their side: ObsPy refuses differences that are too large for Steim 2
        await suite.peer.call('write_stream', { array: describeArray(array), path: theirs, options });
        assert.deepEqual(await traces(suite, path), await traces(suite, theirs));
        assert.ok((await (await openDataArray(path)).load()).equals(await (await openDataArray(theirs)).load()));
      }),
    );

    it('goes on with an archive that is appended to, record by record', suite.options, () =>
      inFolder(async (root) => {
        const array = recording(roughIntegers(2 * 9000, 12), 2);
        for (const part of cutAt(array, [0.3, 0.55])) await write(root, [part], { mode: 'append' });
        const path = join(root, '2024', 'XX', '00002', 'HN1.D', 'XX.00002.00.HN1.D.2024.060');
        const found = await traces(suite, path);
        assert.equal(found.length, 1);
        assert.deepEqual(unpack(found[0]!.values), array.isel({ distance: 1 }).values);
      }),
    );

    it('pipelines/archive-to-sds.yaml: ObsPy reads the archive, and the values are right', suite.options, () =>
      inFolder(async (folder) => {
        const { sinks } = await runPipeline(join(process.cwd(), 'pipelines', 'archive-to-sds.yaml'), {
          parameters: { OUT: folder },
        });
        assert.equal((sinks[0]!.statistics as { files: number }).files, 500);
        const source = await (await openDataArray(join(process.cwd(), 'pipelines', 'data', 'earthquake.nc'))).load();
        const time = source.coords.axis('time');
        const { traces: found } = await suite.peer.call<{ traces: PeerTrace[] }>('read_sds', {
          root: folder,
          network: 'PT',
          station: '0*',
          location: '',
          channel: 'HSF',
          start: String((time.start as bigint) - 10n ** 9n),
          end: String((time.end as bigint) + 10n ** 9n),
        });
        assert.equal(found.length, 500);
        for (const channel of [0, 123, 499]) {
          assert.equal(BigInt(found[channel]!.start), micro(time.start as bigint));
          assert.equal(found[channel]!.rate, 100);
          assert.deepEqual(unpack(found[channel]!.values), source.isel({ distance: channel }).values);
        }
      }),
    );
  },
  ['0.2.10'],
);
