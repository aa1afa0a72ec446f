/** Window functions by scipy's names, and get_window. All formulas are those of scipy.signal.windows 1.17, float64. */
import { ArgumentError } from '../../errors.js';

/**
 * A window by name (`'hann'`), by name and parameters (`['kaiser', 5]`, `['tukey', 0.25]`), or a number: a Kaiser window
 * with that beta. `_symmetric` or `_periodic` at the end of a name overrides the symmetry asked for.
 */
export type WindowLike = string | number | readonly [string, ...(number | readonly number[])[]];

/** A symmetric window of `n` >= 2 points with its parameters. */
type Formula = (n: number, ...parameters: number[]) => Float64Array;

interface Definition {
  readonly names: readonly string[];
  readonly parameters: readonly [least: number, most: number];
  readonly formula: Formula;
}

const { PI, abs, cos, cosh, acos, acosh, exp, floor, sin, sqrt } = Math;

function points(n: number, f: (i: number) => number): Float64Array {
  const w = new Float64Array(n);
  for (let i = 0; i < n; i++) w[i] = f(i);
  return w;
}

/** Weighted sum of cosines over -pi to pi. */
function generalCosine(n: number, weights: readonly number[]): Float64Array {
  const step = (2 * PI) / (n - 1);
  return points(n, (i) => {
    const angle = i === n - 1 ? PI : i * step - PI;
    return weights.reduce((sum, a, k) => sum + a * cos(k * angle), 0);
  });
}

/** sin(pi x) / (pi x), 1 at 0 (numpy's sinc). */
export function sinc(x: number): number {
  const y = PI * (x === 0 ? 1e-20 : x);
  return sin(y) / y;
}

/** Modified Bessel function of the first kind and order 0, by its series: all terms are positive. */
export function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * (Number.EPSILON / 4); k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

function kaiser(n: number, beta: number): Float64Array {
  const alpha = (n - 1) / 2;
  const norm = besselI0(beta);
  return points(n, (i) => besselI0(beta * sqrt(1 - ((i - alpha) / alpha) ** 2)) / norm);
}

function kaiserBesselDerived(n: number, beta: number): Float64Array {
  if (n % 2 !== 0)
    throw new ArgumentError('BAD_ARGUMENT', 'a kaiser_bessel_derived window has an even number of points');
  const half = kaiser(n / 2 + 1, beta);
  for (let i = 1; i < half.length; i++) half[i] += half[i - 1];
  return points(n, (i) => sqrt(half[i < n / 2 ? i : n - 1 - i] / half[n / 2]));
}

/** Two-sided exponential decay; without a centre (NaN) symmetric. */
function exponential(n: number, centre = Number.NaN, tau = 1): Float64Array {
  const middle = Number.isNaN(centre) ? (n - 1) / 2 : centre;
  return points(n, (i) => exp(-abs(i - middle) / tau));
}

function tukey(n: number, alpha = 0.5): Float64Array {
  if (alpha <= 0) return points(n, () => 1);
  if (alpha >= 1) return generalCosine(n, [0.5, 0.5]);
  const width = floor((alpha * (n - 1)) / 2);
  return points(n, (i) => {
    if (i <= width) return 0.5 * (1 + cos(PI * (-1 + (2 * i) / alpha / (n - 1))));
    if (i >= n - width - 1) return 0.5 * (1 + cos(PI * (-2 / alpha + 1 + (2 * i) / alpha / (n - 1))));
    return 1;
  });
}

/** Dolph-Chebyshev: the discrete Fourier transform of a Chebyshev polynomial, summed term by term. */
function chebyshev(n: number, attenuation: number): Float64Array {
  const order = n - 1;
  const beta = cosh((1 / order) * acosh(10 ** (abs(attenuation) / 20)));
  const spectrum = points(n, (k) => {
    const x = beta * cos((PI * k) / n);
    if (x > 1) return cosh(order * acosh(x));
    if (x < -1) return (2 * (n % 2) - 1) * cosh(order * acosh(-x));
    return cos(order * acos(x));
  });
  const shift = n % 2 === 0 ? 0.5 : 0;
  // Angles are reduced to one turn in integers, so that large products lose nothing.
  const transform = (j: number) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += spectrum[k] * cos((2 * PI * ((2 * k * (j - shift)) % (2 * n))) / (2 * n));
    return sum;
  };
  const half = points(floor((n + 1) / 2), (i) => transform(n % 2 === 0 ? i + 1 : i));
  const w = points(n, (i) => half[n % 2 === 0 ? (i < n / 2 ? n / 2 - 1 - i : i - n / 2) : abs(i - (n - 1) / 2)]);
  const largest = w.reduce((a, b) => Math.max(a, b));
  return w.map((value) => value / largest);
}

