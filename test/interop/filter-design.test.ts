/** Filter design against live scipy: random designs (the seed is printed; DASFLOW_SEED sets another). */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  type BandType,
  type FIRBand,
  type FilterOutput,
  type FilterType,
  firwin,
  freqz,
  getWindow,
  type IIRDesign,
  iirfilter,
  kaiserBeta,
  kaiserord,
  sosfreqz,
  type WindowLike,
} from '../../lib/index.js';
import { relativeError } from './assert-close.js';
import { describePeers } from './describe-peers.js';
import { type PackedValues, unpack } from './description.js';

const seed = Number(process.env.DASFLOW_SEED ?? 20240521);
const between = (low: number, high: number) =>
  fc.integer({ min: 0, max: 100_000 }).map((k) => low + ((high - low) * k) / 100_000);

/** A function of scipy.signal with its arguments, as `design` in `peer.py` takes them. */
type Call = [name: string, args: unknown[], kwargs: Record<string, unknown>];

const numbers = (packed: PackedValues) => Array.from(unpack(packed) as ArrayLike<number>, Number);

interface Design {
  order: number;
  wn: number | number[];
  options: IIRDesign<FilterOutput>;
}

const families: FilterType[] = [
  'butter',
  'cheby1',
  'cheby2',
  'ellip',
  'bessel',
  'bessel_phase',
  'bessel_delay',
  'bessel_mag',
];
const bands: BandType[] = ['lowpass', 'highpass', 'bandpass', 'bandstop'];

/** Any design of orders 1 to 12, in all forms, with edges from 1/200 to 99/100 of the Nyquist frequency. */
const designs: fc.Arbitrary<Design> = fc
  .record({
    order: fc.integer({ min: 1, max: 12 }),
    ftype: fc.constantFrom(...families),
    btype: fc.constantFrom(...bands),
    output: fc.constantFrom<FilterOutput[]>('sos', 'sos', 'ba', 'zpk'),
    edge: between(0.005, 0.9),
    width: between(0.02, 0.98),
    rp: between(0.05, 5),
    rs: between(10, 100),
    fs: fc.constantFrom(null, null, 2, 100, 0.4),
    analog: fc.constantFrom(false, false, false, true),
  })
  .map(({ order, ftype, btype, output, edge, width, rp, rs, fs, analog }) => {
    const high = edge + (0.99 - edge) * width;
    const scale = analog || fs === null ? 1 : fs / 2;
    const wn = btype === 'lowpass' || btype === 'highpass' ? edge * scale : [edge * scale, high * scale];
    const ripple = ftype === 'cheby1' || ftype === 'ellip' ? { rp } : {};
    const stop = ftype === 'cheby2' || ftype === 'ellip' ? { rs: Math.max(rs, rp + 6) } : {};
    return { order, wn, options: { ftype, btype, output, ...ripple, ...stop, ...(analog ? { analog } : { fs }) } };
  });

function call({ order, wn, options }: Design, output = options.output): Call {
  const { rp = null, rs = null, btype, analog = false, fs = null } = options;
  const [family, norm] = options.ftype!.split('_') as [string, string?];
  if (norm) return ['bessel', [order, wn], { btype, analog, output, norm, fs }];
  return ['iirfilter', [order, wn], { rp, rs, btype, analog, ftype: family, output, fs }];
}

/** `max |a - b| / max |b|` over zeros and poles as complex numbers. */
function rootError(ours: readonly { re: number; im: number }[], theirs: PackedValues): number {
  const values = numbers(theirs);
  const parts = theirs.dtype === 'complex128' ? values : values.flatMap((re) => [re, 0]);
  return relativeError(
    ours.flatMap(({ re, im }) => [re, im]),
    parts,
  );
}

/** The same design with each of its numbers larger and smaller by their last bit. */
function nudged(one: Design): Design[] {
  const steps = [1 - 2 ** -53, 1 + 2 ** -52];
  const { wn, options } = one;
  return steps.flatMap((step) => [
    { ...one, wn: Array.isArray(wn) ? wn.map((edge) => edge * step) : wn * step },
    ...(options.rp ? [{ ...one, options: { ...options, rp: options.rp * step } }] : []),
    ...(options.rs ? [{ ...one, options: { ...options, rs: options.rs * step } }] : []),
  ]);
}

