import type { AxisCoordinate } from '../../coordinates/coordinate.js';
import { DenseCoordinate } from '../../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../coordinates/sampled-coordinate.js';
import { sleeveTies } from '../../coordinates/tie-reduction.js';
import { type AxisType, anyAxisType, axisTypes, distanceBlock } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, fromFile } from './outlined-file.js';
import { roundHalfEven } from './round-half-even.js';

const DATA = '/StrainRate/StrainRate_Data';
const TIMES = '/Timestamps/Timestamps_Data';
const HEADER = '/Header/Header_Data';

/** Places in the header of HDAS files that are used. */
const place = { pulseRate: 1, spatialSampling: 44, dt1: 49, start: 72, dt2: 76, dt3: 101, product: 129, version: 199 };
const HEADER_LENGTH = 200;

/**
 * HDF5 files of Aragon Photonics HDAS 3.0, strain rate, values as stored. Dimensions (time, distance). The times are the
 * instrument's stamps, one per sample; of the default `ctype` those are kept that others do not give to the resolution of a float64 (240 ns),
 * with the header's interval and the smallest tolerance that it needs; `sampled` steps at that interval from each of them; `dense` keeps all.
 */
export const aragonFormat: FileFormat = {
  name: 'aragon',
  options: ['ctype'],
  async detect(file) {
    const names = await file.rootNames();
    return ['StrainRate', 'Timestamps', 'Header'].every((name) => names.has(name));
  },
  async open(file, { ctype }) {
    const types = axisTypes(ctype, { time: anyAxisType, distance: anyAxisType });
    const objects = await file.reader().objects([DATA, TIMES, HEADER], { inlineBytes: 2 ** 16 });
    const { shape, dtype } = objects.array(DATA, 2);
    const [samples, channels] = shape as [number, number];
    const header = objects.numbers(HEADER);
    if (header.length < HEADER_LENGTH)
      throw file.refuse(`${HEADER} has ${header.length} numbers; ${HEADER_LENGTH} are needed`);
    if (Math.round(header[place.version]!) !== 1) throw file.refuse('is not of HDAS version 3.0');
    if (Math.round(header[place.product]!) !== 0)
      throw file.refuse('holds another product than strain rate, which is not known');
    const { shape: stampShape } = objects.dataset(TIMES);
    const count = stampShape.reduce((product, size) => product * size, 1);
    if (count !== samples) throw file.refuse(`has ${count} time stamps for ${samples} samples`);
    const read = await file.reader().block(
      TIMES,
      stampShape.map(() => 0),
      stampShape,
    );
    const stamps = Float64Array.from(read as ArrayLike<number | bigint>, Number);
    if (!stamps.every(Number.isFinite)) throw file.refuse(`${TIMES} holds numbers that are no time`);
    const interval = (header[place.dt1]! * header[place.dt2]! * header[place.dt3]!) / header[place.pulseRate]!;
    const time = fromFile(file, 'its time stamps', () =>
      times(types.time, stamps, BigInt(roundHalfEven(interval * 1e9))),
    );
    const distance = fromFile(file, 'its distances', () =>
      distanceBlock(types.distance, header[place.start]!, channels, header[place.spatialSampling]!),
    );
    return datasetFile(file, DATA, { shape, dtype, dims: ['time', 'distance'], coords: { time, distance } });
  },
};

function times(type: AxisType, stamps: Float64Array, step: bigint): AxisCoordinate {
  const head = { dim: 'time', dtype: 'datetime64[ns]' } as const;
  if (type === 'dense') return new DenseCoordinate({ values: nanoseconds(stamps), ...head });
  const all = Array.from(stamps.keys());
  const tieIndices = sleeveTies(
    all,
    stamps,
    spacing(stamps.reduce((most, value) => Math.max(most, Math.abs(value)), 0)),
  );
  const tieValues = nanoseconds(tieIndices.map((index) => stamps[index]!));
  if (type === 'sampled') {
    // one segment per tie, the last tie closing the last segment
    const starts = tieIndices.length > 1 ? tieIndices.slice(0, -1) : tieIndices;
    const tieLengths = starts.map((start, k) => (starts[k + 1] ?? stamps.length) - start);
    return new SampledCoordinate({
      tieValues: tieValues.slice(0, starts.length),
      tieLengths,
      samplingInterval: step,
      ...head,
    });
  }
  let drift = 0n;
  for (let k = 1; k < tieIndices.length; k++) {
    const span = tieIndices[k]! - tieIndices[k - 1]!;
    if (span < 2) continue;
    const off = tieValues[k]! - tieValues[k - 1]! - step * BigInt(span);
    if (off > drift || -off > drift) drift = off < 0n ? -off : off;
  }
  return new InterpCoordinate({ tieIndices, tieValues, samplingInterval: step, tolerance: (drift + 1n) / 2n, ...head });
}

/** The distance from a float64 to the next larger one. */
function spacing(value: number): number {
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0]! += 1n;
  return new Float64Array(bits.buffer)[0]! - value;
}

/** Seconds since 1970 as the files have them, in nanoseconds, rounded as numpy does it. */
function nanoseconds(seconds: ArrayLike<number>): BigInt64Array {
  return BigInt64Array.from(Array.from(seconds), (value) => BigInt(roundHalfEven(value * 1e9)));
}
