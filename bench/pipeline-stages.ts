/** The processing of the benches of whole pipelines: a band-pass and a decimation, in the spelling of both sides. */
import { type Atom, Filter, Resample } from '../lib/index.js';

/** As declared pipelines and `peer.py` take them. */
export const pipelineStages = [{ Filter: { freq: [1, 10], dim: 'time' } }, { Resample: { down: 4, dim: 'time' } }];

/** The same as atoms: Butterworth of order 4 from 1 to 10 Hz, then an FIR low-pass of 81 taps and every fourth sample. */
export function bandPassAndDecimate(): Atom[] {
  return [new Filter({ freq: [1, 10], dim: 'time' }), new Resample({ down: 4, dim: 'time' })];
}
