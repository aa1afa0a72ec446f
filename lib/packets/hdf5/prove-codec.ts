/**
 * A codec proves itself before its first use in a process: a small array goes through it and comes back. A plugin that does
 * not load, fails or gives something else back is an error that names it, instead of silent garbage.
 */
import { filterById, innerCodec } from './filters.js';
import type { Hdf5Library } from './hdf5-library.js';
import { Refusal } from './refusal.js';
import { createDataset, throughScratchFile } from './scratch-dataset.js';

interface Proof {
  clientData: number[];
  /** Largest error that is allowed; 0 for a lossless codec. */
  bound: number;
}

const SHAPE = [18, 13];
/** Smooth, so that every codec shrinks it, and no multiple of ZFP's blocks of 4. */
const sample = Float64Array.from(
  { length: SHAPE[0] * SHAPE[1] },
  (_, i) => Math.round(100 * Math.sin(i / 9)) + 0.25 * (i % 3),
);

/** Client data for a proof of each filter that can be written, by number. */
function proofsOf(id: number, inner: number): Proof[] {
  const lossless = (...clientData: number[]): Proof[] => [{ clientData, bound: 0 }];
  switch (id) {
    case 1:
      return lossless(4);
    case 2:
    case 3:
    case 32000:
      return lossless();
    case 307:
      return lossless(9);
    case 32001:
    case 32026:
      return lossless(0, 0, 0, 0, 5, 1, inner);
    case 32004:
      return lossless(0);
    case 32008:
      return inner === 3 ? lossless(0, 3, 3) : lossless(0, inner);
    case 32013:
      // Reversible, and an accuracy of 2^-10 (float64: low word, high word).
      return [...lossless(5, 0, 0, 0, 0, 0), { clientData: [3, 0, 0, 0x3f500000, 0, 0], bound: 2 ** -10 }];
    case 32015:
      return lossless(3);
    default:
      return [];
  }
}

const proven = new WeakMap<Hdf5Library, Set<string>>();

/**
 * Makes sure that filter `id` is available and has proved itself in this worker. `stored` tells whether `clientData` comes
 * from a file (bitshuffle's inner codec is at another place there). Refuses with `UNSUPPORTED_FILTER` or `BROKEN_CODEC`.
 */
export function requireProven(library: Hdf5Library, id: number, clientData: readonly number[], stored: boolean): void {
  const inner =
    id === 32008 ? (clientData[stored ? 4 : 1] ?? 0) : innerCodec(id, clientData) ? (clientData[6] ?? 0) : 0;
  const done = proven.get(library) ?? new Set();
  proven.set(library, done);
  const key = `${id} ${inner}`;
  if (done.has(key)) return;
  const { name } = filterById(id);
  library.requireFilter(id);
  for (const { clientData: given, bound } of proofsOf(id, inner)) {
    let error: number;
    try {
      error = worstError(roundTrip(library, id, given));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw broken(name, id, `it failed: ${reason}`, !(cause instanceof Refusal));
    }
    if (!(error <= bound))
      throw broken(name, id, `values came back ${error} off, with at most ${bound} allowed`, false);
  }
  done.add(key);
}

function broken(name: string, id: number, how: string, lost: boolean): Refusal {
  const text = `the codec ${name} (${id}) did not survive an encode-decode round trip of its own: ${how}`;
  return new Refusal('BROKEN_CODEC', text, name, lost);
}

function roundTrip(library: Hdf5Library, id: number, clientData: number[]): Float64Array {
  const { module } = library;
  const write = (file: bigint) =>
    createDataset(library, file, '/v', 'float64', SHAPE, sample, { chunks: SHAPE, filter: { id, clientData } });
  const read = (file: bigint) =>
    library.withMemory(sample.byteLength, (pointer) => {
      module.HEAPU8.fill(0, pointer, pointer + sample.byteLength);
      library.call('reading', () => module.get_dataset_data(file, '/v', null, null, null, BigInt(pointer)));
      return new Float64Array(module.HEAPU8.slice(pointer, pointer + sample.byteLength).buffer);
    });
  // Reading needs a file that was closed: HDF5 would answer from its chunk cache otherwise.
  return throughScratchFile(library, write, read);
}

function worstError(values: Float64Array): number {
  return sample.reduce((worst, value, index) => {
    const error = Math.abs(values[index] - value);
    return error > worst || Number.isNaN(error) ? error : worst;
  }, 0);
}
