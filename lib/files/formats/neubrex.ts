import { toTime } from '../../time.js';
import { anyAxisType, axisTypes, distanceBlock, timeBlock } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, fromFile, keptAttrs } from './outlined-file.js';
import { roundHalfEven } from './round-half-even.js';

const DATA = '/Acoustic';
const STAMP = 'GPSTimeStamp(UTC)';
const INTERVAL = 'TimeSamplingInterval(seconds)';

/** HDF5 files of Neubrex interrogators. Dimensions (time, distance), values as stored; xdas has no engine for them. All attributes are kept. */
export const neubrexFormat: FileFormat = {
  name: 'neubrex',
  options: ['ctype'],
  async detect(file) {
    if (!(await file.rootNames()).has('Acoustic')) return false;
    return (await file.reader().objects([DATA], { inlineBytes: 0 })).hasAttr(DATA, INTERVAL);
  },
  async open(file, { ctype }) {
    const types = axisTypes(ctype, { time: anyAxisType, distance: anyAxisType });
    const objects = await file.reader().objects([DATA], { inlineBytes: 0 });
    const { shape, dtype, attrs } = objects.array(DATA, 2);
    const [samples, channels] = shape as [number, number];
    const time = fromFile(file, 'its times', () => {
      const step = BigInt(roundHalfEven(1e9 * objects.numberAttr(DATA, INTERVAL)));
      return timeBlock(types.time, toTime(objects.textAttr(DATA, STAMP)), samples, step);
    });
    const distance = fromFile(file, 'its distances', () => {
      const step = objects.numberAttr(DATA, 'SpatialSamplingInterval');
      return distanceBlock(types.distance, objects.numberAttr(DATA, 'StartPosition'), channels, step);
    });
    return datasetFile(file, DATA, {
      shape,
      dtype,
      dims: ['time', 'distance'],
      coords: { time, distance },
      attrs: keptAttrs(attrs),
    });
  },
};
