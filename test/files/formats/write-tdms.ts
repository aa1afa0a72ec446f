import { writeFile } from 'node:fs/promises';

/** A recording of an iDAS as one TDMS file holds it. */
export interface TdmsRecording {
  /** Time of the first sample, nanoseconds since 1970; whole microseconds. */
  start: bigint;
  /** Samples per second. */
  rate: number;
  /** Counts, sample by sample: channels next to each other. */
  counts: Int16Array;
  channels: number;
  /** Metres between channels. */
  spacing: number;
}

const EPOCH_1904 = 2_082_844_800n;
const flags = { metadata: 2, newObjects: 4, raw: 8, interleaved: 32 };
const codes = { int16: 2, float64: 10, text: 32, time: 68 };

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: bigint) => Buffer.from(BigUint64Array.of(value).buffer);
const text = (value: string) => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value)]);

function property(name: string, value: string | number | bigint): Buffer {
  if (typeof value === 'string') return Buffer.concat([text(name), u32(codes.text), text(value)]);
  if (typeof value === 'number')
    return Buffer.concat([text(name), u32(codes.float64), Buffer.from(Float64Array.of(value).buffer)]);
  // 2^-64 s, rounded up so that whole microseconds stay whole, and seconds since 1904
  const seconds = value / 1_000_000_000n;
  const fraction = ((value % 1_000_000_000n) << 64n) / 1_000_000_000n + 1n;
  return Buffer.concat([text(name), u32(codes.time), u64(fraction), u64(seconds + EPOCH_1904)]);
}

/** Writes a TDMS file of one interleaved segment, as an iDAS does (the format is National Instruments'). */
export async function writeTdms(
  path: string,
  { start, rate, counts, channels, spacing }: TdmsRecording,
): Promise<void> {
  const properties = [
    property('GPSTimeStamp', start),
    property('SamplingFrequency[Hz]', rate),
    property('Start Distance (m)', 0),
    property('Fibre Length Multiplier', 1),
    property('SpatialResolution[m]', spacing),
    property('GaugeLength', 10),
    property('iDASVersion', '2.4.1.111'),
  ];
  const none = u32(0xffff_ffff);
  const objects = [Buffer.concat([text('/'), none, u32(properties.length), ...properties])];
  objects.push(Buffer.concat([text("/'Measurement'"), none, u32(0)]));
  const samples = BigInt(counts.length / channels);
  for (let k = 0; k < channels; k++)
    objects.push(
      Buffer.concat([text(`/'Measurement'/'${k}'`), u32(20), u32(codes.int16), u32(1), u64(samples), u32(0)]),
    );
  const metadata = Buffer.concat([u32(objects.length), ...objects]);
  const raw = Buffer.from(counts.buffer, counts.byteOffset, counts.byteLength);
  const lead = Buffer.concat([
    Buffer.from('TDSm'),
    u32(flags.metadata | flags.newObjects | flags.raw | flags.interleaved),
    u32(4713),
    u64(BigInt(metadata.length + raw.length)),
    u64(BigInt(metadata.length)),
  ]);
  await writeFile(path, Buffer.concat([lead, metadata, raw]));
}
