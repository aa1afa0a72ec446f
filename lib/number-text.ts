/** Floats as text: the shortest digits that read back as the same value, laid out as Python and numpy print them. */

/** The shortest decimal digits of a finite, non-zero float (without sign), and the power of ten of the first. */
export function shortestDigits(value: number, dtype: 'float32' | 'float64'): { digits: string; power: number } {
  const size = Math.abs(value);
  let text = size.toExponential();
  if (dtype === 'float32')
    for (let count = 0; count < 9; count++) {
      text = size.toExponential(count);
      if (Math.fround(Number(text)) === size) break;
    }
  const [mantissa, power] = text.split('e') as [string, string];
  return { digits: mantissa.replace('.', ''), power: Number(power) };
}

/** `-` for negative numbers and minus zero. */
export function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

/**
 * A float as Python's `str` prints it: at least one decimal; with an exponent below 1e-4 and from 1e16 (float32: as
 * `str(numpy.float32(value))`, from 1e6).
 */
export function floatText(value: number, dtype: 'float32' | 'float64' = 'float64'): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return `${signOf(value)}0.0`;
  const { digits, power } = shortestDigits(value, dtype);
  const size = Math.abs(value);
  if (dtype === 'float32' ? size < 1e-4 || size >= 1e6 : power < -4 || power >= 16) {
    const rest = digits.slice(1);
    const exponent = String(Math.abs(power)).padStart(2, '0');
    return `${signOf(value)}${digits[0]}${rest ? `.${rest}` : ''}e${power < 0 ? '-' : '+'}${exponent}`;
  }
  if (power < 0) return `${signOf(value)}0.${'0'.repeat(-power - 1)}${digits}`;
  const padded = digits.padEnd(power + 1, '0');
  return `${signOf(value)}${padded.slice(0, power + 1)}.${padded.slice(power + 1) || '0'}`;
}
