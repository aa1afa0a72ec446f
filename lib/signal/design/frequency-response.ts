/** Frequency response of digital filters: scipy.signal.freqz and freqz_sos. */
import { ArgumentError } from '../../errors.js';
import type { Sos } from '../sosfilt.js';
import { add, type Complex, complex, divide, magnitude, multiply, unit } from './complex.js';

/** Options of {@link freqz} and {@link sosfreqz}. */
export interface ResponseOptions {
  /** A number of frequencies from 0 to (without) half the sampling rate, or the frequencies themselves. Default 512. */
  worN?: number | readonly number[] | Float64Array;
  /** Up to the full sampling rate, where `worN` is a number. Default false. */
  whole?: boolean;
  /** Samples per second; default 2 pi, so that frequencies are radians per sample. */
  fs?: number;
}

/** Frequencies, in the unit of `fs`, and the complex response at each. */
export interface FrequencyResponse {
  readonly w: Float64Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Magnitude of the response. */
  readonly magnitude: Float64Array;
}

/** Response of numerator `b` over denominator `a` (scipy.signal.freqz). Throws `BAD_ARGUMENT`. */
export function freqz(
  b: ArrayLike<number>,
  a: ArrayLike<number> = [1],
  options: ResponseOptions = {},
): FrequencyResponse {
  if (b.length === 0 || a.length === 0)
    throw new ArgumentError('BAD_ARGUMENT', 'a filter needs at least one b and one a');
  return respond(options, (z) => divide(polynomial(b, z), polynomial(a, z)));
}

/** Response of second-order sections (scipy.signal.freqz_sos). Throws `BAD_ARGUMENT`. */
export function sosfreqz(sos: Sos, options: ResponseOptions = {}): FrequencyResponse {
  return respond(options, (z) => {
    let h = complex(1);
    for (let s = 0; s < sos.length; s += 6)
      h = multiply(h, divide(polynomial(sos.subarray(s, s + 3), z), polynomial(sos.subarray(s + 3, s + 6), z)));
    return h;
  });
}

function respond(options: ResponseOptions, response: (z: Complex) => Complex): FrequencyResponse {
  const { worN = 512, whole = false, fs = 2 * Math.PI } = options;
  if (!(fs > 0 && Number.isFinite(fs)))
    throw new ArgumentError('BAD_ARGUMENT', `fs is ${fs}; allowed: positive samples per second`);
  if (typeof worN === 'number' && !(Number.isInteger(worN) && worN >= 0))
    throw new ArgumentError('BAD_ARGUMENT', `worN is ${worN}; allowed: a non-negative integer, or frequencies`);
  const last = whole ? fs : fs / 2;
  const w =
    typeof worN === 'number'
      ? Float64Array.from({ length: worN }, (_, i) => (i * last) / worN)
      : Float64Array.from(worN as ArrayLike<number>);
  const h = Array.from(w, (frequency) => response(unit((-2 * Math.PI * frequency) / fs)));
  return {
    w,
    re: Float64Array.from(h, ({ re }) => re),
    im: Float64Array.from(h, ({ im }) => im),
    magnitude: Float64Array.from(h, magnitude),
  };
}

/** Value at `z` of the polynomial with rising coefficients. */
function polynomial(coefficients: ArrayLike<number>, z: Complex): Complex {
  let value = complex(0);
  for (let i = coefficients.length - 1; i >= 0; i--) value = add(multiply(value, z), complex(coefficients[i]));
  return value;
}
