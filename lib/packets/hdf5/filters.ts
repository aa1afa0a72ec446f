/** The HDF5 filters that are known by number: their names, and which of them can be read and written here. */

/** What is known of one HDF5 filter. */
export interface KnownFilter {
  /** HDF5's registered number. */
  readonly id: number;
  /** The name in errors and options. */
  readonly name: string;
  /** Where its code is: in HDF5 itself, in a plugin file of `dist/plugins`, or nowhere (`null`: refused by name). */
  readonly code: 'built in' | { readonly plugin: string } | null;
}

const plugin = (id: number, name: string, file: string): KnownFilter => ({ id, name, code: { plugin: file } });
const builtIn = (id: number, name: string): KnownFilter => ({ id, name, code: 'built in' });
const unavailable = (id: number, name: string): KnownFilter => ({ id, name, code: null });

const filters: readonly KnownFilter[] = [
  builtIn(1, 'gzip'),
  builtIn(2, 'shuffle'),
  builtIn(3, 'fletcher32'),
  unavailable(4, 'szip'),
  builtIn(5, 'nbit'),
  builtIn(6, 'scaleoffset'),
  plugin(307, 'bzip2', 'libH5Zbz2.so'),
  plugin(32000, 'lzf', 'libH5Zlzf.so'),
  plugin(32001, 'blosc', 'libH5Zblosc.so'),
  unavailable(32002, 'mafisc'),
  unavailable(32003, 'snappy'),
  plugin(32004, 'lz4', 'libH5Zlz4.so'),
  plugin(32008, 'bitshuffle', 'libH5Zbshuf.so'),
  unavailable(32009, 'spdp'),
  unavailable(32010, 'lpc-rice'),
  unavailable(32012, 'etc'),
  plugin(32013, 'zfp', 'libH5Zzfp.so'),
  unavailable(32014, 'fpzip'),
  plugin(32015, 'zstd', 'libH5Zzstd.so'),
  unavailable(32017, 'sz'),
  unavailable(32018, 'fcidecomp'),
  unavailable(32019, 'jpeg'),
  plugin(32022, 'granular bitround', 'libH5Zbitgroom.so'),
  plugin(32023, 'bitround', 'libH5Zbitround.so'),
  unavailable(32024, 'sz3'),
  plugin(32026, 'blosc2', 'libH5Zblosc2.so'),
  unavailable(32027, 'flac'),
  unavailable(32028, 'sperr'),
  unavailable(32033, 'htj2k'),
];

const byId = new Map(filters.map((filter) => [filter.id, filter]));

/** The filter of a number; one that is not in the list is named `unknown` and has no code. */
export function filterById(id: number): KnownFilter {
  return byId.get(id) ?? unavailable(id, 'unknown');
}

/** Names and numbers of all filters that can be read here, for error texts. */
export function readableFilters(): string {
  return filters
    .filter(({ code }) => code !== null)
    .map(({ id, name }) => `${name} (${id})`)
    .join(', ');
}

/** Inner codecs of Blosc and Blosc2, by the number in their client data (`cd_values[6]`). */
export const bloscCodecs = ['blosclz', 'lz4', 'lz4hc', 'snappy', 'zlib', 'zstd'] as const;

/** The inner codecs that the plugins contain. zlib is compiled in, but the functions it calls are missing. */
export const bloscAvailable: readonly string[] = ['blosclz', 'lz4', 'lz4hc', 'zstd'];

/** The inner codec that Blosc's (32001) or Blosc2's (32026) client data names; undefined for other filters. */
export function innerCodec(id: number, clientData: readonly number[]): string | undefined {
  if (id !== 32001 && id !== 32026) return undefined;
  const number = clientData.length > 6 ? clientData[6] : 0;
  return bloscCodecs[number] ?? `codec ${number}`;
}
