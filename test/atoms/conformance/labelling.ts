/** Axes that declare no interval, and axes of float seconds, are as good as others; what had to be inferred is said once. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AtomNotice } from '../../../lib/atoms/atom-report.js';
import { type Axis, axes, declares } from './axes.js';
import { assertStreamed, flags, judges, made, runs, streamed } from './cutting.js';
import type { Entry } from './entry.js';
import { build, streamsOf } from './streams.js';

const unusual: readonly Axis[] = axes.filter((axis) => axis !== 'interpolated' && axis !== 'sampled');
const undeclared: readonly Axis[] = axes.filter((axis) => !declares(axis));

/** The properties, by name. */
export const axisProperties: Record<string, (entry: Entry) => void> = {
  'chunked is whole on axes that declare no interval and on axes of floats': (entry) => {
    fc.assert(
      fc.property(streamsOf(entry, ['gap', 'rate', 'none'], { among: unusual }), (stream) => {
        const built = build(stream);
        assertStreamed(entry, streamed(made(entry), built.chunks), built);
      }),
      runs(3),
    );
  },
  'an interval that is inferred is said once, and one that is declared never': (entry) => {
    const among: readonly Axis[] = entry.needsDeclared ? ['sampled'] : [...undeclared, 'interpolated'];
    fc.assert(
      fc.property(streamsOf(entry, ['gap', 'none'], { among }), (stream) => {
        const { chunks } = build(stream);
        const atom = entry.make();
        const notices: AtomNotice[] = [];
        atom.onNotice = (notice) => notices.push(notice);
        for (const chunk of chunks) atom.push(chunk, flags);
        const judging = judges(entry, atom.state);
        atom.reset();
        for (const chunk of chunks) atom.push(chunk, flags);
        const said = notices.filter(({ code, dim }) => code === 'INFERRED_INTERVAL' && dim === 'time');
        const expected = declares(stream.layout.axis) ? 0 : 1;
        // one that turns out not to judge may have said it of the first chunk
        assert.ok(
          judging ? said.length === expected : said.length <= expected,
          `times that it was said: ${said.length}`,
        );
      }),
      runs(2),
    );
  },
};
