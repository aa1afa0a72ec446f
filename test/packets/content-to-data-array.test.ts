import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toTime } from '../../lib/index.js';
import { contentToDataArray } from '../../lib/packets/content-to-data-array.js';
import type { NetcdfAttribute, NetcdfContent, NetcdfVariable } from '../../lib/packets/netcdf-content.js';

const text = (value: string): NetcdfAttribute => ({ dtype: 'string', shape: [], values: [value] });
const float = (value: number): NetcdfAttribute => ({ dtype: 'float64', shape: [1], values: Float64Array.of(value) });
const int = (value: bigint): NetcdfAttribute => ({ dtype: 'int64', shape: [1], values: BigInt64Array.of(value) });

function variable(name: string, dims: string[], values: NetcdfVariable['values'], attrs = {}): NetcdfVariable {
  const dtype = Array.isArray(values) ? 'string' : values instanceof BigInt64Array ? 'int64' : 'float64';
  return { name, dtype, shape: dims.length ? [values.length] : [], dims, attrs, values };
}

function file(
  variables: NetcdfVariable[],
  attrs: NetcdfContent['attrs'] = { Conventions: text('CF-1.8') },
): NetcdfContent {
  const dims = new Map(variables.flatMap((one) => one.dims.map((name, axis) => [name, one.shape[axis]!] as const)));
  return { attrs, dims: [...dims].map(([name, size]) => ({ name, size })), variables };
}

const three = Float64Array.of(1, 2, 3);
const ties = (attrs = {}) => [
  variable('v', ['time'], three, { coordinate_interpolation: text('time: time_indices time_values') }),
  variable('time_indices', ['time_points'], BigInt64Array.of(0n, 2n)),
  variable('time_values', ['time_points'], Float64Array.of(0, 2)),
  variable('time_interpolation', [], Float64Array.of(Number.NaN), attrs),
];
const sampled = (attrs = {}, interval = Float64Array.of(1)) => [
  variable('v', ['time'], three, { coordinate_sampling: text('time: time_sampling') }),
  variable('time_values', ['time_points'], Float64Array.of(5)),
  variable('time_lengths', ['time_points'], BigInt64Array.of(3n)),
  variable('time_sampling', [], interval, { tie_point_mapping: text('time: time_values time_lengths'), ...attrs }),
];

test('a plain CF file: coordinate variables, auxiliary and scalar coordinates, packed and missing labels', () => {
  const da = contentToDataArray(
    file(
      [
        variable('temperature', ['time'], three, {
          units: text('K'),
          coordinates: text('height label'),
          _FillValue: float(-1),
          scale_factor: float(0.5),
          __note__: text('not for users'),
        }),
        variable('time', ['time'], BigInt64Array.of(0n, 1n, 2n), { units: text('hours since 2024-01-01') }),
        variable('height', [], Float64Array.of(2), { units: text('m') }),
        variable('label', ['time'], ['a', 'b', 'c']),
        variable('bounds', ['edge'], three),
      ].slice(0, 4),
    ),
  );
  assert.equal(da.name, 'temperature');
  assert.deepEqual([...da.values], [1, 2, 3], 'values are as stored: xdas applies no scale either');
  assert.deepEqual(da.attrs, { units: 'K', scale_factor: 0.5 });
  assert.deepEqual([...da.coords.keys()], ['time', 'height', 'label']);
  const time = da.coords.get('time')!;
  assert.equal(time.dtype, 'datetime64[ns]');
  assert.equal((time.values as BigInt64Array)[2], toTime('2024-01-01T02:00:00'));
  assert.equal(da.coords.get('height')!.ctype, 'scalar');
  assert.deepEqual(da.coords.get('label')!.values, ['a', 'b', 'c']);
  assert.equal(da.coords.get('label')!.dim, 'time');

  const packed = contentToDataArray(
    file([
      variable('v', ['x'], three),
      variable('x', ['x'], BigInt64Array.of(1n, -9n, 3n), {
        scale_factor: float(0.5),
        add_offset: float(10),
        _FillValue: int(-9n),
      }),
    ]),
  );
  assert.deepEqual([...packed.coords.get('x')!.values], [10.5, Number.NaN, 11.5]);
  const durations = contentToDataArray(
    file([
      variable('v', ['x'], three),
      variable('x', ['x'], BigInt64Array.of(1n, 2n, 3n), {
        units: text('milliseconds'),
        dtype: text('timedelta64[ns]'),
      }),
    ]),
  );
  assert.equal(durations.coords.get('x')!.dtype, 'timedelta64[ns]');
  assert.equal(durations.coords.get('x')!.values[2], 3_000_000n);
});

