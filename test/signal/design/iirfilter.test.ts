import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type IIRDesign, iirfilter } from '../../../lib/signal/design/iirfilter.js';
import type { Zpk } from '../../../lib/signal/design/zpk.js';
import { zpkToSos } from '../../../lib/signal/design/zpk-to-sos.js';
import type { Ba } from '../../../lib/signal/lfilter.js';
import { type Packed, readFixture, relativeError } from '../fixture.js';

interface Case {
  order: number;
  wn: number | number[];
  options: IIRDesign;
  result: unknown;
}

const interleaved = (roots: Zpk['z']) => roots.flatMap(({ re, im }) => [re, im]);

function error({ order, wn, options, result }: Case): number {
  const ours: unknown = iirfilter(order, wn, options);
  if (options.output === 'sos') return relativeError(ours as Float64Array, (result as Packed).values);
  if (options.output === 'ba') {
    const [b, a] = result as [Packed, Packed];
    return Math.max(relativeError((ours as Ba).b, b.values), relativeError((ours as Ba).a, a.values));
  }
  const [z, p, k] = result as [Packed, Packed, number];
  const zpk = ours as Zpk;
  // A prototype without zeros comes from scipy as a real, empty array.
  return Math.max(
    relativeError(interleaved(zpk.z), z.shape.length === 1 ? realAsComplex(z.values) : z.values),
    relativeError(interleaved(zpk.p), p.values),
    Math.abs(zpk.k / k - 1),
  );
}

const realAsComplex = (values: Float64Array) => Array.from(values).flatMap((re) => [re, 0]);

describe('iirfilter', () => {
  const cases = readFixture<Case[]>('iir-designs');
  for (const ftype of new Set(cases.map(({ options }) => options.ftype!)))
    it(`${ftype}: equal to scipy within 1e-12, in scipy's pairing and order`, () => {
      const chosen = cases.filter(({ options }) => options.ftype === ftype);
      assert.ok(chosen.length >= 30);
      for (const one of chosen) {
        const difference = error(one);
        assert.ok(difference <= 1e-12, `${difference}: order ${one.order}, ${one.wn}, ${JSON.stringify(one.options)}`);
      }
    });

  it('takes scipy’s other names', () => {
    assert.deepEqual(
      iirfilter(3, [0.1, 0.2], { btype: 'pass', ftype: 'butterworth', output: 'sos' }),
      iirfilter(3, [0.1, 0.2], { output: 'sos' }),
    );
  });

  it('refuses what scipy refuses, and says what is allowed', () => {
    const bad: [number, number | number[], IIRDesign, RegExp][] = [
      [4, 0.5, {}, /two, rising/],
      [4, [0.1, 0.2], { btype: 'low' }, /allowed: one/],
      [4, [0.2, 0.1], {}, /do not rise/],
      [4, [0.1, 1.0], {}, /less than 1/],
      [4, [1, 50], { fs: 100 }, /fs \/ 2 = 50/],
      [4, [0, 10], { fs: 100 }, /more than 0/],
      [4, [1, 10], { fs: 100, analog: true }, /rad\/s/],
      [4.5, [0.1, 0.2], {}, /integers from 0 to 1000/],
      [1e9, [0.1, 0.2], {}, /integers from 0 to 1000/],
      [4, [0.1, 0.2], { ftype: 'cheby1' }, /rp of cheby1 is null/],
      [4, [0.1, 0.2], { ftype: 'cheby2' }, /rs of cheby2 is null/],
      [4, [0.1, 0.2], { ftype: 'ellip', rp: 1 }, /rs of ellip/],
      [4, [0.1, 0.2], { ftype: 'ellip', rp: 3, rs: 2 }, /0 < rp < rs/],
      [4, [0.1, 0.2], { ftype: 'boxcar' as never }, /not one of butter/],
      [4, [0.1, 0.2], { btype: 'toString' as never }, /not one of lowpass/],
      [4, [0.1, 0.2], { output: 'ss' as never }, /ba, sos, zpk/],
    ];
    for (const [order, wn, options, message] of bad)
      assert.throws(() => iirfilter(order, wn, options), { code: 'BAD_ARGUMENT', message }, String(message));
  });

  it('sections of unpaired roots are refused', () => {
    assert.throws(() => zpkToSos({ z: [], p: [{ re: 0.5, im: 0.1 }], k: 1 }), { code: 'BAD_ARGUMENT' });
  });
});
