import { toTime } from '../../time.js';
import { anyAxisType, axisTypes, distanceBlock, timeBlock } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, factsOf, fromFile } from './outlined-file.js';
import { roundHalfEven } from './round-half-even.js';

const paths = [
  '/DAS',
  '/Metadata/Timestamp',
  '/ProcessingServer/DataRate',
  '/ProcessingServer/SpatialSampling',
  '/ProcessingServer/GaugeLength',
  '/ProcessingServer/DataType',
  '/ProcessingServer/RadiansToNanoStrain',
  '/DAQ/PositionStart',
  '/DAQ/PulseRate',
  '/Interrogator/SerialNumber',
  '/Interrogator/FiberRefractiveIndex',
];

/** HDF5 files of AP Sensing. Dimensions (time, distance); distances are where the gauge length begins. Values are as stored. */
export const apsensingFormat: FileFormat = {
  name: 'apsensing',
  options: ['ctype'],
  async detect(file) {
    const names = await file.rootNames();
    return ['DAS', 'DAQ', 'Metadata', 'ProcessingServer'].every((name) => names.has(name));
  },
  async open(file, { ctype }) {
    const types = axisTypes(ctype, { time: anyAxisType, distance: anyAxisType });
    const objects = await file.reader().objects(paths, { inlineBytes: 4096 });
    const { shape, dtype } = objects.array('/DAS', 2);
    const [samples, channels] = shape as [number, number];
    const start = objects.text('/Metadata/Timestamp');
    if (!start.endsWith('Z'))
      throw file.refuse(`Metadata/Timestamp is ${JSON.stringify(start)}; only UTC, which ends in Z, is known`);
    const rate = objects.number('/ProcessingServer/DataRate');
    const time = fromFile(file, 'its times', () =>
      timeBlock(types.time, toTime(start), samples, BigInt(roundHalfEven(1e9 / rate))),
    );
    const distance = fromFile(file, 'its distances', () =>
      distanceBlock(
        types.distance,
        objects.number('/DAQ/PositionStart'),
        channels,
        objects.number('/ProcessingServer/SpatialSampling'),
      ),
    );
    const attrs = factsOf(objects, {
      GaugeLength: '/ProcessingServer/GaugeLength',
      DataType: '/ProcessingServer/DataType',
      RadiansToNanoStrain: '/ProcessingServer/RadiansToNanoStrain',
      PulseRate: '/DAQ/PulseRate',
      SerialNumber: '/Interrogator/SerialNumber',
      FiberRefractiveIndex: '/Interrogator/FiberRefractiveIndex',
    });
    return datasetFile(file, '/DAS', { shape, dtype, dims: ['time', 'distance'], coords: { time, distance }, attrs });
  },
};
