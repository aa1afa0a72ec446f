import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FIRDesign, firwin, kaiserBeta, kaiserord } from '../../../lib/signal/design/firwin.js';
import { type Packed, readFixture, relativeError } from '../fixture.js';

interface Fixture {
  designs: { numtaps: number; cutoff: number | number[]; options: FIRDesign; taps: Packed }[];
  responses: { kaiserord: [number, number]; kaiserBeta: number[] };
}

describe('firwin', () => {
  const { designs, responses } = readFixture<Fixture>('fir-designs');

  it('equal to scipy within 1e-12: bands, windows, width, scale, fs', () => {
    for (const { numtaps, cutoff, options, taps } of designs) {
      const difference = relativeError(firwin(numtaps, cutoff, options), taps.values);
      assert.ok(difference <= 1e-12, `${difference}: ${numtaps} taps, ${cutoff}, ${JSON.stringify(options)}`);
    }
  });

  it('Kaiser’s formulas', () => {
    const { numtaps, beta } = kaiserord(65, 0.0375);
    assert.deepEqual([numtaps, beta], responses.kaiserord);
    assert.ok(relativeError([10, 30, 60].map(kaiserBeta), responses.kaiserBeta) <= 1e-15);
    assert.throws(() => kaiserord(7, 0.1), { code: 'BAD_ARGUMENT' });
  });

  it('refuses what scipy refuses', () => {
    const bad: [number, number | number[], FIRDesign, RegExp][] = [
      [20, 0.3, { passZero: 'highpass' }, /odd number/],
      [21, [0.1, 0.2], { passZero: 'lowpass' }, /allowed: one/],
      [21, 0.1, { passZero: 'bandpass' }, /two or more/],
      [21, 1, {}, /less than fs/],
      [21, [0.2, 0.2], {}, /do not rise/],
      [21, [], {}, /at least one/],
      [21, 0.1, { passZero: 'notch' as never }, /lowpass, highpass/],
      [0, 0.1, {}, /positive integers/],
    ];
    for (const [numtaps, cutoff, options, message] of bad)
      assert.throws(() => firwin(numtaps, cutoff, options), { code: 'BAD_ARGUMENT', message }, String(message));
  });
});
