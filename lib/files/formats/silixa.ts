import type { Attrs, AttrValue } from '../../dataarray/attributes.js';
import { isStorableText } from '../../packets/cf-attributes.js';
import { toTime } from '../../time.js';
import type { ArrayFile, Range } from '../array-file.js';
import type { SourceFile } from '../source-file.js';
import { TdmsFile } from '../tdms/tdms-file.js';
import type { TdmsTime, TdmsValue } from '../tdms/tdms-metadata.js';
import { type AxisType, anyAxisType, axisTypes, distanceBlock, timeBlock } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, fromFile, isKeepableName, keptAttrs, outlinedFile } from './outlined-file.js';
import { roundHalfEven } from './round-half-even.js';

/** Names of what places the samples, the same in both kinds of files. */
const names = {
  rate: 'SamplingFrequency[Hz]',
  start: 'Start Distance (m)',
  multiplier: 'Fibre Length Multiplier',
  resolution: 'SpatialResolution[m]',
};

/**
 * Files of Silixa iDAS: TDMS, and the HDF5 files with the same facts that newer software writes (`/Acoustic`; xdas does not open
 * those). Dimensions (time, distance); the time is the GPS time stamp, to the microsecond as in xdas; values as stored. All properties that an array can hold
 * are attributes.
 */
export const silixaFormat: FileFormat = {
  name: 'silixa',
  options: ['ctype'],
  async detect(file) {
    if (file.head.toString('latin1', 0, 4) === 'TDSm') return true;
    if (!(await file.rootNames()).has('Acoustic')) return false;
    return (await file.reader().objects(['/Acoustic'], { inlineBytes: 0 })).hasAttr('/Acoustic', names.rate);
  },
  async open(file, { ctype }) {
    const types = axisTypes(ctype, { time: anyAxisType, distance: anyAxisType });
    return file.hdf5 ? await openHdf5(file, types) : await openTdms(file, types);
  },
};

type Types = Record<'time' | 'distance', AxisType>;

async function openTdms(file: SourceFile, types: Types): Promise<ArrayFile> {
  const tdms = await TdmsFile.open(file.path, file.size);
  const { properties } = tdms;
  const stamp = properties.GPSTimeStamp;
  if (typeof stamp !== 'object' || stamp === null)
    throw file.refuse('its property GPSTimeStamp is missing, or no time');
  const number = (name: string) => {
    const value = properties[name];
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
    throw file.refuse(`its property ${name} is missing, or no number`);
  };
  const outline = {
    shape: [tdms.samples, tdms.channels],
    dtype: tdms.dtype,
    dims: ['time', 'distance'],
    coords: axes(file, types, [tdms.samples, tdms.channels], fromLabview(stamp), number),
    ...(tdms.incomplete !== undefined && { incomplete: tdms.incomplete }),
    attrs: Object.fromEntries(
      Object.entries(properties).flatMap(([name, value]) => keptProperty(name, value)),
    ) as Attrs,
  };
  return outlinedFile(file, outline, (ranges) => {
    const [[first, last], [left, right]] = ranges as [Range, Range];
    return tdms.read(first, last, left, right);
  });
}

async function openHdf5(file: SourceFile, types: Types): Promise<ArrayFile> {
  const dataset = '/Acoustic';
  const objects = await file.reader().objects([dataset], { inlineBytes: 0 });
  const { shape, dtype } = objects.array(dataset, 2);
  const stamp = objects.textAttr(dataset, 'GPSTimeStamp');
  const start = fromFile(file, 'its GPSTimeStamp', () => fromDayMonthYear(stamp));
  if (start === null)
    throw file.refuse(`its GPSTimeStamp is ${JSON.stringify(stamp)}; known: 22/09/2023 18:29:26.158 (UTC)`);
  const number = (name: string) => objects.numberAttr(dataset, name);
  const coords = axes(file, types, shape as [number, number], start, number);
  const attrs = keptAttrs(objects.dataset(dataset).attrs);
  return datasetFile(file, dataset, { shape, dtype, dims: ['time', 'distance'], coords, attrs });
}

function axes(
  file: SourceFile,
  types: Types,
  [samples, channels]: readonly [number, number],
  start: bigint,
  number: (name: string) => number,
) {
  return {
    time: fromFile(file, 'its times', () =>
      timeBlock(types.time, start, samples, BigInt(roundHalfEven(1e9 / number(names.rate)))),
    ),
    distance: fromFile(file, 'its distances', () =>
      distanceBlock(types.distance, number(names.start), channels, number(names.multiplier) * number(names.resolution)),
    ),
  };
}

/** A LabVIEW time in ns since 1970, by way of a float64 and microseconds, as xdas has it: what is finer is lost there too. */
function fromLabview({ seconds, fractions }: TdmsTime): bigint {
  const since1904 = Number(fractions) * 2 ** -64 + Number(seconds);
  const whole = Math.trunc(since1904);
  const micros = BigInt(roundHalfEven((since1904 - whole) * 1e6));
  return toTime('1904-01-01') + (BigInt(whole) * 1_000_000n + micros) * 1000n;
}

/** `22/09/2023 18:29:26.158 (UTC)`; null for other texts. */
function fromDayMonthYear(text: string): bigint | null {
  const match = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) \(UTC\)$/.exec(text.trim());
  return match && toTime(`${match[3]}-${match[2]}-${match[1]}T${match[4]}`);
}

function keptProperty(name: string, value: TdmsValue): [string, AttrValue][] {
  if (!isKeepableName(name)) return [];
  if (typeof value === 'boolean') return [[name, value ? 1 : 0]];
  if (typeof value === 'string') return value.trim() !== '' && isStorableText(value) ? [[name, value.trim()]] : [];
  return typeof value === 'number' || typeof value === 'bigint' ? [[name, value]] : [];
}
