import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DataArray } from '../../lib/index.js';
import { type Engine, type InterpCoordinate, openDataArray } from '../../lib/index.js';
import { describePeers } from './describe-peers.js';
import { type ArrayDescription, describeArray, differences, type Packed, unpack } from './description.js';
import { shared } from './shared.js';

/** Options of an engine, ours and xdas's (which `peer.py` spells in snake case). */
type Options = Record<string, unknown>;

/** Files that an engine of xdas opens, with the options that are tried. */
const asXdas: [file: string, engine: string, options?: Options][] = [
  ['earthquake.nc', 'xdas'],
  ['xdas_netcdf.nc', 'xdas'],
  ['ap_sensing_1.hdf5', 'apsensing'],
  ['ap_sensing_1.hdf5', 'apsensing', { ctype: 'sampled' }],
  ['ap_sensing_1.hdf5', 'apsensing', { ctype: { time: 'dense', distance: 'interpolated' } }],
  ['febus_2.h5', 'febus'],
  ['febus_2.h5', 'febus', { overlaps: [100, 400], offset: 7, ctype: 'sampled' }],
  ['geofon_9N_HSF.mseed', 'miniseed'],
  ['geofon_9N_HSF.mseed', 'miniseed', { ignoreLastSample: true, ctype: 'sampled' }],
  ['iDAS005_hdf5_example.626.h5', 'prodml'],
  ['iDAS005_hdf5_example.626.h5', 'sintela', { ctype: { distance: 'sampled' } }],
  ['prodml_2.0.h5', 'prodml'],
  ['prodml_2.0.h5', 'optasense', { ctype: { distance: 'dense' } }],
  ['iDAS005_tdms_example.626.tdms', 'silixa'],
  ['iDAS005_tdms_example.626.tdms', 'silixa', { ctype: 'dense' }],
  ['sample_tdms_file_v4713.tdms', 'silixa'],
  ['terra15_v5_test_file.hdf5', 'terra15'],
  ['terra15_v5_test_file.hdf5', 'terra15', { ctype: { distance: 'dense' } }],
];

/** Without attributes: most engines of xdas drop what the file says. */
function withoutAttrs(array: ArrayDescription): ArrayDescription {
  return { ...array, attrs: {} };
}

const engineOf = (name: string, options: Options | undefined): Engine => (options ? { [name]: options } : name);

async function load(path: string, engine?: Engine): Promise<DataArray> {
  return await (await openDataArray(path, { engine })).load();
}

