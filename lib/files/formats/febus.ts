import { concatCoordinates } from '../../coordinates/concat-coordinates.js';
import type { TypedArray } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import type { Range } from '../array-file.js';
import type { Hdf5Objects } from '../hdf5/hdf5-reader.js';
import type { SourceFile } from '../source-file.js';
import { anyAxisType, axisTypes, distanceBlock, timeBlock } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { fromFile, keptAttrs, outlinedFile } from './outlined-file.js';
import { roundHalfEven } from './round-half-even.js';

/**
 * HDF5 files of Febus A1: a stack of blocks (time, distance) that overlap, trimmed and put end to end. Dimensions (time, distance); the name
 * is that of the dataset, in lower case.
 *
 * - `overlaps`: samples to drop at the start and at the end of each block. Default: what the block rate in the header tells,
 *   half at each end; none where that makes no sense (xdas fails there).
 * - `offset`: sample of a block that its time stamp is for. Default: the one in the middle.
 *
 * Both defaults are guesses, as in xdas: files do not tell. What was used is in the attributes `overlaps` and `offset`.
 */
export const febusFormat: FileFormat = {
  name: 'febus',
  options: ['ctype', 'overlaps', 'offset'],
  async detect(file) {
    return (await layout(file)) !== null;
  },
  async open(file, { ctype, overlaps: givenOverlaps, offset: givenOffset }) {
    checkOptions(givenOverlaps, givenOffset);
    const types = axisTypes(ctype, { time: anyAxisType, distance: anyAxisType });
    const found = await layout(file);
    if (!found) throw file.refuse('has no group with Source1/Zone1 in it as its only one: it is no file of Febus');
    const { source, zone, dataset, name } = found;
    const objects = await file.reader().objects([source, zone, dataset, `${source}/time`], { inlineBytes: 0 });
    const { shape, dtype } = objects.array(dataset, 3);
    const [blocks, blockSize, channels] = shape as [number, number, number];
    const stampShape = objects.dataset(`${source}/time`).shape;
    const stamps = await file.reader().block(
      `${source}/time`,
      stampShape.map(() => 0),
      stampShape,
    );
    if (stamps.length !== blocks) throw file.refuse(`has ${stamps.length} time stamps for ${blocks} blocks`);
    const dt = objects.numberAttr(zone, 'Spacing', 1) / 1000;
    const dx = objects.numberAttr(zone, 'Spacing', 0);
    const overlaps = (givenOverlaps as [number, number] | undefined) ?? guessedOverlaps(objects, zone, blockSize, dt);
    const offset = (givenOffset as number | undefined) ?? Math.floor(blockSize / 2);
    const kept = blockSize - overlaps[0] - overlaps[1];
    if (kept < 1)
      throw file.refuse(`overlaps of ${overlaps.join(' and ')} leave nothing of blocks of ${blockSize} samples`);
    const step = BigInt(roundHalfEven(1e6 * dt)) * 1000n;
    const time = fromFile(file, 'its times', () => {
      const parts = Array.from(stamps as ArrayLike<number | bigint>, (stamp) => {
        const start = Number(stamp) + (overlaps[0] - offset) * dt;
        return timeBlock(types.time, BigInt(roundHalfEven(1e6 * start)) * 1000n, kept, step);
      });
      return concatCoordinates(parts).coordinate;
    });
    const start = objects.numberAttr(zone, 'Extent', 0) * dx + objects.numberAttr(zone, 'Origin', 0);
    const distance = fromFile(file, 'its distances', () => distanceBlock(types.distance, start, channels, dx));
    const attrs = { ...keptAttrs(objects.group(zone).attrs), overlaps: Int32Array.from(overlaps), offset };
    const outline = {
      shape: [blocks * kept, channels],
      dtype,
      dims: ['time', 'distance'],
      coords: { time, distance },
      name,
      attrs,
    };
    return outlinedFile(file, outline, (ranges) => readRows(file, dataset, kept, overlaps[0], ranges));
  },
};

function checkOptions(overlaps: unknown, offset: unknown): void {
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (overlaps !== undefined && !(Array.isArray(overlaps) && overlaps.length === 2 && overlaps.every(isCount)))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `overlaps is ${JSON.stringify(overlaps)}; allowed: samples before and after, as [5, 5]`,
    );
  if (offset !== undefined && !Number.isSafeInteger(offset))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `offset is ${JSON.stringify(offset)}; allowed: an integer number of samples`,
    );
}

/** Where things are in the file, and the name of the array; null where it is none of Febus. */
async function layout(
  file: SourceFile,
): Promise<{ source: string; zone: string; dataset: string; name: string } | null> {
  if (!file.hdf5) return null;
  const devices = Object.entries((await file.root()).group('/').children);
  if (devices.length !== 1 || devices[0]![1] !== 'group') return null;
  const source = `/${devices[0]![0]}/Source1`;
  const zone = `${source}/Zone1`;
  const held = (await file.hdf5.objects([zone], { inlineBytes: 0 })).find(zone);
  if (held?.kind !== 'group') return null;
  const datasets = Object.keys(held.children);
  if (datasets.length !== 1)
    throw file.refuse(`${zone} holds ${datasets.length} datasets (${datasets.join(', ')}); one is needed`);
  return { source, zone, dataset: `${zone}/${datasets[0]!}`, name: snakeCase(datasets[0]!) };
}

/** `StrainRate` as `strain_rate`. */
function snakeCase(name: string): string {
  return name.replace(/\p{Lu}/gu, (letter) => `_${letter.toLowerCase()}`).replace(/^_+/, '');
}

function guessedOverlaps(objects: Hdf5Objects, zone: string, blockSize: number, dt: number): [number, number] {
  const name = ['BlockRate', 'FreqRes'].find((each) => objects.hasAttr(zone, each));
  if (!name) throw objects.refuse(`neither BlockRate nor FreqRes is among the attributes of ${zone}: give overlaps`);
  const rate = objects.numberAttr(zone, name) / 1000;
  const overlap = blockSize - roundHalfEven(1 / rate / dt);
  if (!(overlap > 0 && overlap < blockSize)) return [0, 0];
  const before = Math.floor(overlap / 2);
  return [before, overlap - before];
}

/** Rows of the trimmed blocks: the windows of all blocks that are touched in one read, cut to what was asked for. */
async function readRows(
  file: SourceFile,
  dataset: string,
  kept: number,
  before: number,
  ranges: readonly Range[],
): Promise<TypedArray> {
  const [[start, stop], [left, right]] = ranges as [Range, Range];
  const width = right - left;
  const first = Math.floor(start / kept);
  const last = Math.floor((stop - 1) / kept);
  if (stop <= start) return await file.reader().block(dataset, [0, 0, left], [0, 0, width]);
  // one block: only its rows
  const [row, rows] = first === last ? [start - first * kept, stop - start] : [0, kept];
  const values = await file.reader().block(dataset, [first, before + row, left], [last - first + 1, rows, width]);
  if (first === last) return values;
  const part = (values as Float64Array).subarray((start - first * kept) * width, (stop - first * kept) * width);
  return part.slice();
}
