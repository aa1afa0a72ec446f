import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FrequencyResponse, freqz, sosfreqz } from '../../../lib/signal/design/frequency-response.js';
import { lfilterZi, sosfiltZi } from '../../../lib/signal/design/steady-state.js';
import { type Packed, readFixture, relativeError } from '../fixture.js';

const { responses } = readFixture<{ responses: Record<string, Packed> }>('fir-designs');
const values = (name: string) => responses[name]!.values;
const interleaved = ({ re, im }: FrequencyResponse) => Array.from(re).flatMap((r, i) => [r, im[i]]);

describe('frequency response', () => {
  it('of coefficients, sections and taps is scipy’s', () => {
    const sections = sosfreqz(values('sos'), { worN: 32, fs: 100 });
    assert.ok(relativeError(sections.w, values('sosW')) <= 1e-15);
    assert.ok(relativeError(interleaved(sections), values('sosH')) <= 1e-12);
    const given = freqz(values('b'), values('a'), { worN: [0.1, 0.5, 3.0] });
    assert.ok(relativeError(given.w, values('w')) <= 1e-15);
    assert.ok(relativeError(interleaved(given), values('h')) <= 1e-12);
    const whole = freqz(values('fir'), [1], { worN: 16, whole: true });
    assert.ok(relativeError(whole.w, values('wholeW')) <= 1e-15);
    assert.ok(relativeError(interleaved(whole), values('wholeH')) <= 1e-12);
    assert.throws(() => freqz([1], [1], { worN: 1.5 }), { code: 'BAD_ARGUMENT' });
  });
});

describe('steady state', () => {
  it('is scipy’s', () => {
    assert.ok(relativeError(sosfiltZi(values('sosOfZi')), values('sosZi')) <= 1e-12);
    assert.ok(relativeError(lfilterZi({ b: values('b'), a: values('a') }), values('baZi')) <= 1e-12);
    assert.ok(relativeError(lfilterZi({ b: values('fir'), a: Float64Array.of(1) }), values('firZi')) <= 1e-12);
  });

  it('an integrator has none', () => {
    assert.throws(() => lfilterZi({ b: Float64Array.of(1), a: Float64Array.of(1, -1) }), { code: 'BAD_ARGUMENT' });
    assert.throws(() => lfilterZi({ b: Float64Array.of(1), a: Float64Array.of(0) }), { code: 'BAD_ARGUMENT' });
  });
});
