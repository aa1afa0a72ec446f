/** Which dtype holds the values of two dtypes, as numpy decides. */
import { type ArrayDType, type DType, isComplexDType } from '../dtype.js';
import { ArgumentError } from '../errors.js';

/** The smallest dtype that holds both (numpy's `promote_types`): int64 with uint64 and large integers with floats are float64. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const [p, q] = [kindOf(a), kindOf(b)];
  if (p.kind === q.kind) return p.bits >= q.bits ? a : b;
  if (p.kind === 'float' || q.kind === 'float') {
    const [float, other] = p.kind === 'float' ? [p, q] : [q, p];
    // float32 holds integers up to 16 bits
    return float.bits === 64 || other.bits > 16 ? 'float64' : 'float32';
  }
  const [signed, unsigned] = p.kind === 'int' ? [p, q] : [q, p];
  if (signed.bits > unsigned.bits) return `int${signed.bits}` as DType;
  return unsigned.bits === 64 ? 'float64' : (`int${unsigned.bits * 2}` as DType);
}

/**
 * As {@link promoteTypes}, for arrays that are joined: complex ones with each other, real ones with each other. Throws
 * `BAD_DTYPE` for a complex and a real one.
 */
export function joinedType(a: ArrayDType, b: ArrayDType): ArrayDType {
  if (!isComplexDType(a) && !isComplexDType(b)) return promoteTypes(a, b);
  if (isComplexDType(a) && isComplexDType(b)) return a === b ? a : 'complex128';
  throw new ArgumentError('BAD_DTYPE', `${a} and ${b} arrays do not join; allowed: all complex, or all real`);
}

/** Kind and bits of a dtype. */
export function kindOf(dtype: DType): { kind: 'float' | 'int' | 'uint'; bits: number } {
  const [, kind, bits] = /^(float|int|uint)(\d+)$/.exec(dtype)!;
  return { kind: kind as 'float' | 'int' | 'uint', bits: Number(bits) };
}
