/** Values against scipy's are in test/atoms/xdas.test.ts (Filter and Resample with zerophase). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { iirfilter } from '../../lib/signal/design/iirfilter.js';
import { sosfiltfilt, sosfiltfiltPadding } from '../../lib/signal/sosfiltfilt.js';

const sos = iirfilter(3, 0.2, { btype: 'lowpass', output: 'sos' });

describe('sosfiltfilt', () => {
  it('leaves a constant as it is, and a straight line away from its ends', () => {
    const lanes = { outer: 1, length: 60, inner: 1 };
    for (const y of sosfiltfilt(sos, new Float64Array(60).fill(7), lanes)) assert.ok(Math.abs(y - 7) < 1e-12, `${y}`);
    const out = sosfiltfilt(
      sos,
      Float64Array.from({ length: 60 }, (_, i) => 3 - 0.25 * i),
      lanes,
    );
    for (let i = 20; i < 40; i++) assert.ok(Math.abs(out[i] - (3 - 0.25 * i)) < 1e-4, `${i}: ${out[i]}`);
    // scipy 1.17: each pass starts at rest on a constant, so the ends of a slope keep a trace of it
    assert.ok(Math.abs(out[0] - 2.9997523031845423) < 1e-12);
  });
  it('does not shift a pulse', () => {
    const pulse = Float64Array.from({ length: 121 }, (_, i) => Math.exp(-(((i - 60) / 8) ** 2)));
    const out = sosfiltfilt(sos, pulse, { outer: 1, length: 121, inner: 1 });
    assert.equal(out.indexOf(Math.max(...out)), 60);
    for (let k = 1; k < 30; k++) assert.ok(Math.abs(out[60 - k] - out[60 + k]) < 1e-6);
  });
  it('filters every lane by itself, in any layout', () => {
    const [outer, length, inner] = [2, 40, 3];
    const x = Float64Array.from({ length: outer * length * inner }, (_, i) => Math.sin(i * i));
    const all = sosfiltfilt(sos, x, { outer, length, inner });
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const lane = Float64Array.from({ length }, (_, t) => x[(o * length + t) * inner + i]);
        const one = sosfiltfilt(sos, lane, { outer: 1, length, inner: 1 });
        for (const [t, y] of one.entries()) assert.equal(all[(o * length + t) * inner + i], y);
      }
  });
  it('says how many samples it needs', () => {
    const few = sosfiltfiltPadding(sos);
    assert.throws(() => sosfiltfilt(sos, new Float64Array(few), { outer: 1, length: few, inner: 1 }), {
      code: 'BAD_SHAPE',
      message: new RegExp(`more than ${few}`),
    });
  });
});
