/** A state that was saved as a file goes on where it was saved. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loadState, saveState } from '../../../lib/processing/state-store.js';
import '../../../lib/register-kinds.js';
import { flags, made, runs, streamed } from './cutting.js';
import type { Entry } from './entry.js';
import { assertSameChunks } from './life-cycle.js';
import { build, streamsOf } from './streams.js';

/** The properties, by name. */
export const stateFileProperties: Record<string, (entry: Entry) => Promise<void>> = {
  'a state saved as a file goes on bit for bit': async (entry) => {
    await fc.assert(
      fc.asyncProperty(streamsOf(entry, ['gap', 'rate', 'jitter', 'none']), fc.nat(12), async (stream, where) => {
        const { chunks } = build(stream);
        const atom = made(entry);
        const at = where % (chunks.length + 1);
        for (const chunk of chunks.slice(0, at)) atom.push(chunk, flags);
        const twin = made(entry);
        twin.push(chunks[0], flags); // whatever it had before is gone
        await loadState(twin, await saveState(atom));
        assert.deepEqual(twin.state, atom.state);
        const expected = streamed(atom, chunks.slice(at));
        assertSameChunks(streamed(twin, chunks.slice(at)), expected);
      }),
      runs(1),
    );
  },
};