/** How far two results of scipy are apart, in the measure of {@link deviation}. */
function apart(a: PackedValues | PackedValues[], b: PackedValues | PackedValues[]): number {
  if (Array.isArray(a))
    return Math.max(...a.map((part, k) => relativeError(numbers(part), numbers((b as PackedValues[])[k]!))));
  const [x, y] = [numbers(a), numbers(b as PackedValues)];
  const parts = Array.from({ length: x.length / 3 }, (_, k) =>
    relativeError(x.slice(3 * k, 3 * k + 3), y.slice(3 * k, 3 * k + 3)),
  );
  return Math.max(...parts);
}

/** The largest relative deviation of a design of ours from that of scipy; each part by its own largest number. */
function deviation({ order, wn, options }: Design, theirs: PackedValues | PackedValues[]): number {
  if (options.output === 'sos') {
    const ours = iirfilter(order, wn, { ...options, output: 'sos' });
    const expected = numbers(theirs as PackedValues);
    assert.equal(ours.length, expected.length, 'sections');
    // section by section, numerator and denominator: the gain is in the first numerator, and may be tiny
    const parts = Array.from({ length: ours.length / 3 }, (_, k) =>
      relativeError(ours.subarray(3 * k, 3 * k + 3), expected.slice(3 * k, 3 * k + 3)),
    );
    return Math.max(...parts);
  }
  const parts = theirs as PackedValues[];
  if (options.output === 'ba') {
    const ours = iirfilter(order, wn, { ...options, output: 'ba' });
    return Math.max(relativeError(ours.b, numbers(parts[0]!)), relativeError(ours.a, numbers(parts[1]!)));
  }
  const ours = iirfilter(order, wn, { ...options, output: 'zpk' });
  const gain = numbers(parts[2]!)[0]!;
  return Math.max(rootError(ours.z, parts[0]!), rootError(ours.p, parts[1]!), Math.abs(ours.k / gain - 1));
}

