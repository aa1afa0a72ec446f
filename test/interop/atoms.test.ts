import assert from 'node:assert/strict';
import { it } from 'node:test';
import { atomFromSpec, type DataArray, openDataArray, process, Table } from '../../lib/index.js';
import { assertSameResult, type PeerResult } from './assert-close.js';
import { describePeers } from './describe-peers.js';
import { buildArray, describeArray } from './description.js';
import { shared } from './shared.js';
import { wave } from './wave.js';

type Stages = Record<string, object>[];

const recording = wave({ samples: 1200, channels: 6 });

const pipelines: Stages[] = [
  [{ Filter: { freq: [1, 10] } }],
  [{ Filter: { freq: [null, 10] } }],
  [{ Filter: { freq: [5, null], order: 2 } }],
  [{ Filter: { freq: [1, 10], ftype: 'fir' } }],
  [{ IIRFilter: { order: 4, cutoff: [2, 20], dim: 'time' } }],
  [{ IIRFilter: { order: 3, cutoff: 5, btype: 'lowpass', ftype: 'cheby1', rp: 1, stype: 'ba', dim: 'time' } }],
  [{ FIRFilter: { numtaps: 31, cutoff: [2, 20], dim: 'time' } }],
  [{ FIRFilter: { numtaps: 20, cutoff: 10, btype: 'lowpass', window: 'hann', dim: 'time' } }],
  [{ LFilter: { b: [0.2, 0.1], a: [1, -0.7], dim: 'time' } }],
  [{ SOSFilter: { sos: [[0.1, 0.2, 0.1, 1, -0.9, 0.3]], dim: 'time' } }],
  [{ DownSample: { factor: 3, dim: 'time' } }],
  [{ Resample: { rate: 50 } }],
  [{ Resample: { rate: 20, method: 'iir' } }],
  [{ Resample: { down: 4 } }],
  [{ STALTA: { sta: 0.1, lta: 1 } }],
  [{ STALTA: { sta: 0.1, lta: 1, method: 'classic' } }],
  [
    { Filter: { freq: [1, 10] } },
    { Resample: { rate: 50 } },
    { STALTA: { sta: 0.2, lta: 2 } },
    { Trigger: { thresh: 1.1 } },
  ],
];

describePeers(
  'atoms give what xdas gives',
  (suite) => {
    const source = () => ({ arrays: [describeArray(recording)] });

    for (const stages of pipelines) {
      const name = stages.map((stage) => JSON.stringify(stage)).join(' ');

      it(`${name}: the whole array`, suite.options, async () => {
        const expected = await suite.peer.call<PeerResult>('apply', { stages, source: source() });
        assertSameResult(atomFromSpec(stages).apply(recording), expected);
      });

      it(`${name}: in chunks`, suite.options, async () => {
        const expected = await suite.peer.call<PeerResult>('apply', {
          stages,
          source: source(),
          chunks: { time: 170 },
        });
        assertSameResult(await process(atomFromSpec(stages), recording, null, { chunks: { time: 170 } }), expected);
      });
    }

    const earthquake = shared('data/earthquake.nc');
    const skip = suite.options.skip ?? earthquake.skip;
    it('the picks of the earthquake', { ...suite.options, ...(skip && { skip }) }, async () => {
      const stages: Stages = [
        { Filter: { freq: [1, 10] } },
        { Resample: { rate: 50 } },
        { STALTA: { sta: 0.5, lta: 5 } },
        { Trigger: { thresh: 4 } },
      ];
      const file = await openDataArray(earthquake.path);
      const array: DataArray = await file.load();
      const source = { arrays: [describeArray(array)] };
      const expected = await suite.peer.call<PeerResult>('apply', { stages, source });
      const picks = atomFromSpec(stages).apply(array);
      assert.ok(picks instanceof Table);
      assert.equal(picks.length, 918);
      assertSameResult(picks, expected);
      const chunked = await process(atomFromSpec(stages), array, null, { chunks: { time: 50 } });
      assertSameResult(chunked, expected);
      // as text: the same columns and times, digit for digit
      const texts = (csv: string) => csv.split('\n').map((line) => line.split(',').slice(0, 2).join());
      assert.deepEqual(texts(picks.toCsv()).sort(), texts(expected.csv!).sort());
      assert.ok(buildArray(describeArray(array)).equals(array));
    });
  },
  ['0.2.10'],
);