describePeers(
  'files of instruments',
  (suite) => {
    for (const [name, engine, options] of asXdas) {
      const { path, skip } = shared(`data/${name}`);
      const title = `${name} as ${engine}${options ? ` ${JSON.stringify(options)}` : ''}: as xdas opens it, values bit for bit`;
      it(title, { ...suite.options, ...(skip && { skip }) }, async () => {
        const { array } = await suite.peer.call<{ array: ArrayDescription }>('open_engine', { path, engine, options });
        const ours = await load(path, engineOf(engine, options));
        assert.deepEqual(differences(withoutAttrs(describeArray(ours)), withoutAttrs(array)), []);
        if (engine === 'xdas') assert.deepEqual(differences(describeArray(ours), array), []);
        if (!options) assert.ok((await load(path)).equals(ours), 'found by content, it is the same');
      });
    }

    /** The arrays of a file as h5py has them. */
    async function datasets(path: string, ...names: string[]): Promise<Packed[]> {
      const got = await suite.peer.call<{ datasets: Packed[] }>('read_hdf5', { path, datasets: names });
      return got.datasets;
    }

    const beyond = (
      name: string,
      shape: Record<string, number>,
      check: (path: string, ours: DataArray) => Promise<void>,
    ) => {
      const { path, skip } = shared(`data/${name}`);
      it(`${name}, which no engine of xdas opens`, { ...suite.options, ...(skip && { skip }) }, async () => {
        const ours = await load(path);
        assert.deepEqual({ ...ours.sizes }, shape);
        await check(path, ours);
      });
    };

    const sameValues = (ours: DataArray, packed: Packed) => {
      assert.equal(ours.dtype, packed.dtype);
      assert.deepEqual(ours.values, unpack(packed));
    };
    const near = (labels: ArrayLike<unknown>, expected: (index: number) => number) => {
      for (let k = 0; k < labels.length; k++)
        assert.ok(Math.abs(Number(labels[k]) - expected(k)) < 1e-9, `label ${k}: ${labels[k]}, not ${expected(k)}`);
    };
    const times = (ours: DataArray, first: bigint, step: bigint) => {
      const { values, samplingInterval } = ours.coords.get('time') as InterpCoordinate;
      assert.equal(samplingInterval, step);
      assert.deepEqual(
        values,
        BigInt64Array.from({ length: ours.sizes.time! }, (_, k) => first + step * BigInt(k)),
      );
    };
    const at = (text: string) => BigInt(Date.parse(`${text}Z`)) * 1_000_000n;
    const labels = (ours: DataArray, dim: string) => ours.coords.axis(dim).values as Float64Array;

    beyond('decimated_optodas.hdf5', { time: 5000, distance: 51 }, async (path, ours) => {
      const [data, channels, dx] = await datasets(path, 'data', 'header/channels', 'header/dx');
      sameValues(ours, data!);
      times(ours, at('2023-10-27T14:23:37.020'), 2_000_000n);
      const [numbers, [spacing]] = [unpack(channels!) as Int32Array, unpack(dx!) as Float64Array];
      near(labels(ours, 'distance'), (k) => numbers[k]! * spacing!);
      assert.equal(ours.attrs.unit, 'strain/s');
    });

    beyond('silixa_h5_1.hdf5', { time: 100, distance: 3840 }, async (path, ours) => {
      sameValues(ours, (await datasets(path, 'Acoustic'))[0]!);
      times(ours, at('2023-09-22T18:29:26.158'), 2_000_000n);
      near(labels(ours, 'distance'), (k) => 0.765761 + k * 1.020952 * 2);
    });

    beyond('neubrex_das_1.h5', { time: 30, distance: 17534 }, async (path, ours) => {
      sameValues(ours, (await datasets(path, 'Acoustic'))[0]!);
      times(ours, at('2023-05-22T06:25:34.617') + 505_100n, 1_000_000n);
      near(labels(ours, 'distance'), (k) => k * Math.fround(0.4106746));
    });

    beyond('gdr_1.h5', { time: 10_000, distance: 10 }, async (path, ours) => {
      const [data, stamps] = await datasets(path, 'DasRawData/RawData', 'DasRawData/DasTimeArray');
      sameValues(ours, data!);
      times(ours, (unpack(stamps!) as BigUint64Array)[0]!, 1_000_000n);
      near(labels(ours, 'distance'), (k) => k * 1.021);
    });

    beyond('valencia_febus_example.h5', { time: 2500, distance: 100 }, async (path, ours) => {
      const source = 'fa1-20050027/Source1';
      const [data, stamps] = await datasets(path, `${source}/Zone1/SR_Valencia`, `${source}/time`);
      sameValues(ours, data!);
      const got = labels(ours, 'time') as unknown as BigInt64Array;
      const blocks = unpack(stamps!) as Float64Array;
      for (let k = 0; k < 2500; k++) {
        const expected = blocks[Math.floor(k / 250)]! + ((k % 250) - 125) * 0.002;
        assert.ok(Math.abs(Number(got[k]! / 1000n) - expected * 1e6) <= 1, `label ${k}`);
      }
      assert.equal(ours.name, 's_r__valencia');
      near(labels(ours, 'distance'), (k) => k * 16.8);
    });

    beyond('prodml_fbe_1.h5', { time: 453, frequency: 5, distance: 301 }, async (path, ours) => {
      const group = 'Acquisition/Processed/Fbe[0]';
      const names = [0, 1, 2, 3, 4].map((band) => `${group}/FbeData[${band}]`);
      const [stamps, ...bands] = await datasets(path, `${group}/FbeDataTime`, ...names);
      const micros = unpack(stamps!) as BigInt64Array;
      times(ours, micros[0]! * 1000n, 5_120_000_000n);
      for (const [band, packed] of bands.entries())
        assert.deepEqual(ours.isel({ frequency: band }).values, unpack(packed));
      near(labels(ours, 'frequency'), (k) => [-0.48828125, 0.48828125, 9.27734375, 49.31640625, 199.70703125][k]!);
      near(labels(ours, 'distance'), (k) => k * Math.fround(1.0209523));
    });

    for (const [name, shape, patch] of [
      [
        'deformation_rate_event_1.hdf5',
        { time: 900, distance: 225 },
        'DAS________2022_06_04T15_27_44_800325476__2022_06_04T15_27_45_249830870',
      ],
      [
        'dispersion_event.h5',
        { distance: 101, time: 2500 },
        'DAS________2000_01_01T00_00_00_000000000__2000_01_01T00_00_01_249500000',
      ],
    ] as const)
      beyond(name, shape, async (path, ours) => {
        const folder = `waveforms/${patch}`;
        const [data, stamps, distances] = await datasets(
          path,
          `${folder}/data`,
          `${folder}/_coord_time`,
          `${folder}/_coord_distance`,
        );
        sameValues(ours, data!);
        assert.deepEqual(labels(ours, 'time'), unpack(stamps!));
        const metres = unpack(distances!) as Float64Array;
        near(labels(ours, 'distance'), (k) => metres[k]!);
        assert.ok(ours.coords.axis('time').isRegular());
      });

    const etna = shared('data/etna_9n_3chan_10s.mseed');
    it('etna_9n_3chan_10s.mseed, which no engine of xdas opens', {
      ...suite.options,
      ...(etna.skip && { skip: etna.skip }),
    }, async () => {
      const { path } = etna;
      const { traces } = await suite.peer.call<{ traces: { id: string; start: string; values: Packed }[] }>(
        'read_traces',
        { path },
      );
      await assert.rejects(load(path), {
        code: 'BAD_FILE',
        message: /9N\.00067\.\.HSF \(13729 samples.*9N\.00066\.\.HSF \(13735 samples/,
      });
      const together = await load(path, { miniseed: { span: 'common' } });
      assert.deepEqual({ ...together.sizes }, { station: 3, time: 13_556 });
      for (const [k, { id, start, values }] of traces.entries()) {
        const samples = unpack(values) as Int32Array;
        const alone = await load(path, { miniseed: { select: id } });
        assert.deepEqual(alone.values, samples);
        times(alone, BigInt(start), 1_000_000n);
        assert.deepEqual(together.isel({ station: k }).values, samples.subarray(0, 13_556));
      }
    });
  },
  ['0.2.10'],
);
