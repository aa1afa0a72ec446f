/** Real recordings: the same picks and spectra as live xdas. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { joinChunks } from '../../lib/atoms/chunk.js';
import {
  type AtomSpec,
  atomFromSpec,
  type DataArray,
  type LazyArray,
  openDataArray,
  split,
  Table,
} from '../../lib/index.js';
import { describePeers, type PeerSuite } from './describe-peers.js';
import { describeArray } from './description.js';
import { type Answer, judge } from './operations/judge.js';
import { shared } from './shared.js';

/** Every n-th channel, over all the time: the whole earthquake is in atoms.test.ts. */
const some = async (file: LazyArray, step: number) => (await file.load()).isel({ distance: { step } });

interface Question {
  target: string;
  options: Record<string, unknown>;
  spec: AtomSpec;
  relative: number;
}

/** What is asked of a recording: a band that fits it, picks, and spectra. */
function questions(band: number[], sta: number, lta: number, thresh: number): Record<string, Question> {
  const atoms = [{ Filter: { freq: band } }, { STALTA: { sta, lta } }, { Trigger: { thresh } }];
  const window = { wlen: lta / 2, hop: lta / 4, window: 'hann', scaling: 'psd', dim: 'time' };
  const spectrum = { dim: { time: 'frequency' } };
  return {
    picks: { target: 'atoms.Sequential', options: { atoms }, spec: atoms, relative: 1e-12 },
    'classic picks': {
      target: 'atoms.Sequential',
      options: { atoms: [atoms[0], { STALTA: { sta, lta, method: 'classic' } }, atoms[2]] },
      spec: [atoms[0]!, { STALTA: { sta, lta, method: 'classic' } }, atoms[2]!],
      relative: 1e-12,
    },
    STFT: { target: 'atoms.STFT', options: window, spec: { STFT: window }, relative: 1e-10 },
    rfft: { target: 'fft.rfft', options: spectrum, spec: { rfft: spectrum }, relative: 1e-10 },
  };
}

function recordingTests(
  suite: PeerSuite,
  name: string,
  open: () => Promise<DataArray>,
  asked: Record<string, Question>,
  skip?: string,
) {
  describe(name, () => {
    let array: DataArray;
    const options = { ...suite.options, ...(skip && { skip }) };
    before(async () => {
      if (!options.skip) array = await open();
    });
    for (const [title, { target, options: theirs, spec, relative }] of Object.entries(asked))
      it(title, options, async () => {
        const item = { array: 0, target, options: theirs, chunkDim: 'time', cuts: null, atom: false };
        const [expected] = await suite.peer.call<Answer[]>('evaluate', {
          arrays: [describeArray(array)],
          items: [item],
        });
        const bound = () => ({ relative: array.dtype === 'float32' ? Math.max(relative, 1e-6) : relative });
        const result = atomFromSpec(spec).apply(array);
        judge(result, expected!, bound);
        if (!(result instanceof Table)) return;
        assert.ok(result.length > 10, `${result.length} picks`);
        const atom = atomFromSpec(spec);
        const size = array.sizes.time!;
        const chunks = split(array, [1, 7, Math.floor(size / 3), size - 2], 'time').flatMap((piece) =>
          atom.push(piece, { chunkDim: 'time' }),
        );
        judge(joinChunks([...chunks, ...atom.flush()], 'time'), expected!, bound);
      });
  });
}

describePeers(
  'real recordings',
  (suite) => {
    const earthquake = fileURLToPath(new URL('../../../pipelines/data/earthquake.nc', import.meta.url));
    recordingTests(
      suite,
      'an earthquake',
      async () => some(await openDataArray(earthquake), 10),
      questions([1, 10], 0.5, 5, 3),
    );

    const prodml = shared('data/prodml_2.0.h5');
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'dasflow-prodml-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));
    const convert = async () => {
      const path = join(folder, 'prodml.nc');
      await suite.peer.call('convert', { source: prodml.path, path, engine: 'prodml' });
      const array = await some(await openDataArray(path), 8);
      assert.equal(array.dtype, 'int16');
      return array;
    };
    recordingTests(suite, 'ProdML 2.0, int16', convert, questions([10, 60], 0.05, 0.5, 2), prodml.skip);
  },
  ['0.2.10'],
);