function taylor(n: number, nbar = 4, sidelobes = 30, norm = 1): Float64Array {
  const a = acosh(10 ** (sidelobes / 20)) / PI;
  const s2 = nbar ** 2 / (a ** 2 + (nbar - 0.5) ** 2);
  const weights = points(nbar - 1, (i) => {
    const m2 = (i + 1) ** 2;
    let numerator = i % 2 === 0 ? 1 : -1;
    let denominator = 2;
    for (let j = 1; j < nbar; j++) {
      numerator *= 1 - m2 / s2 / (a ** 2 + (j - 0.5) ** 2);
      if (j !== i + 1) denominator *= 1 - m2 / j ** 2;
    }
    return numerator / denominator;
  });
  const value = (x: number) =>
    1 + 2 * weights.reduce((sum, f, i) => sum + f * cos((2 * PI * (i + 1) * (x - n / 2 + 0.5)) / n), 0);
  const scale = norm ? 1 / value((n - 1) / 2) : 1;
  return points(n, (i) => value(i) * scale);
}

/** First discrete prolate spheroidal sequence, peak 1, scipy's 'approximate' correction for even lengths. */
function slepian(n: number, halfBandwidth: number): Float64Array {
  if (!(halfBandwidth > 0 && halfBandwidth < n / 2))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `dpss with NW = ${halfBandwidth}; allowed: more than 0, less than ${n / 2}`,
    );
  const c = cos((2 * PI * halfBandwidth) / n);
  const diagonal = points(n, (i) => ((n - 1 - 2 * i) / 2) ** 2 * c);
  const beside = points(n, (i) => (i * (n - i)) / 2);
  const vector = largestEigenvector(diagonal, beside);
  const peak = vector.reduce((a, b) => Math.max(a, b));
  const correction = n % 2 === 0 ? n ** 2 / (n ** 2 + halfBandwidth) : 1;
  return vector.map((value) => (value / peak) * correction);
}

/**
 * Eigenvector of the largest eigenvalue of a symmetric tridiagonal matrix whose off-diagonal elements (`beside[1..]`) are
 * positive: bisection by Sturm counts, then inverse iteration. All its components have one sign; they come positive.
 */
function largestEigenvector(diagonal: Float64Array, beside: Float64Array): Float64Array {
  const n = diagonal.length;
  const below = (x: number) => {
    let count = 0;
    let d = 1;
    for (let i = 0; i < n; i++) {
      d = diagonal[i] - x - (i === 0 ? 0 : beside[i] ** 2 / d);
      if (d === 0) d = Number.MIN_VALUE * 2 ** 60;
      if (d < 0) count++;
    }
    return count;
  };
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) high = Math.max(high, diagonal[i] + beside[i] + (i + 1 < n ? beside[i + 1] : 0));
  let low = diagonal.reduce((a, b) => Math.max(a, b));
  for (let step = 0; step < 200 && high - low > Number.EPSILON * abs(high); step++) {
    const middle = (low + high) / 2;
    if (below(middle) === n) high = middle;
    else low = middle;
  }
  // Just above the largest eigenvalue the shifted matrix is definite: elimination needs no pivots.
  const shift = high + 4 * Number.EPSILON * abs(high);
  const pivots = new Float64Array(n);
  for (let i = 0; i < n; i++) pivots[i] = shift - diagonal[i] - (i === 0 ? 0 : beside[i] ** 2 / pivots[i - 1]);
  let vector = points(n, () => 1 / sqrt(n));
  for (let step = 0; step < 5; step++) {
    const next = Float64Array.from(vector);
    for (let i = 1; i < n; i++) next[i] += (beside[i] / pivots[i - 1]) * next[i - 1];
    next[n - 1] /= pivots[n - 1];
    for (let i = n - 2; i >= 0; i--) next[i] = next[i] / pivots[i] + (beside[i + 1] / pivots[i]) * next[i + 1];
    const norm = sqrt(next.reduce((sum, value) => sum + value * value, 0));
    vector = next.map((value) => value / norm);
  }
  return vector;
}

