import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { besselPrototype } from '../../../lib/signal/design/bessel-prototype.js';

describe('besselPrototype', () => {
  it('finds all roots at every order: distinct, in conjugate pairs, with the sum that the polynomial tells', () => {
    for (let order = 1; order <= 45; order++) {
      const { p } = besselPrototype(order, 'delay');
      assert.equal(p.length, order);
      for (const [i, { re, im }] of p.entries()) {
        const partner = p[order - 1 - i]!;
        assert.ok(re < 0 && re === partner.re && im === -partner.im, `order ${order}, root ${i}`);
        if (i > 0) assert.ok(im < p[i - 1]!.im, `order ${order}, root ${i}`);
      }
      const sum = p.reduce((total, { re }) => total + re, 0);
      assert.ok(Math.abs(sum / ((order * (order + 1)) / 2) + 1) < 1e-14, `order ${order}`);
    }
  });

  it('refuses orders without end', () => {
    assert.throws(() => besselPrototype(101, 'phase'), { code: 'BAD_ARGUMENT', message: /0 to 100/ });
  });
});
