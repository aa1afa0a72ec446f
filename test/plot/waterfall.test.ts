import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { decode } from 'fast-png';
import { concat } from '../../lib/dataarray/concat.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { colormap, colormapNames } from '../../lib/plot/colormap.js';
import { commonExtent, pixelSpans } from '../../lib/plot/extent.js';
import { layoutPicture } from '../../lib/plot/layout.js';
import { preparePanels } from '../../lib/plot/panel.js';
import { rasterize } from '../../lib/plot/raster.js';
import { amplitudeTicks, numberTicks, timeTicks } from '../../lib/plot/ticks.js';
import { type WaterfallOptions, type WaterfallPanel, waterfall } from '../../lib/plot/waterfall.js';
import { dummy } from '../../lib/synthetics.js';
import { Table } from '../../lib/table/table.js';
import { toTime } from '../../lib/time.js';

/** Zeros, 10 s at 10 Hz by 50 channels, with a block of ones: 2 to 4 s, channels 30 to 39. */
function block(value = 1): DataArray {
  const da = dummy({ shape: [100, 50], step: [0.1, 10], dtype: 'float32' });
  const data = new Float32Array(5000);
  for (let time = 20; time < 40; time++) data.fill(value, time * 50 + 30, time * 50 + 40);
  return da.with({ data });
}

interface Picture {
  width: number;
  height: number;
  at(x: number, y: number): number[];
}

async function draw(panels: WaterfallPanel[], options: WaterfallOptions = {}): Promise<Picture> {
  const { width, height, data, channels, depth } = decode(await waterfall(panels, options));
  assert.equal(depth, 8);
  return {
    width,
    height,
    at: (x, y) => [...data.slice(channels * (y * width + x), channels * (y * width + x) + 3)],
  };
}

const options = { width: 600, height: 400 };
const [blue, white, red] = [0, 127, 254].map((k) => [...colormap('seismic').slice(3 * k, 3 * k + 3)]) as [
  number[],
  number[],
  number[],
];

/** The pixel of a fraction of the time axis and of the distance axis (upward) of a panel. */
function placeIn(panels: number, options: WaterfallOptions, panel: number, titles: boolean) {
  const { plot } = layoutPicture(panels, options, titles).panels[panel]!;
  return (time: number, distance: number): [number, number] => [
    Math.round(plot.left + time * plot.width),
    Math.round(plot.top + (1 - distance) * plot.height),
  ];
}

function assertNear(found: number[], expected: number[]): void {
  assert.ok(
    found.every((part, k) => Math.abs(part - expected[k]!) < 6),
    `${found} is not near ${expected}`,
  );
}

