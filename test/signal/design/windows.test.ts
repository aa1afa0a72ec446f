import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getWindow, type WindowLike } from '../../../lib/signal/design/windows.js';
import { type Packed, readFixture, relativeError } from '../fixture.js';

interface Fixture {
  windows: { window: WindowLike; n: number; fftbins: boolean; values: Packed }[];
}

describe('getWindow', () => {
  const { windows } = readFixture<Fixture>('fir-designs');
  for (const text of new Set(windows.map(({ window }) => JSON.stringify(window))))
    it(`${text}: equal to scipy within 1e-12`, () => {
      for (const { window, n, fftbins, values } of windows.filter((one) => JSON.stringify(one.window) === text)) {
        const difference = relativeError(getWindow(window, n, fftbins), values.values);
        assert.ok(difference <= 1e-12, `${difference} for ${n} points, fftbins ${fftbins}`);
      }
    });

  it('refuses unknown names and wrong parameters', () => {
    const bad: [WindowLike, RegExp][] = [
      ['haan', /not one of/],
      ['kaiser', /allowed: 1 numbers/],
      [['hann', 1], /allowed: 0 numbers/],
      [['tukey', 1, 2], /0 to 1/],
      [['kbd', 4], /symmetric only/],
      [['general cosine', 3], /array of numbers/],
      [{} as never, /allowed: name/],
    ];
    for (const [window, message] of bad)
      assert.throws(() => getWindow(window, 8), { code: 'BAD_ARGUMENT', message }, String(message));
    assert.throws(() => getWindow('hann', 0), { code: 'BAD_ARGUMENT' });
    assert.throws(() => getWindow(['kbd', 4], 7, false), { code: 'BAD_ARGUMENT', message: /even/ });
    assert.throws(() => getWindow(['exponential', 1, 2], 7, false), { code: 'BAD_ARGUMENT', message: /centre/ });
  });
});