test('of several variables the one that names coordinates is the data', () => {
  const extra = variable('quality', ['time'], three);
  assert.equal(contentToDataArray(file([...ties(), extra])).name, 'v');
});

test('a mapping without an interpolation variable, as the oldest files have it', () => {
  const [v, indices, values] = ties();
  const time = contentToDataArray(file([v!, indices!, values!])).coords.get('time')!;
  assert.equal(time.ctype, 'interpolated');
  assert.deepEqual([...time.values], [0, 1, 2]);
});

test('what is no packet is refused with the reason', () => {
  const time = { units: text('seconds since 1970-01-01') };
  const modern = (mapping: string) => {
    const [v, indices, values, parameters] = ties({
      interpolation_name: text('linear'),
      tie_point_mapping: text(mapping),
    });
    return file([
      { ...v!, attrs: { coordinate_interpolation: text('time_values: time_interpolation') } },
      indices!,
      values!,
      parameters!,
    ]);
  };
  const without = (variables: NetcdfVariable[], name: string) => file(variables.filter((one) => one.name !== name));
  const replaced = (variables: NetcdfVariable[], other: NetcdfVariable) =>
    file(variables.map((one) => (one.name === other.name ? other : one)));
  const table: [string, NetcdfContent, RegExp][] = [
    ['no conventions', file([variable('v', ['x'], three)], {}), /no global attribute Conventions/],
    [
      'other conventions',
      file([variable('v', ['x'], three)], { Conventions: text('COARDS') }),
      /"COARDS", which names no CF/,
    ],
    ['conventions no text', file([variable('v', ['x'], three)], { Conventions: float(1) }), /Conventions/],
    ['empty', file([]), /no data variable/],
    ['coordinates only', file([variable('x', ['x'], three)]), /no data variable/],
    [
      'several',
      file([variable('a', ['x'], three), variable('b', ['x'], three)]),
      /several variables could be the data \(a, b\)/,
    ],
    ['text', file([variable('a', ['x'], ['p', 'q'])]), /data variable a holds string/],
    ['virtual', file([variable('a', ['x'], three, { __tiling__: text('tiles') })]), /virtual/],
    [
      'missing ties',
      without(ties(), 'time_values'),
      /coordinate time: names a variable "time_values" that is not there/,
    ],
    [
      'ties not whole',
      replaced(ties(), variable('time_indices', ['time_points'], Float64Array.of(0, 2))),
      /whole numbers/,
    ],
    [
      'ties too large',
      replaced(ties(), variable('time_indices', ['time_points'], BigInt64Array.of(0n, 2n ** 62n))),
      /too large/,
    ],
    [
      'ties backward',
      replaced(ties(), variable('time_indices', ['time_points'], BigInt64Array.of(2n, 0n))),
      /coordinate time/,
    ],
    ['ties of text', replaced(ties(), variable('time_values', ['time_points'], ['a', 'b'])), /coordinate time/],
    ['wrong size', replaced(ties(), variable('time_indices', ['time_points'], BigInt64Array.of(0n, 5n))), /time/],
    ['interval does not fit', file(ties({ sampling_interval: float(3), tolerance: float(0.1) })), /coordinate time/],
    ['half a ratio', file(ties({ sampling_denominator: int(3n) })), /do not come together/],
    ['interval of text', file(ties({ sampling_interval: text('fast') })), /sampling_interval is not one number/],
    [
      'interval in metres',
      file(ties({ sampling_interval: int(1n), sampling_interval_units: text('metres') })),
      /"metres"/,
    ],
    ['interpolation', file(ties({ interpolation_name: text('quadratic') })), /"quadratic" is not known/],
    ['mapping', modern('time time_indices'), /tie_point_mapping/],
    ['mapping of nothing', modern('time: nowhere time_points'), /"nowhere"/],
    ['sampling without mapping', file(sampled({ tie_point_mapping: text('') })), /tie_point_mapping/],
    [
      'sampling lengths',
      replaced(sampled(), variable('time_lengths', ['time_points'], BigInt64Array.of(-3n))),
      /coordinate time/,
    ],
    [
      'sampling without unit',
      replaced(sampled(), variable('time_values', ['time_points'], Float64Array.of(5), time)),
      /no unit of time/,
    ],
    [
      'sampling without unit, new spelling',
      file(
        [...sampled({ sampling_interval: float(1), tie_point_mapping: text('time: time_lengths time_points') })].map(
          (one) => {
            if (one.name === 'v') return { ...one, attrs: { coordinate_sampling: text('time_values: time_sampling') } };
            return one.name === 'time_values' ? { ...one, attrs: time } : one;
          },
        ),
      ),
      /no unit of time/,
    ],
    [
      'time out of range',
      file([variable('v', ['time'], three), variable('time', ['time'], Float64Array.of(0, 1e12, 2), time)]),
      /64-bit/,
    ],
    [
      'bad units',
      file([
        variable('v', ['time'], three),
        variable('time', ['time'], three, { units: text('moons since 1970-01-01') }),
      ]),
      /moons/,
    ],
    [
      'two-dimensional coordinate',
      file([
        {
          ...variable('v', ['x'], Float64Array.of(1, 2, 3, 4)),
          dims: ['x', 'y'],
          shape: [2, 2],
          attrs: { coordinates: text('lat') },
        },
        { ...variable('lat', ['x'], Float64Array.of(1, 2, 3, 4)), dims: ['x', 'y'], shape: [2, 2] },
      ]),
      /coordinate lat: has 2 dimensions/,
    ],
  ];
  for (const [name, content, message] of table) {
    assert.throws(() => contentToDataArray(content), { code: 'MALFORMED_PACKET', direction: 'decode', message }, name);
  }
});

