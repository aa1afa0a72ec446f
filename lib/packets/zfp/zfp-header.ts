/**
 * What the client data of HDF5's ZFP filter (32013) says: one number with versions, then the bytes of zfp's own header, which
 * chunks therefore do not have: magic, type and sizes, mode. (H5Z-ZFP 1.1, `H5Z_zfp_set_local`; zfp 1.0, `zfp_read_header`.)
 */

/** A header, as far as the kernel here goes. */
export interface ZfpHeader {
  readonly dtype: 'float32' | 'float64';
  /** Sizes of a chunk in C order, without those of 1 (but for the last). */
  readonly sizes: readonly number[];
  /** Bits that a block has at least; it is filled with zeros. */
  readonly minBits: number;
  /** Bits that a block has at most. */
  readonly maxBits: number;
  /** Most bit planes of a block. */
  readonly maxPrecision: number;
  /** Exponent of 2 of the last bit plane that is kept. */
  readonly minExponent: number;
}

/** zfp's defaults where a mode says nothing else (ZFP_MIN_BITS and so on); below the least exponent it is the reversible mode. */
const MIN_BITS = 1;
const MAX_BITS = 16658;
const MAX_PRECISION = 64;
const MIN_EXPONENT = -1074;
/** The format of zfp 0.5 to 1.0. */
const CODEC = 5;

/**
 * The header in the filter's final client data. Null for what the kernel does not know: other versions of the format, a header of the
 * other byte order, integers, the reversible mode, and what is no header.
 */
export function readZfpHeader(clientData: readonly number[] | Uint32Array): ZfpHeader | null {
  if (clientData.length < 4 || clientData.length > 10 || writtenLater(clientData[0])) return null;
  let position = 32;
  /** At most 24 bits. */
  const take = (count: number): number => {
    const word = position >>> 5;
    const shift = position & 31;
    position += count;
    const low = clientData[word] >>> shift;
    const bits = shift + count > 32 ? low | (clientData[word + 1] << (32 - shift)) : low;
    return bits & ((1 << count) - 1);
  };
  // 'zfp'
  if (take(24) !== 0x70667a || take(8) !== CODEC) return null;
  const type = take(2);
  const count = take(2) + 1;
  const sizes: number[] = [];
  if (count === 1) sizes.push(take(24) + 2 ** 24 * take(24) + 1);
  else for (let axis = 0; axis < count; axis++) sizes.unshift(take(48 / count) + 1);
  const mode = take(12);
  const limits = mode < 4095 ? limitsOfMode(mode) : clientData.length < 6 ? null : longLimits(take);
  if (type < 2 || limits === null) return null;
  return { dtype: type === 2 ? 'float32' : 'float64', sizes, ...limits };
}

type Limits = Omit<ZfpHeader, 'dtype' | 'sizes'>;

/** Whether a codec later than {@link CODEC} is named; the filter refuses to read that. */
function writtenLater(versions: number): boolean {
  const version = versions >>> 16;
  return (version < 0x100 ? version << 4 : version) > 0x1000 && ((versions >>> 12) & 15) > CODEC;
}

/** The modes of 12 bits: rate, precision, reversible, accuracy. */
function limitsOfMode(mode: number): Limits | null {
  const open = { minBits: MIN_BITS, maxBits: MAX_BITS, maxPrecision: MAX_PRECISION, minExponent: MIN_EXPONENT };
  if (mode < 2048) return { ...open, minBits: mode + 1, maxBits: mode + 1 };
  if (mode < 2048 + MAX_PRECISION) return { ...open, maxPrecision: mode - 2047 };
  return mode < 2177 ? null : { ...open, minExponent: mode - 2177 + MIN_EXPONENT };
}

function longLimits(take: (count: number) => number): Limits | null {
  const minBits = take(15) + 1;
  const maxBits = take(15) + 1;
  const maxPrecision = take(7) + 1;
  const minExponent = take(15) - 16495;
  if (minBits > maxBits || maxPrecision > MAX_PRECISION || minExponent < MIN_EXPONENT) return null;
  return { minBits, maxBits, maxPrecision, minExponent };
}