describe('waterfall', () => {
  it('is a PNG of the size asked for, time to the right, distance upward, blue below and red above zero', async () => {
    const picture = await draw([{ data: block(), limit: 1 }], options);
    assert.deepEqual([picture.width, picture.height], [600, 400]);
    const place = placeIn(1, options, 0, false);
    assert.deepEqual(picture.at(...place(0.3, 0.7)), red);
    assert.deepEqual(picture.at(...place(0.3, 0.3)), white);
    assert.deepEqual(picture.at(...place(0.7, 0.7)), white);
    const below = await draw([{ data: block(-1).transpose(), limit: 1 }], options);
    assert.deepEqual(below.at(...place(0.3, 0.7)), blue, 'the order of dimensions does not matter');
  });

  it('draws titles, axes and labels with the font that it brings', async () => {
    const bare = await draw([{ data: block(), limit: 1 }], options);
    const titled = await draw(
      [{ data: block().rename('velocity').withAttrs({ units: 'm/s' }), limit: 1, title: 'Übersicht <1 & 2>' }],
      {
        ...options,
        title: 'A title',
      },
    );
    const ink = (picture: Picture, [left, top, right, bottom]: number[]) => {
      let count = 0;
      for (let y = top!; y < bottom!; y++) for (let x = left!; x < right!; x++) if (picture.at(x, y)[0]! < 100) count++;
      return count;
    };
    const { plot, bar } = layoutPicture(1, { ...options, title: 'A title' }, true).panels[0]!;
    assert.ok(ink(titled, [200, 0, 400, 25]) > 50, 'the title');
    assert.equal(ink(bare, [200, 0, 400, 5]), 0);
    assert.ok(ink(titled, [plot.left, plot.top - 14, plot.left + 120, plot.top - 2]) > 50, 'the title of the panel');
    assert.ok(ink(titled, [plot.left, plot.top + plot.height + 6, 600, 399]) > 100, 'the time axis');
    assert.ok(ink(titled, [0, plot.top, plot.left - 4, plot.top + plot.height]) > 100, 'the distance axis');
    assert.ok(ink(titled, [bar.left + bar.width + 4, plot.top, 600, plot.top + plot.height]) > 50, 'the colour bar');
    assertNear(titled.at(bar.left + 2, bar.top + 1), red);
    assertNear(titled.at(bar.left + 2, bar.top + bar.height - 2), blue);
  });

  it('puts panels above or beside each other, on common axes', async () => {
    const panels = [
      { data: block(), limit: 1, title: 'before' },
      { data: block(-1).isel({ time: { start: 20, stop: 40 } }), limit: 1, title: 'after' },
    ];
    for (const layout of ['rows', 'columns'] as const) {
      const all = { width: 700, height: 600, layout };
      const picture = await draw(panels, all);
      const [first, second] = [0, 1].map((k) => placeIn(2, all, k, true)) as [
        ReturnType<typeof placeIn>,
        ReturnType<typeof placeIn>,
      ];
      assert.deepEqual(picture.at(...first(0.3, 0.7)), red);
      assert.deepEqual(picture.at(...second(0.3, 0.7)), blue);
      assert.deepEqual(picture.at(...second(0.7, 0.7)), [226, 226, 226], 'where a panel has no data it is blank');
    }
  });

  it('leaves gaps blank', async () => {
    const da = block();
    const gap = concat([da.isel({ time: { stop: 50 } }), da.isel({ time: { start: 70 } })]);
    const picture = await draw([{ data: gap, limit: 1 }], options);
    const place = placeIn(1, options, 0, false);
    assert.deepEqual(picture.at(...place(0.6, 0.2)), [226, 226, 226]);
    assert.deepEqual(picture.at(...place(0.3, 0.7)), red);
    assert.deepEqual(picture.at(...place(0.9, 0.2)), white);
  });

  it('marks picks where they are, and counts those inside', async () => {
    const start = toTime('2024-05-21');
    const picks = new Table({
      time: { dtype: 'datetime64[ns]', values: [start + 7_000_000_000n, start - 1n, start + 10n ** 12n] },
      distance: [100, 100, 100],
    });
    const picture = await draw([{ data: block(), limit: 1, picks }], options);
    const place = placeIn(1, options, 0, true);
    // the first sample is half an interval into the axis
    const [x, y] = place((7 + 0.05) / 10, (100 + 5) / 500);
    const around = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => picture.at(x + dx, y + dy).join()));
    assert.ok(around.includes('255,217,26'), around.join(' '));
    assert.deepEqual(picture.at(x + 12, y), white);
    const none = await draw([{ data: block(), limit: 1, picks: picks.slice(0, 0) }], options);
    assert.deepEqual(none.at(x, y), white);
  });

  it('writes the file that it returns', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dasflow-plot-'));
    try {
      const path = join(folder, 'picture.png');
      const png = await waterfall([{ data: block() }], { ...options, path });
      assert.deepEqual(new Uint8Array(await readFile(path)), png);
      await assert.rejects(waterfall([{ data: block() }], { ...options, path: join(folder, 'none', 'x.png') }), {
        code: 'BAD_FILE',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses what cannot be drawn, and names the panel', async () => {
    const da = block();
    const back = concat([da, da.isel({ time: { stop: 20 } })]);
    const cases: [WaterfallPanel[], WaterfallOptions, string, RegExp][] = [
      [[], {}, 'BAD_ARGUMENT', /one panel/],
      [[{ data: da }, { data: da.isel({ time: 0 }) }], {}, 'BAD_SHAPE', /panel 1/],
      [[{ data: da.isel({ time: { stop: 0 } }) }], {}, 'BAD_SHAPE', /no samples/],
      [[{ data: dummy({ datetime: false, shape: [4, 4] }) }], {}, 'BAD_DIM', /one must have times/],
      [[{ data: da.dropCoords('distance') }], {}, 'BAD_DIM', /distance/],
      [
        [
          {
            data: da.assignCoords({
              distance: da.coords.axis('distance').size === 50 ? Array.from({ length: 50 }, (_, k) => `c${k}`) : [],
            }),
          },
        ],
        {},
        'BAD_DIM',
        /string/,
      ],
      [[{ data: back }], {}, 'OVERLAP', /backward along time/],
      [[{ data: da, clip: 0 }], {}, 'BAD_ARGUMENT', /clip/],
      [[{ data: da, limit: -1 }], {}, 'BAD_ARGUMENT', /limit/],
      [[{ data: da, colormap: 'jet' as never }], {}, 'BAD_ARGUMENT', /viridis/],
      [[{ data: da, normalize: 'trace' as never }], {}, 'BAD_ARGUMENT', /channel/],
      [[{ data: da, picks: new Table({ time: [1] }) }], {}, 'BAD_ARGUMENT', /columns time and distance/],
      [[{ data: da, picks: new Table({ time: [1], distance: [1] }) }], {}, 'BAD_DTYPE', /datetime64/],
      [[{ data: da }], { width: 10 }, 'BAD_ARGUMENT', /width/],
      [[{ data: da }], { layout: 'grid' as never }, 'BAD_ARGUMENT', /rows, columns/],
    ];
    for (const [panels, given, code, message] of cases)
      await assert.rejects(waterfall(panels, given), { code, message });
  });
});