test('texts of many kilobytes are read or refused at once, and quoted in part', { timeout: 5000 }, () => {
  for (const unit of ['a', 'a:', 'a: ', 'a b ', ': ', ' ']) {
    const long = unit.repeat(2e5);
    const [v, ...rest] = ties();
    for (const name of ['coordinate_interpolation', 'coordinate_sampling', 'coordinates', 'units'])
      try {
        contentToDataArray(file([{ ...v!, attrs: { ...v!.attrs, [name]: text(long) } }, ...rest]));
      } catch (error) {
        assert.equal((error as { code: string }).code, 'MALFORMED_PACKET');
        assert.ok((error as Error).message.length < 1000);
      }
    const time = variable('time', ['time'], three, { units: text(`seconds since${long}`), calendar: text(long) });
    contentToDataArray(file([variable('v', ['time'], three), time]));
  }
});

test('millions of tie points for a few labels are refused before they are converted', () => {
  const many = 3_000_000;
  const [v, , , parameters] = ties();
  const indices = variable('time_indices', ['time_points'], new BigInt64Array(many));
  const values = variable('time_values', ['time_points'], new BigInt64Array(many));
  assert.throws(() => contentToDataArray(file([v!, indices, values, parameters!])), {
    code: 'MALFORMED_PACKET',
    message: /"time_indices" holds 3000000 tie points for 3 labels along "time"/,
  });
  const [w, , , sampling] = sampled();
  const lengths = variable('time_lengths', ['time_points'], new BigInt64Array(many));
  assert.throws(() => contentToDataArray(file([w!, values, lengths, sampling!])), {
    code: 'MALFORMED_PACKET',
    message: /holds 3000000 tie points for 3 labels/,
  });
});

test('a coordinate that is named many times is read once', { timeout: 5000 }, () => {
  const size = 20_000;
  const mapping = 'time: time_indices time_values '.repeat(20_000);
  const whole = BigInt64Array.from({ length: size }, (_, index) => BigInt(index));
  const da = contentToDataArray(
    file([
      variable('v', ['time'], new Float64Array(size), { coordinate_interpolation: text(mapping) }),
      variable('time_indices', ['time_points'], whole),
      variable('time_values', ['time_points'], whole, { units: text('seconds since 1970-01-01') }),
    ]),
  );
  assert.equal(da.coords.get('time')!.dtype, 'datetime64[ns]');
});
