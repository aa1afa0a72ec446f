import { type ArrayDType, isComplexDType, type TypedArray } from '../../dtype.js';
import { ArgumentError } from '../../errors.js';
import type { RecordSamples } from './record-packer.js';
import type { RecordEncoding } from './write-record-header.js';

const integers: readonly RecordEncoding[] = ['STEIM2', 'STEIM1', 'INT32'];

/** The encodings that values of a dtype go into without loss, the default first. Throws `BAD_DTYPE`. */
function encodingsOf(dtype: ArrayDType, who: string): readonly RecordEncoding[] {
  if (isComplexDType(dtype))
    throw new ArgumentError('BAD_DTYPE', `${who}: miniSEED has no ${dtype} values; write real ones`);
  if (dtype === 'float32') return ['FLOAT32', 'FLOAT64'];
  return dtype === 'float64' ? ['FLOAT64'] : integers;
}

/** The encoding of values of a dtype: `asked`, or the default of the dtype. Throws `BAD_DTYPE` where it would lose something. */
export function recordEncoding(dtype: ArrayDType, asked: RecordEncoding | null, who: string): RecordEncoding {
  const allowed = encodingsOf(dtype, who);
  if (asked === null) return allowed[0]!;
  if (allowed.includes(asked)) return asked;
  const how = integers.includes(asked) ? 'int32' : 'float32';
  throw new ArgumentError(
    'BAD_DTYPE',
    `${who}: ${asked} does not hold ${dtype} values; allowed: ${allowed.join(', ')}, or change the values first (astype ${how})`,
  );
}

/**
 * Values as records hold them: int32 for integers, the same memory where nothing changes. Throws `BAD_DTYPE` for integers beyond 32 bits,
 * naming the first one.
 */
export function recordSamples(values: TypedArray, encoding: RecordEncoding, dtype: string, who: string): RecordSamples {
  if (values instanceof Int32Array) return values;
  if (!integers.includes(encoding)) return values as Float32Array | Float64Array;
  const out = new Int32Array(values.length);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    for (let k = 0; k < values.length; k++) {
      const value = values[k]!;
      if (value !== BigInt.asIntN(32, value)) throw tooLarge(value, dtype, who);
      out[k] = Number(value);
    }
    return out;
  }
  out.set(values as Int16Array);
  if (values instanceof Uint32Array)
    for (let k = 0; k < values.length; k++) if (out[k] !== values[k]) throw tooLarge(values[k]!, dtype, who);
  return out;
}

function tooLarge(value: number | bigint, dtype: string, who: string): ArgumentError {
  return new ArgumentError(
    'BAD_DTYPE',
    `${who}: a ${dtype} value is ${value}; miniSEED holds integers of 32 bits: scale them, or write float64 (astype)`,
  );
}
