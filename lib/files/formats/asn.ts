import { concatCoordinates } from '../../coordinates/concat-coordinates.js';
import type { AxisCoordinate } from '../../coordinates/coordinate.js';
import type { Hdf5Objects } from '../hdf5/hdf5-reader.js';
import type { SourceFile } from '../source-file.js';
import { anyAxisType, axisTypes, distanceBlock, timeBlock } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, factsOf, fromFile } from './outlined-file.js';
import { roundHalfEven } from './round-half-even.js';

const paths = [
  '/data',
  '/header/time',
  '/header/dt',
  '/header/dx',
  '/header/channels',
  '/header/dataScale',
  '/header/gaugeLength',
  '/header/unit',
  '/header/name',
  '/header/experiment',
  '/header/instrument',
  '/cableSpec/sensorDistances',
  '/demodSpec/roiStart',
  '/demodSpec/roiEnd',
  '/demodSpec/roiDec',
];

/**
 * HDF5 files of ASN OptoDAS interrogators. Dimensions (time, distance); distances region by region as the instrument has them
 * (`sensorDistances`), each channel `dx roiDec` apart. Files whose channels were picked or decimated afterwards, so that the regions no longer tell them, have
 * `header/channels` times `dx` (xdas refuses those). Values are as stored: `dataScale` and `unit` are attributes.
 */
export const asnFormat: FileFormat = {
  name: 'asn',
  options: ['ctype'],
  async detect(file) {
    const names = await file.rootNames();
    return ['header', 'data', 'demodSpec', 'cableSpec'].every((name) => names.has(name));
  },
  async open(file, { ctype }) {
    const types = axisTypes(ctype, { time: anyAxisType, distance: ['interpolated'] });
    const objects = await file.reader().objects(paths, { inlineBytes: 2 ** 24 });
    const { shape, dtype } = objects.array('/data', 2);
    const [samples, channels] = shape as [number, number];
    const time = fromFile(file, 'its header has no time', () =>
      timeBlock(
        types.time,
        BigInt(Math.round(objects.number('/header/time') * 1e9)),
        samples,
        BigInt(roundHalfEven(objects.number('/header/dt') * 1e9)),
      ),
    );
    const distance = fromFile(file, 'its regions are no distances', () => distances(file, objects, channels));
    const attrs = factsOf(objects, {
      dataScale: '/header/dataScale',
      gaugeLength: '/header/gaugeLength',
      unit: '/header/unit',
      quantity: '/header/name',
      experiment: '/header/experiment',
      instrument: '/header/instrument',
    });
    return datasetFile(file, '/data', { shape, dtype, dims: ['time', 'distance'], coords: { time, distance }, attrs });
  },
};

function distances(file: SourceFile, objects: Hdf5Objects, channels: number): AxisCoordinate {
  const dx = objects.number('/header/dx');
  const all = objects.numbers('/cableSpec/sensorDistances');
  const [starts, ends] = [objects.numbers('/demodSpec/roiStart'), objects.numbers('/demodSpec/roiEnd')];
  const decimations = objects.find('/demodSpec/roiDec') ? objects.numbers('/demodSpec/roiDec') : null;
  const blocks = starts.map((start, region) => {
    const first = firstNotBelow(all, start * dx);
    const last = firstAbove(all, (ends[region] ?? Number.NaN) * dx) - 1;
    if (!(first < all.length && last >= first))
      throw file.refuse(`region ${region} (${start} to ${ends[region]}) holds none of its ${all.length} distances`);
    const size = last - first + 1;
    const decimation = decimations?.[region];
    const step = decimation !== undefined ? dx * decimation : size > 1 ? (all[last]! - all[first]!) / (size - 1) : dx;
    return { start: all[first]!, size, step };
  });
  const told = blocks.reduce((sum, { size }) => sum + size, 0);
  if (told === channels && blocks.length > 0) {
    const parts = blocks.map(({ start, size, step }) => distanceBlock('interpolated', start, size, step));
    return concatCoordinates(parts, { reduce: false, regularize: true }).coordinate;
  }
  const picked = objects.find('/header/channels') ? objects.numbers('/header/channels') : [];
  if (picked.length !== channels)
    throw file.refuse(`has ${channels} channels, but its regions tell ${told} and header/channels ${picked.length}`);
  const step = channels > 1 ? picked[1]! - picked[0]! : 1;
  const isEven = picked.every((channel, k) => channel === picked[0]! + k * step);
  if (isEven) return distanceBlock('interpolated', picked[0]! * dx, channels, step * dx);
  const parts = picked.map((channel) => distanceBlock('interpolated', channel * dx, 1, dx));
  return concatCoordinates(parts).coordinate;
}

/** Index of the first value that is at least `limit`; `bisect_left`. */
function firstNotBelow(sorted: readonly number[], limit: number): number {
  const found = sorted.findIndex((value) => value >= limit);
  return found < 0 ? sorted.length : found;
}

/** Index of the first value above `limit`; `bisect_right`. */
function firstAbove(sorted: readonly number[], limit: number): number {
  const found = sorted.findIndex((value) => value > limit);
  return found < 0 ? sorted.length : found;
}
