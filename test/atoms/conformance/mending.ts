/** Gaps are filled and overlaps trimmed, where that is asked for, before an atom sees them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Atom } from '../../../lib/atoms/atom.js';
import { Sequential } from '../../../lib/atoms/sequential.js';
import { DenseCoordinate } from '../../../lib/coordinates/dense-coordinate.js';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { isComplexDType, isFloatDType, partsDType } from '../../../lib/dtype.js';
import { lanesOf } from '../../../lib/signal/lanes.js';
import { inSeconds, origin } from './axes.js';
import { exactnessOf, expectedOf, flags, made, quiet, runs, streamed } from './cutting.js';
import type { Entry } from './entry.js';
import { assertSameRows } from './rows.js';
import { build, buildArray, type Layout, type Stream, streamsOf } from './streams.js';

type Fill = 'interpolate' | number;
type Values = Record<number, number | bigint>;

/** Seconds: what is longer is not filled. */
const maxFill = 1;
const even = { kind: 'none', jump: 0n } as const;

/** Streams whose gaps are whole numbers of samples most of the time. */
function gappyStreams(entry: Entry): fc.Arbitrary<Stream> {
  const missing = fc.constantFrom(1n, 2n, 5n, 13n, null);
  return fc
    .tuple(streamsOf(entry, ['gap', 'gap', 'none']), fc.array(missing, { minLength: 4, maxLength: 4 }))
    .map(([stream, lengths]) => ({
      ...stream,
      stretches: stream.stretches.map(({ length, before }, k) => {
        const samples = lengths[k];
        if (before.kind !== 'gap' || samples === null) return { length, before };
        return { length, before: { ...before, jump: samples * stream.layout.step } };
      }),
    }));
}

/** The record that a filled stream is: its runs with samples between them, made here by hand. */
function filledByHand(layout: Layout, parts: readonly DataArray[], gaps: readonly number[], start: bigint, fill: Fill) {
  const length = parts.reduce((sum, { sizes }) => sum + sizes.time, 0) + gaps.reduce((sum, gap) => sum + gap, 0);
  const like = buildArray({ ...layout, spots: [] }, [{ length, before: even }], start);
  const complex = isComplexDType(layout.dtype) ? 2 : 1;
  const float = isFloatDType(partsDType(layout.dtype));
  const { outer, inner } = lanesOf(like.shape, like.dims.indexOf('time'));
  const row = inner * complex;
  const data = like.values.slice() as unknown as Values & { length: number };
  const count = new BigInt64Array(length);
  let at = 0;
  for (const [k, part] of parts.entries()) {
    const size = part.sizes.time;
    const own = part.values as unknown as Values;
    const labels = part.coords.get('count')!.values as BigInt64Array;
    for (let t = 0; t < size; t++) count[at + t] = labels[t];
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < size * row; i++) data[(o * length + at) * row + i] = own[o * size * row + i];
    at += size;
    const next = parts[k + 1];
    if (!next) break;
    const after = next.values as unknown as Values;
    const steps = gaps[k] + 1;
    for (let g = 1; g < steps; g++, at++) {
      count[at] = rounded(labels[size - 1], (next.coords.get('count')!.values as BigInt64Array)[0], g, steps) as bigint;
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < row; i++) {
          const [a, b] = [own[(o * size + size - 1) * row + i], after[o * next.sizes.time * row + i]];
          const constant = complex === 2 && i % 2 === 1 ? 0 : (fill as number);
          const between = () => (float ? ((Number(b) - Number(a)) / steps) * g + Number(a) : rounded(a, b, g, steps));
          const value = fill === 'interpolate' ? between() : constant;
          data[(o * length + at) * row + i] = typeof a === 'bigint' ? BigInt(value) : Number(value);
        }
    }
  }
  return like
    .with({ data: data as never, shape: like.shape, dtype: layout.dtype })
    .assignCoords({ count: new DenseCoordinate({ values: count, dim: 'time', dtype: 'int64' }) });
}