describePeers(
  `filter design is scipy's (seed ${seed})`,
  (suite) => {
    const ask = <T>(calls: Call[], moved?: string) => suite.peer.call<T[]>('design', { calls, moved });

    /**
     * How far scipy's own result moves where an edge or a ripple moves by its last bit, or, of an elliptic filter whose
     * ripple and attenuation are close, where what it makes its modulus m of does, each by one: all its roots depend on
     * 1 - m, and of numpy's exponentials and powers the last bit depends on the processor.
     */
    async function spread(one: Design, theirs: PackedValues | PackedValues[]): Promise<number> {
      const off = (moved: (PackedValues | PackedValues[])[]) => moved.map((near) => apart(theirs, near));
      const ofArguments = off(await ask<PackedValues | PackedValues[]>(nudged(one).map((near) => call(near))));
      let ofModulus = 0;
      for (const what of ['nome', 'numerator', 'denominator', 'modulus'])
        ofModulus += off(await ask<PackedValues | PackedValues[]>([call(one)], what))[0]!;
      return Math.max(...ofArguments, ofModulus);
    }

    it(
      'iirfilter: 500 designs within 1e-12, or within what the last bit of an argument is worth',
      suite.options,
      async (t) => {
        const drawn = fc.sample(designs, { numRuns: 520, seed });
        const results = await ask<PackedValues | PackedValues[] | null>(drawn.map((one) => call(one)));
        // of some analogue filters scipy makes no sections: it fails on its way
        const chosen = drawn.filter((_, k) => results[k] !== null).slice(0, 500);
        const answers = results.filter((result) => result !== null);
        assert.equal(chosen.length, 500);
        const off = chosen
          .map((one, k) => ({ one, theirs: answers[k]!, error: deviation(one, answers[k]!) }))
          .filter(({ error }) => !(error <= 1e-12));
        for (const { one, theirs, error } of off) {
          const moved = await spread(one, theirs);
          const what = `order ${one.order}, ${JSON.stringify(one.wn)}, ${JSON.stringify(one.options)}: off by ${error}; a last bit moves scipy's by ${moved}`;
          assert.ok(error <= moved, what);
          t.diagnostic(what);
        }
        assert.ok(off.length <= 2, `${off.length} of 500 designs are off by more than 1e-12`);
        t.diagnostic(`${chosen.filter((one, k) => deviation(one, answers[k]!) === 0).length} of 500 designs are equal`);
      },
    );

    const windows: fc.Arbitrary<WindowLike> = fc.oneof(
      fc.constantFrom<WindowLike[]>(
        ...[
          'barthann',
          'bartlett',
          'blackman',
          'blackmanharris',
          'bohman',
          'boxcar',
          'cosine',
          'flattop',
          'hamming',
          'hann',
        ],
        ...['lanczos', 'nuttall', 'parzen', 'triang', 'tukey', 'taylor', 'exponential'],
      ),
      between(0.1, 30).map((beta): WindowLike => ['kaiser', beta]),
      between(0, 1).map((alpha): WindowLike => ['tukey', alpha]),
      between(0.5, 40).map((std): WindowLike => ['gaussian', std]),
      between(45, 120).map((attenuation): WindowLike => ['chebwin', attenuation]),
      between(0.1, 1).map((alpha): WindowLike => ['general_hamming', alpha]),
      fc.tuple(between(0.5, 3), between(1, 20)).map(([p, sigma]): WindowLike => ['general_gaussian', p, sigma]),
      fc
        .array(between(0.05, 1), { minLength: 2, maxLength: 5 })
        .map((weights): WindowLike => ['general_cosine', weights]),
      between(0.5, 3).map((nw): WindowLike => ['dpss', nw]),
      fc.tuple(fc.integer({ min: 2, max: 6 }), between(20, 60)).map(([nbar, sll]): WindowLike => ['taylor', nbar, sll]),
      between(0.5, 20).map((tau): WindowLike => ['exponential', null as never, tau]),
    );
    const theirWindow = (window: WindowLike) => (typeof window === 'object' ? { tuple: [...window] } : window);

    it('get_window: 300 windows within 1e-12', suite.options, async () => {
      const chosen = fc.sample(fc.tuple(windows, fc.integer({ min: 8, max: 200 }), fc.boolean()), {
        numRuns: 300,
        seed,
      });
      const answers = await ask<PackedValues>(
        chosen.map(([window, n, fftbins]) => ['get_window', [theirWindow(window), n, fftbins], {}]),
      );
      for (const [k, [window, n, fftbins]] of chosen.entries()) {
        const error = relativeError(getWindow(window, n, fftbins), numbers(answers[k]!));
        assert.ok(error <= 1e-12, `${JSON.stringify(window)}, ${n} points, fftbins ${fftbins}: ${error}`);
      }
    });

    it('firwin: 300 designs within 1e-12', suite.options, async () => {
      const filters = fc
        .record({
          numtaps: fc.integer({ min: 3, max: 301 }),
          window: windows.filter((window) => !/dpss|general_cosine/.test(String(window))),
          width: fc.option(between(0.01, 0.3), { freq: 2 }),
          scale: fc.boolean(),
          fs: fc.constantFrom(null, 2, 250),
          band: fc.constantFrom<FIRBand[]>('lowpass', 'highpass', 'bandpass', 'bandstop'),
          named: fc.boolean(),
          cut: between(0.02, 0.45),
          next: between(0.5, 0.97),
        })
        .map(({ numtaps, band, named, cut, next, fs, width, ...rest }) => {
          const nyquist = fs === null ? 1 : fs / 2;
          const single = band === 'lowpass' || band === 'highpass';
          const odd = band === 'highpass' || band === 'bandstop';
          return {
            ...rest,
            fs,
            width: width === null ? null : width * nyquist,
            numtaps: odd ? 2 * Math.floor(numtaps / 2) + 1 : numtaps,
            cutoff: single ? cut * nyquist : [cut * nyquist, next * nyquist],
            passZero: named ? band : band === 'lowpass' || band === 'bandstop',
          };
        });
      const chosen = fc.sample(filters, { numRuns: 300, seed });
      const answers = await ask<PackedValues>(
        chosen.map(({ numtaps, cutoff, window, passZero, ...rest }) => [
          'firwin',
          [numtaps, cutoff],
          { window: theirWindow(window), pass_zero: passZero, ...rest },
        ]),
      );
      for (const [k, { numtaps, cutoff, ...options }] of chosen.entries()) {
        const error = relativeError(firwin(numtaps, cutoff, options), numbers(answers[k]!));
        assert.ok(error <= 1e-12, `${numtaps} taps, ${JSON.stringify({ cutoff, ...options })}: ${error}`);
      }
    });

    it('kaiserord and kaiser_beta: 100 each', suite.options, async () => {
      const chosen = fc.sample(fc.tuple(between(8.5, 120), between(0.005, 0.9)), { numRuns: 100, seed });
      const orders = await ask<PackedValues[]>(chosen.map(([ripple, width]) => ['kaiserord', [ripple, width], {}]));
      const betas = await ask<PackedValues>(chosen.map(([ripple]) => ['kaiser_beta', [ripple], {}]));
      for (const [k, [ripple, width]] of chosen.entries()) {
        const { numtaps, beta } = kaiserord(ripple, width);
        const [n, b] = orders[k]!.map((packed) => numbers(packed)[0]!);
        assert.equal(numtaps, n, `${ripple} dB, ${width}`);
        assert.ok(Math.abs(beta - b!) <= 1e-12 * Math.abs(b!) + 1e-300);
        assert.ok(Math.abs(kaiserBeta(ripple) - numbers(betas[k]!)[0]!) <= 1e-12 * beta + 1e-300);
      }
    });

    it('freqz and sosfreqz: 100 filters within 1e-12', suite.options, async () => {
      const filters = fc.sample(
        fc.record({
          order: fc.integer({ min: 1, max: 6 }),
          edge: between(0.1, 0.8), // below, the polynomials cancel near the unit circle
          high: fc.boolean(),
          whole: fc.boolean(),
          points: fc.integer({ min: 1, max: 200 }),
          fs: fc.constantFrom(2 * Math.PI, 1, 100),
        }),
        { numRuns: 100, seed },
      );
      const designed = filters.map(({ order, edge, high }) => {
        const btype: BandType = high ? 'highpass' : 'lowpass';
        return {
          ba: iirfilter(Math.min(order, 4), edge, { btype }),
          sos: iirfilter(order, edge, { btype, output: 'sos' }),
        };
      });
      const options = filters.map(({ whole, points, fs }) => ({ worN: points, whole, fs }));
      const ba = await ask<PackedValues[]>(
        designed.map(({ ba: { b, a } }, k) => ['freqz', [[...b], [...a]], options[k]!]),
      );
      const sos = await ask<PackedValues[]>(
        designed.map(({ sos: rows }, k) => [
          'freqz_sos',
          [Array.from({ length: rows.length / 6 }, (_, s) => [...rows.subarray(6 * s, 6 * s + 6)])],
          options[k]!,
        ]),
      );
      for (const [k, { ba: coefficients, sos: rows }] of designed.entries())
        for (const [ours, theirs] of [
          [freqz(coefficients.b, coefficients.a, options[k]), ba[k]!],
          [sosfreqz(rows, options[k]), sos[k]!],
        ] as const) {
          const what = JSON.stringify({ ...filters[k] });
          const response = Array.from(ours.re, (re, i) => [re, ours.im[i]!]).flat();
          assert.ok(relativeError(ours.w, numbers(theirs[0]!)) <= 1e-12, `frequencies: ${what}`);
          const error = relativeError(response, numbers(theirs[1]!));
          assert.ok(error <= 1e-12, `response off by ${error}: ${what}`);
        }
    });
  },
  ['0.2.10'],
);
