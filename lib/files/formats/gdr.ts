import { toTime } from '../../time.js';
import { axisOfLabels } from './axis-of-labels.js';
import { anyAxisType, axisTypes, distanceBlock } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, fromFile, keptAttrs } from './outlined-file.js';

const DATA = '/DasRawData/RawData';
const TIMES = '/DasRawData/DasTimeArray';
const ACQUISITION = '/DasMetadata/Interrogator/Acquisition';
const GROUP = `${ACQUISITION}/ChannelGroup`;
const FIBER = '/DasMetadata/Cable/Fiber';

/**
 * HDF5 files after the metadata standard of the DAS Research Coordination Network, as in the Geothermal Data Repository. Dimensions (time,
 * distance), or as `DasDimensions` has them; times are those of `DasTimeArray`, distances `SpatialSamplingInterval` apart from the first
 * usable channel on. xdas has no engine for them.
 */
export const gdrFormat: FileFormat = {
  name: 'gdr',
  aliases: ['dasrcn'],
  options: ['ctype'],
  async detect(file) {
    const names = await file.rootNames();
    return names.has('DasRawData') && names.has('DasMetadata');
  },
  async open(file, { ctype }) {
    const types = axisTypes(ctype, { time: ['interpolated', 'dense'], distance: anyAxisType });
    const objects = await file.reader().objects([DATA, TIMES, ACQUISITION, GROUP, FIBER], { inlineBytes: 0 });
    const { shape, dtype, attrs: dataAttrs } = objects.array(DATA, 2);
    const named = dataAttrs.DasDimensions?.values;
    const dims = named?.[0] === 'locus' ? ['distance', 'time'] : ['time', 'distance'];
    const samples = shape[dims.indexOf('time')]!;
    const channels = shape[dims.indexOf('distance')]!;
    const [count] = objects.array(TIMES, 1).shape;
    if (count !== samples) throw file.refuse(`has ${count} times for ${samples} samples`);
    const labels = await file.reader().block(TIMES, [0], [samples]);
    const start = toTime(objects.textAttr(ACQUISITION, 'AcquisitionStartTime'));
    const time = fromFile(file, 'its times', () => {
      const unit = unitOf(Number(labels[0]), Number(start));
      if (unit === null)
        throw new RangeError(
          `${TIMES} begins with ${labels[0]}, which is not the start ${start} ns in s, ms, us or ns`,
        );
      const times = BigInt64Array.from(
        Array.from(labels as ArrayLike<number | bigint>, (label) =>
          typeof label === 'bigint' ? label * BigInt(unit) : BigInt(Math.round(label * unit)),
        ),
      );
      return axisOfLabels(types.time as 'interpolated' | 'dense', times, 'time');
    });
    const distance = fromFile(file, 'its distances', () => {
      const step = objects.numberAttr(ACQUISITION, 'SpatialSamplingInterval');
      const first =
        objects.find(GROUP) && objects.hasAttr(GROUP, 'FirstUsableChannelID')
          ? objects.numberAttr(GROUP, 'FirstUsableChannelID')
          : 0;
      return distanceBlock(types.distance, first * step, channels, step);
    });
    const attrs = keptAttrs(objects.group(ACQUISITION).attrs);
    return datasetFile(file, DATA, { shape, dtype, dims, coords: { time, distance }, attrs });
  },
};

/** Nanoseconds of the unit in which `label` is about the time `start`; null where it is none. */
function unitOf(label: number, start: number): number | null {
  return [1, 1e3, 1e6, 1e9].find((unit) => Math.abs(label * unit - start) < 86_400e9) ?? null;
}