/** On the line from `a` to `b`, to the nearest integer, halves to even. */
function rounded(a: number | bigint, b: number | bigint, k: number, steps: number): number | bigint {
  const all = BigInt(steps);
  const above = BigInt(a) * (all - BigInt(k)) + BigInt(b) * BigInt(k);
  const floor = (above - (((above % all) + all) % all)) / all;
  const rest = 2n * (above - floor * all);
  const value = rest > all || (rest === all && floor % 2n !== 0n) ? floor + 1n : floor;
  return typeof a === 'bigint' ? value : Number(value);
}

/** An atom that fills gaps: in a pipeline that says so or, with what is the default, by itself. */
function filling(entry: Entry, fill: Fill, alone: boolean): Atom {
  if (!alone) return quiet(new Sequential({ atoms: [entry.make()], onDiscontinuity: 'fill', fill, maxFill }));
  const atom = made(entry);
  atom.onDiscontinuity = 'fill';
  return atom;
}

/** The properties, by name. */
export const mendingProperties: Record<string, (entry: Entry) => void> = {
  "with onDiscontinuity 'fill' a stream is the record filled by hand": (entry) => {
    const fills = fc.constantFrom<Fill>('interpolate', 'interpolate', 3);
    fc.assert(
      fc.property(gappyStreams(entry), fills, fc.boolean(), (stream, fill, own) => {
        const { layout } = stream;
        const { chunks, runs: stretches, seams, axis } = build(stream);
        const records: { parts: DataArray[]; gaps: number[]; start: bigint }[] = [];
        for (const [k, run] of stretches.entries()) {
          const { jump, start } = seams[k - 1] ?? { jump: 0n, start: origin };
          const fits = jump % layout.step === 0n && jump <= BigInt(maxFill) * 1_000_000_000n;
          if (k === 0 || !fits) records.push({ parts: [run], gaps: [], start });
          else {
            records.at(-1)!.parts.push(run);
            records.at(-1)!.gaps.push(Number(jump / layout.step));
          }
        }
        const expected = expectedOf(
          entry,
          records.map(({ parts, gaps, start }) => filledByHand(layout, parts, gaps, start, fill)),
        );
        // one second is a length on axes of times only
        const atom = filling(entry, fill, own && fill === 'interpolate' && !inSeconds(axis));
        const exactness = exactnessOf(entry, axis);
        assertSameRows(streamed(atom, chunks), expected, exactness);
        const gaps = records.flatMap((record) => record.gaps);
        const { filledGaps, filledSamples } = atom.counters;
        assert.deepEqual([filledGaps, filledSamples], [gaps.length, gaps.reduce((sum, gap) => sum + gap, 0)], 'filled');
        if (records.length > 1) return;
        const whole = build({ ...stream, cuts: [] }).chunks[0];
        if (!inSeconds(axis) || atom.workingDim(whole) === 'time') assertSameRows(atom.run(whole), expected, exactness);
      }),
      runs(3),
    );
  },
  "with onOverlap 'trim' a stream in which stretches come again is the record itself": (entry) => {
    const pieces = fc.array(fc.record({ length: fc.integer({ min: 1, max: 20 }), back: fc.nat(25) }), { maxLength: 8 });
    fc.assert(
      fc.property(streamsOf(entry, ['gap', 'none'], { most: 3 }), pieces, (stream, list) => {
        const { chunks, runs: stretches, starts, axis } = build({ ...stream, cuts: [] });
        const [record] = chunks;
        const size = record.sizes.time;
        const { least = 1 } = stream.layout;
        const atom = made(entry);
        atom.onOverlap = 'trim';
        let [seen, again] = [0, 0];
        const given = [...list, { length: size, back: 3 }].map(({ length, back }) => {
          const from = Math.max(0, seen - back);
          const end = Math.min(size, seen + length);
          const begun = [0, ...starts].find((start) => end > start && end < start + least);
          const to = begun === undefined ? end : Math.min(size, begun + least);
          again += seen - from;
          seen = to;
          return record.isel({ time: { start: from, stop: to } });
        });
        const out = given.flatMap((piece) => atom.push(piece, flags));
        out.push(...atom.flush());
        assertSameRows(out, expectedOf(entry, stretches), exactnessOf(entry, axis));
        assert.equal(atom.counters.trimmedSamples, again, 'trimmed samples');
      }),
      runs(3),
    );
  },
};
