/** Seams judged as xdas 0.2.10 judges them (test/fixtures/atoms/seams.json, written by make_seams.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { judgeSeam } from '../../lib/atoms/seam.js';
import { streamEdge } from '../../lib/atoms/stream-edge.js';
import { InterpCoordinate } from '../../lib/coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../../lib/coordinates/sampled-coordinate.js';
import { DataArray } from '../../lib/dataarray/data-array.js';

type Block = [start: string | number, size: number, step: string | number, tolerance: string | number | null];
type Case = ['time' | 'sampled' | 'float', Block, Block, string | null];

const cases = JSON.parse(
  readFileSync(join(process.cwd(), 'test', 'fixtures', 'atoms', 'seams.json'), 'utf8'),
) as Case[];

function block(axis: Case[0], [start, size, step, tolerance]: Block): DataArray {
  const time = { dim: 'x', dtype: 'datetime64[ns]' } as const;
  const coord =
    axis === 'float'
      ? InterpCoordinate.fromBlock(Number(start), size, Number(step), {
          dim: 'x',
          tolerance: tolerance as number | null,
        })
      : axis === 'sampled'
        ? SampledCoordinate.fromBlock(BigInt(start), size, BigInt(step), time)
        : InterpCoordinate.fromBlock(BigInt(start), size, BigInt(step), {
            ...time,
            tolerance: tolerance === null ? null : BigInt(tolerance),
          });
  return new DataArray({ data: new Float64Array(size), coords: { x: coord } });
}

describe('seams are judged as by xdas 0.2.10', () => {
  for (const [axis, first, second, expected] of cases)
    it(`${axis}: ${JSON.stringify(first)} then ${JSON.stringify(second)} is ${expected}`, () => {
      const judged = judgeSeam(streamEdge(block(axis, first), 'x'), streamEdge(block(axis, second), 'x'), 'test');
      assert.equal(judged?.verdict ?? null, expected);
    });
});
