import { FileError } from '../../errors.js';
import type { SourceFile } from '../source-file.js';
import { anyAxisType, axisTypes, distanceBlock, timeSpan } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, fromFile, keptAttrs } from './outlined-file.js';

const DATA = '/data_product/data';
const TIMES = '/data_product/gps_time';

/**
 * HDF5 files of Terra15 Treble interrogators. Dimensions (time, distance); the rate is what the first and the last GPS stamp make
 * of it. xdas's option `tz` changes nothing there (stamps are seconds since 1970) and is not here.
 */
export const terra15Format: FileFormat = {
  name: 'terra15',
  options: ['ctype'],
  async detect(file) {
    return (await file.rootNames()).has('data_product') && (await file.root()).hasAttr('/', 'sensing_range_start');
  },
  async open(file, { ctype }) {
    const { distance: type } = axisTypes(ctype, { time: ['interpolated'], distance: anyAxisType });
    const objects = await file.reader().objects(['/', DATA, TIMES], { inlineBytes: 0 });
    const { shape, dtype } = objects.array(DATA, 2);
    const [samples, channels] = shape as [number, number];
    const count = objects.array(TIMES, 1).shape[0]!;
    if (count === 0 || samples === 0) throw file.refuse(`holds no samples (${samples}) or no times (${count})`);
    const stamps = await Promise.all([0, count - 1].map((index) => stamp(file, index)));
    const time = fromFile(file, 'its GPS times', () => timeSpan(stamps[0]!, stamps[1]!, samples));
    const start = objects.numberAttr('/', 'sensing_range_start');
    const distance = fromFile(file, 'its distances', () =>
      distanceBlock(type, start, channels, objects.numberAttr('/', 'dx')),
    );
    const attrs = keptAttrs(objects.group('/').attrs);
    return datasetFile(file, DATA, { shape, dtype, dims: ['time', 'distance'], coords: { time, distance }, attrs });
  },
};

async function stamp(file: SourceFile, index: number): Promise<bigint> {
  const [seconds] = await file.reader().block(TIMES, [index], [1]);
  if (typeof seconds !== 'number' || !Number.isFinite(seconds))
    throw new FileError('BAD_FILE', file.path, `${TIMES} has ${String(seconds)} at ${index}: no time`);
  return secondsAsPandas(seconds);
}

/** Nanoseconds of seconds since 1970 as `pandas.Timestamp(seconds, unit='s')` has them: the fraction to nine decimals, then cut off. */
function secondsAsPandas(seconds: number): bigint {
  const whole = Math.trunc(seconds);
  return BigInt(whole) * 1_000_000_000n + BigInt(Math.trunc(Number((seconds - whole).toFixed(9)) * 1e9));
}