function sumOfCosines(...weights: number[]): Formula {
  return (n) => generalCosine(n, weights);
}

const definitions: readonly Definition[] = [
  {
    names: ['barthann', 'brthan', 'bth'],
    parameters: [0, 0],
    formula: (n) =>
      points(n, (i) => {
        const x = abs(i / (n - 1) - 0.5);
        return 0.62 - 0.48 * x + 0.38 * cos(2 * PI * x);
      }),
  },
  {
    names: ['bartlett', 'bart', 'brt'],
    parameters: [0, 0],
    formula: (n) => points(n, (i) => (i <= (n - 1) / 2 ? (2 * i) / (n - 1) : 2 - (2 * i) / (n - 1))),
  },
  { names: ['blackman', 'black', 'blk'], parameters: [0, 0], formula: sumOfCosines(0.42, 0.5, 0.08) },
  {
    names: ['blackmanharris', 'blackharr', 'bkh'],
    parameters: [0, 0],
    formula: sumOfCosines(0.35875, 0.48829, 0.14128, 0.01168),
  },
  {
    names: ['bohman', 'bman', 'bmn'],
    parameters: [0, 0],
    formula: (n) =>
      points(n, (i) => {
        const x = abs(-1 + (2 * i) / (n - 1));
        return i === 0 || i === n - 1 ? 0 : (1 - x) * cos(PI * x) + (1 / PI) * sin(PI * x);
      }),
  },
  { names: ['boxcar', 'box', 'ones', 'rect', 'rectangular'], parameters: [0, 0], formula: (n) => points(n, () => 1) },
  { names: ['chebwin', 'cheb'], parameters: [1, 1], formula: chebyshev },
  {
    names: ['cosine', 'halfcosine'],
    parameters: [0, 0],
    formula: (n) => points(n, (i) => sin((PI / n) * (i + 0.5))),
  },
  { names: ['dpss'], parameters: [1, 1], formula: slepian },
  { names: ['exponential', 'poisson'], parameters: [0, 2], formula: exponential },
  {
    names: ['flattop', 'flat', 'flt'],
    parameters: [0, 0],
    formula: sumOfCosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  },
  {
    names: ['gaussian', 'gauss', 'gss'],
    parameters: [1, 1],
    formula: (n, std) => points(n, (i) => exp(-((i - (n - 1) / 2) ** 2) / (2 * std * std))),
  },
  {
    names: ['general gaussian', 'general_gaussian', 'general gauss', 'general_gauss', 'ggs'],
    parameters: [2, 2],
    formula: (n, p, sig) => points(n, (i) => exp(-0.5 * abs((i - (n - 1) / 2) / sig) ** (2 * p))),
  },
  {
    names: ['general hamming', 'general_hamming'],
    parameters: [1, 1],
    formula: (n, alpha) => generalCosine(n, [alpha, 1 - alpha]),
  },
  { names: ['hamming', 'hamm', 'ham'], parameters: [0, 0], formula: sumOfCosines(0.54, 1 - 0.54) },
  { names: ['hann', 'han'], parameters: [0, 0], formula: sumOfCosines(0.5, 0.5) },
  { names: ['kaiser', 'ksr'], parameters: [1, 1], formula: kaiser },
  {
    names: ['kaiser bessel derived', 'kaiser_bessel_derived', 'kbd'],
    parameters: [1, 1],
    formula: kaiserBesselDerived,
  },
  {
    names: ['lanczos', 'sinc'],
    parameters: [0, 0],
    formula: (n) => points(n, (i) => sinc((2 * Math.max(i, n - 1 - i)) / (n - 1) - 1)),
  },
  {
    names: ['nuttall', 'nutl', 'nut'],
    parameters: [0, 0],
    formula: sumOfCosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
  },
  {
    names: ['parzen', 'parz', 'par'],
    parameters: [0, 0],
    formula: (n) =>
      points(n, (i) => {
        const x = abs(i - (n - 1) / 2) / (n / 2);
        return abs(i - (n - 1) / 2) <= (n - 1) / 4 ? 1 - 6 * x ** 2 + 6 * x ** 3 : 2 * (1 - x) ** 3;
      }),
  },
  { names: ['taylor', 'taylorwin'], parameters: [0, 3], formula: taylor },
  {
    names: ['triangle', 'triang', 'tri'],
    parameters: [0, 0],
    formula: (n) =>
      points(n, (i) => {
        const k = Math.min(i, n - 1 - i) + 1;
        return n % 2 === 0 ? (2 * k - 1) / n : (2 * k) / (n + 1);
      }),
  },
  { names: ['tukey', 'tuk'], parameters: [0, 1], formula: tukey },
];

