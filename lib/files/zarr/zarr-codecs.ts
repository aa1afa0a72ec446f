import { ArgumentError } from '../../errors.js';
import type { Json, JsonObject } from './zarr-json.js';

/** A codec of a Zarr v3 array: its name, or the name with its configuration. */
export type ZarrCodec = ZarrCodecName | { name: ZarrCodecName; configuration?: Readonly<Record<string, unknown>> };

/** Codecs that can be written. */
export type ZarrCodecName = 'zstd' | 'gzip' | 'blosc';

/** A codec as `zarr.json` has it. */
export interface CodecMetadata extends JsonObject {
  name: string;
  configuration: JsonObject;
}

type Check = (value: unknown) => boolean;
const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string);

/** Shuffles of Blosc by name in `zarr.json`, by number in the codec. */
const shuffles = ['noshuffle', 'shuffle', 'bitshuffle'];

/** Options of each codec: default, check, and what is allowed in words. Defaults are those of zarr-python. */
const known: Record<ZarrCodecName, Record<string, [fallback: Json, check: Check, allowed: string]>> = {
  zstd: {
    level: [0, whole(0, 22), '0 (the default of Zstandard) to 22'],
    checksum: [false, (value) => value === false, 'false: the codec at hand writes no checksum'],
  },
  gzip: { level: [5, whole(0, 9), '0 to 9'] },
  blosc: {
    cname: ['zstd', oneOf('blosclz', 'lz4', 'lz4hc', 'zlib', 'zstd'), 'blosclz, lz4, lz4hc, zlib, zstd'],
    clevel: [5, whole(0, 9), '0 to 9'],
    shuffle: ['shuffle', oneOf(...shuffles), shuffles.join(', ')],
    blocksize: [0, whole(0, 2 ** 31 - 1), '0 (chosen by Blosc) or bytes'],
  },
};

/** What `codecs` says, checked and completed, for values of `itemSize` bytes. Throws `BAD_ENCODING`. */
export function resolveCodecs(codecs: readonly ZarrCodec[], itemSize: number): CodecMetadata[] {
  if (!Array.isArray(codecs)) throw bad(`codecs is ${JSON.stringify(codecs)}; allowed: a list, empty for none`);
  const resolved = (codecs as readonly ZarrCodec[]).map((codec) => {
    const { name, configuration = {} } = typeof codec === 'string' ? { name: codec } : (codec ?? {});
    const options = Object.hasOwn(known, String(name)) ? known[name as ZarrCodecName] : null;
    if (!options)
      throw bad(
        `codec ${JSON.stringify(name)} cannot be written; allowed: ${Object.keys(known).join(', ')} (zarrita reads sharding_indexed, crc32c and others, but writes them not)`,
      );
    const odd = Object.keys(configuration).find((key) => !Object.hasOwn(options, key) && key !== 'typesize');
    if (odd !== undefined) throw bad(`codec ${name} has no ${odd}; allowed: ${Object.keys(options).join(', ')}`);
    const full: JsonObject = name === 'blosc' ? { typesize: itemSize } : {};
    for (const [key, [fallback, check, allowed]] of Object.entries(options)) {
      const value = (configuration as Record<string, unknown>)[key] ?? fallback;
      if (!check(value)) throw bad(`codec ${name}: ${key} is ${JSON.stringify(value)}; allowed: ${allowed}`);
      full[key] = value as Json;
    }
    return { name, configuration: full };
  });
  return [{ name: 'bytes', configuration: { endian: 'little' } }, ...resolved];
}

function bad(text: string): ArgumentError {
  return new ArgumentError('BAD_ENCODING', text);
}

/** The codecs as zarrita's own take them: Blosc counts shuffles. */
export function codecsForZarrita(codecs: readonly CodecMetadata[]): CodecMetadata[] {
  return codecs.map(({ name, configuration }) =>
    name === 'blosc'
      ? { name, configuration: { ...configuration, shuffle: shuffles.indexOf(configuration.shuffle as string) } }
      : { name, configuration },
  );
}
