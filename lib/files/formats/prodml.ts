import { DenseCoordinate } from '../../coordinates/dense-coordinate.js';
import type { TypedArray } from '../../dtype.js';
import { allocate, type DType } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import { toTime } from '../../time.js';
import type { ArrayFile, Range } from '../array-file.js';
import type { Hdf5Objects } from '../hdf5/hdf5-reader.js';
import type { SourceFile } from '../source-file.js';
import { type AxisType, anyAxisType, axisTypes, distanceBlock, timeSpan } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, fromFile, keptAttrs, outlinedFile } from './outlined-file.js';

const ACQUISITION = '/Acquisition';
const RAW = '/Acquisition/Raw[0]';
const RAW_DATA = `${RAW}/RawData`;
const BANDS = '/Acquisition/Processed/Fbe[0]';

/**
 * PRODML 2.x files (HDF5) of OptaSense, Sintela, Fosina, Silixa and others. Raw data: dimensions (time, distance), or as the dataset's own
 * `Dimensions` have them; `swappedDims: true` says that distance is first whatever the file says (xdas: `swapped_dims`). The
 * rate is what `PartStartTime` and `PartEndTime` make of it.
 *
 * Files without raw data but with frequency band energies have those (xdas opens none of them): dimensions (time, frequency,
 * distance), `frequency` the start of each band in hertz, and `frequency_end` beside it.
 */
export const prodmlFormat: FileFormat = {
  name: 'prodml',
  aliases: ['optasense', 'sintela', 'fosina'],
  options: ['ctype', 'swappedDims'],
  async detect(file) {
    if (!(await file.rootNames()).has('Acquisition')) return false;
    const objects = await file.reader().objects([RAW_DATA, BANDS], { inlineBytes: 0 });
    return objects.find(RAW_DATA) !== null || objects.find(BANDS) !== null;
  },
  async open(file, { ctype, swappedDims }) {
    if (swappedDims !== undefined && typeof swappedDims !== 'boolean')
      throw new ArgumentError('BAD_ARGUMENT', `swappedDims is ${JSON.stringify(swappedDims)}; allowed: true, false`);
    const { distance: type } = axisTypes(ctype, { time: ['interpolated'], distance: anyAxisType });
    const objects = await file.reader().objects([ACQUISITION, RAW, RAW_DATA, BANDS], { inlineBytes: 0 });
    if (objects.find(RAW_DATA) === null && objects.find(BANDS) !== null) return await bands(file, objects, type);
    const { shape, dtype } = objects.array(RAW_DATA, 2);
    const isSwapped = swappedDims ?? distanceFirst(objects);
    const dims = isSwapped ? ['distance', 'time'] : ['time', 'distance'];
    const [samples, channels] = (isSwapped ? [shape[1], shape[0]] : shape) as [number, number];
    const time = fromFile(file, 'the times of its raw data', () =>
      timeSpan(partTime(objects, RAW_DATA, 'PartStartTime'), partTime(objects, RAW_DATA, 'PartEndTime'), samples),
    );
    const distance = distances(file, objects, channels, type);
    const attrs = { ...keptAttrs(objects.group(ACQUISITION).attrs), ...keptAttrs(objects.find(RAW)?.attrs ?? {}) };
    return datasetFile(file, RAW_DATA, { shape, dtype, dims, coords: { time, distance }, attrs });
  },
};

function partTime(objects: Hdf5Objects, path: string, name: string): bigint {
  return toTime(objects.textAttr(path, name));
}

/** What `Dimensions` says; time is first where it says nothing. */
function distanceFirst(objects: Hdf5Objects): boolean {
  const { values } = objects.dataset(RAW_DATA).attrs.Dimensions ?? { values: [] };
  return values[0] === 'locus' && values[1] === 'time';
}

function distances(file: SourceFile, objects: Hdf5Objects, channels: number, type: AxisType) {
  const step = objects.numberAttr(ACQUISITION, 'SpatialSamplingInterval');
  const start = step * objects.numberAttr(ACQUISITION, 'StartLocusIndex');
  return fromFile(file, 'its distances', () => distanceBlock(type, start, channels, step));
}

/** Frequency band energies: one dataset per band, put side by side. */
async function bands(file: SourceFile, objects: Hdf5Objects, type: AxisType): Promise<ArrayFile> {
  const names = Object.keys(objects.group(BANDS).children)
    .filter((name) => /^FbeData\[\d+\]$/.test(name))
    .sort((a, b) => Number(a.slice(8, -1)) - Number(b.slice(8, -1)));
  if (names.length === 0) throw file.refuse(`has neither ${RAW_DATA} nor a dataset FbeData[0] in ${BANDS}`);
  const paths = names.map((name) => `${BANDS}/${name}`);
  const found = await file.reader().objects(paths, { inlineBytes: 0 });
  const { shape, dtype } = found.array(paths[0]!, 2);
  for (const path of paths) {
    const band = found.array(path, 2);
    if (band.shape.join() !== shape.join() || band.dtype !== dtype)
      throw file.refuse(
        `${path} is ${band.dtype} of (${band.shape.join(', ')}), other bands ${dtype} of (${shape.join(', ')})`,
      );
  }
  const [samples, channels] = shape as [number, number];
  const edges = (name: string) => Float64Array.from(paths, (path) => found.numberAttr(path, name));
  const frequency = (name: string) => new DenseCoordinate({ values: edges(name), dim: 'frequency' });
  const outline = {
    shape: [samples, paths.length, channels],
    dtype,
    dims: ['time', 'frequency', 'distance'],
    coords: {
      time: fromFile(file, 'the times of its bands', () =>
        timeSpan(partTime(found, paths[0]!, 'PartStartTime'), partTime(found, paths[0]!, 'PartEndTime'), samples),
      ),
      frequency: frequency('StartFrequency'),
      distance: distances(file, objects, channels, type),
      frequency_end: frequency('EndFrequency'),
    },
    attrs: { ...keptAttrs(objects.group(ACQUISITION).attrs), ...keptAttrs(objects.group(BANDS).attrs) },
  };
  return outlinedFile(file, outline, (ranges) => readBands(file, paths, dtype, ranges));
}

async function readBands(
  file: SourceFile,
  paths: readonly string[],
  dtype: DType,
  ranges: readonly Range[],
): Promise<TypedArray> {
  const [[t0, t1], [b0, b1], [d0, d1]] = ranges as [Range, Range, Range];
  const width = d1 - d0;
  const out = allocate(dtype, (t1 - t0) * (b1 - b0) * width) as Float64Array;
  for (let band = b0; band < b1; band++) {
    const values = (await file.reader().block(paths[band]!, [t0, d0], [t1 - t0, width])) as Float64Array;
    for (let row = 0; row < t1 - t0; row++)
      out.set(values.subarray(row * width, (row + 1) * width), (row * (b1 - b0) + band - b0) * width);
  }
  return out;
}