const byName = new Map(
  definitions.flatMap((definition) => definition.names.map((name) => [name, definition] as const)),
);

/**
 * A window of `n` points (scipy.signal.get_window), float64. Periodic by default (`fftbins`): the first `n` points of the
 * symmetric window of `n + 1`. One point is 1 always. Equal to scipy 1.17 within 1e-12.
 *
 * Known: barthann, bartlett, blackman, blackmanharris, bohman, boxcar, chebwin(dB), cosine, dpss(NW), exponential(center?,
 * tau?), flattop, gaussian(std), 'general cosine'(weights), 'general gaussian'(p, sig), 'general hamming'(alpha), hamming,
 * hann, kaiser(beta), kaiser_bessel_derived(beta), lanczos, nuttall, parzen, taylor(nbar?, sll?, norm?), triang,
 * tukey(alpha?), and scipy's short names. Throws `BAD_ARGUMENT` for others and for wrong parameters.
 */
export function getWindow(window: WindowLike, n: number, fftbins = true): Float64Array {
  if (!Number.isInteger(n) || n < 1)
    throw new ArgumentError('BAD_ARGUMENT', `a window of ${n} points; allowed: positive integers`);
  const [given, ...parameters] = typeof window === 'number' ? (['kaiser', window] as const) : [window].flat(1);
  if (typeof given !== 'string')
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `window ${JSON.stringify(window)}; allowed: name, [name, ...numbers], or beta`,
    );
  const forced = /_(symmetric|periodic)$/.exec(given)?.[1];
  const name = forced ? given.slice(0, -forced.length - 1) : given;
  const symmetric = forced ? forced === 'symmetric' : !fftbins;
  const size = symmetric ? n : n + 1;
  return symmetricWindow(name, parameters, size, n, symmetric).slice(0, n);
}

function symmetricWindow(
  name: string,
  parameters: readonly unknown[],
  size: number,
  n: number,
  symmetric: boolean,
): Float64Array {
  if (name === 'general cosine' || name === 'general_cosine') {
    const weights = parameters.length === 1 && Array.isArray(parameters[0]) ? (parameters[0] as unknown[]) : [];
    if (weights.length === 0 || !weights.every((a) => typeof a === 'number'))
      throw new ArgumentError('BAD_ARGUMENT', `window ${name} has one parameter: its weights, an array of numbers`);
    return n === 1 ? Float64Array.of(1) : generalCosine(size, weights as number[]);
  }
  const definition = byName.get(name);
  if (!definition)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `window ${JSON.stringify(name)} is not one of ${definitions.map(({ names }) => names[0]).join(', ')}, general cosine`,
    );
  const [least, most] = definition.parameters;
  const { formula } = definition;
  // Only the centre of an exponential window may be null: none.
  const numbers = parameters.map((p, i) => (p === null && i === 0 && formula === exponential ? Number.NaN : p));
  if (parameters.length < least || parameters.length > most || !numbers.every((p) => typeof p === 'number'))
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `window ${name} with parameters ${JSON.stringify(parameters)}; allowed: ${least === most ? least : `${least} to ${most}`} numbers`,
    );
  if (formula === kaiserBesselDerived && !symmetric)
    throw new ArgumentError('BAD_ARGUMENT', `window ${name} is symmetric only: fftbins = false`);
  if (formula === exponential && symmetric && typeof parameters[0] === 'number')
    throw new ArgumentError('BAD_ARGUMENT', `window ${name} with a centre is not symmetric; allowed: null as centre`);
  if (n === 1 && formula !== kaiserBesselDerived) return Float64Array.of(1);
  return formula(size, ...(numbers as number[]));
}