describe('pixels', () => {
  it('show the largest amplitude of many samples, with its sign', () => {
    const da = dummy({ shape: [10_000, 40], step: [0.001, 1], dtype: 'float64' });
    const data = new Float64Array(400_000);
    data[5_003 * 40 + 17] = -3;
    data[5_003 * 40 + 18] = Number.NaN;
    data[5_004 * 40 + 18] = 2;
    const [panel] = preparePanels([{ data: da.with({ data }) }], {});
    const raster = rasterize(panel!, commonExtent([panel!]), 100, 10);
    assert.deepEqual(
      [...raster.values].filter((value) => value !== 0),
      [-3],
    );
    assert.equal(raster.values[(9 - 4) * 100 + 50], -3);
    assert.equal(raster.limit, 3, 'where the percentile is silent, the largest counts');
    const all = rasterize(panel!, commonExtent([panel!]), 100, 40);
    assert.deepEqual([...all.values].filter((value) => value !== 0).sort(), [-3, 2]);
  });

  it('stretch few samples without blanks', () => {
    const da = dummy({ shape: [7, 3], step: [1 / 3, 7], dtype: 'int16' });
    const [panel] = preparePanels([{ data: da }], {});
    const raster = rasterize(panel!, commonExtent([panel!]), 333, 50);
    assert.ok(raster.values.every((value) => !Number.isNaN(value)));
    assert.deepEqual(
      [...new Set(raster.values)].sort((a, b) => a - b),
      Array.from({ length: 21 }, (_, k) => k),
    );
  });

  it('cover every sample once when there are as many or more', () => {
    for (const [size, pixels] of [
      [100, 100],
      [1000, 333],
      [17, 16],
    ] as const) {
      const [panel] = preparePanels([{ data: dummy({ shape: [size, 2] }) }], {});
      const { first, stop } = pixelSpans(panel!.time, pixels, commonExtent([panel!]).time);
      const seen = new Array<number>(size).fill(0);
      for (let k = 0; k < pixels; k++) for (let j = first[k]!; j < stop[k]!; j++) seen[j]!++;
      assert.ok(
        seen.every((count) => count === 1),
        `${size} samples, ${pixels} pixels`,
      );
    }
  });

  it('can be relative to each channel', () => {
    const da = dummy({ shape: [100, 2], dtype: 'float32' });
    const data = Float32Array.from({ length: 200 }, (_, k) => (k % 2 === 0 ? 1e-6 : 1e3) * Math.sin(k >> 1));
    const [panel] = preparePanels([{ data: da.with({ data }).rename('v'), normalize: 'channel', label: 'v' }], {});
    const raster = rasterize(panel!, commonExtent([panel!]), 100, 2);
    for (let k = 0; k < 100; k++) assert.ok(Math.abs(raster.values[k]! - raster.values[100 + k]!) < 1e-5);
    assert.match(panel!.label, /RMS/);
  });
});

describe('ticks', () => {
  const texts = (ticks: { text: string }[]) => ticks.map(({ text }) => text);

  it('are round UTC times, written alike', () => {
    const day = toTime('2016-03-21');
    const s = 1_000_000_000n;
    assert.deepEqual(texts(timeTicks([day, day + 40n * s], 4).ticks), ['00:00:00', '00:00:15', '00:00:30']);
    assert.deepEqual(texts(timeTicks([day, day + s / 100n], 2).ticks), [
      '00:00:00.000',
      '00:00:00.005',
      '00:00:00.010',
    ]);
    assert.deepEqual(texts(timeTicks([day, day + s], 4).ticks), [
      '00:00:00.0',
      '00:00:00.2',
      '00:00:00.4',
      '00:00:00.6',
      '00:00:00.8',
      '00:00:01.0',
    ]);
    assert.deepEqual(texts(timeTicks([day, day + 7200n * s], 4).ticks), ['00:00', '00:30', '01:00', '01:30', '02:00']);
    const days = timeTicks([day, day + 4n * 86_400n * s], 4);
    assert.equal(days.ticks[0]!.text, '2016-03-21');
    assert.equal(days.date, '2016-03-21 to 2016-03-25');
    assert.equal(timeTicks([day, day + s], 4).date, '2016-03-21');
  });

  it('are round numbers without thousands separators, small ones with a power of ten', () => {
    assert.deepEqual(texts(numberTicks([2500, 3000], 5)), ['2500', '2600', '2700', '2800', '2900', '3000']);
    const tiny = amplitudeTicks(3e-7, 4);
    assert.equal(tiny.power, -7);
    assert.deepEqual(texts(tiny.ticks), ['−2', '0', '2']);
    assert.equal(amplitudeTicks(0.5, 4).power, 0);
  });
});

describe('colour maps', () => {
  it('have 255 colours; diverging ones are light in the middle', () => {
    for (const name of colormapNames) assert.equal(colormap(name).length, 765);
    for (const name of ['seismic', 'RdBu', 'PuOr', 'PRGn', 'PiYG', 'BrBG'] as const)
      assert.ok(
        colormap(name)
          .slice(3 * 127, 3 * 128)
          .every((part) => part > 230),
        name,
      );
    for (const name of ['seismic', 'RdBu'] as const) {
      const table = colormap(name);
      assert.ok(table[2]! > table[0]!, `${name} begins blue`);
      assert.ok(table[762]! > table[764]!, `${name} ends red`);
    }
  });
});
