import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineError } from '../../../lib/errors.js';
import { parseYaml } from '../../../lib/processing/declared/yaml-document.js';

const text = `source:
  url: tcp://127.0.0.1:\${PORT}
  timeout: \${TIMEOUT:-10}
process:
  - Filter: { freq: [1, 10] }
  - &last { Trigger: { thresh: 4 } }
sink: "\${OUT:-out}/chunks"
branches:
  - process: [*last]
    sink: picks.csv
`;
const parse = (source = text, more = {}) =>
  parseYaml(source, 'job.yaml', { parameters: { PORT: 5555 }, env: {}, ...more });

test('references are filled from parameters, then the environment, then their default', () => {
  const { value } = parse();
  assert.deepEqual(value, {
    source: { url: 'tcp://127.0.0.1:5555', timeout: 10 },
    process: [{ Filter: { freq: [1, 10] } }, { Trigger: { thresh: 4 } }],
    sink: 'out/chunks',
    branches: [{ process: [{ Trigger: { thresh: 4 } }], sink: 'picks.csv' }],
  });
  const other = parse(text, { env: { OUT: '/data', PORT: '1', TIMEOUT: '2.5' } }).value as {
    source: object;
    sink: string;
  };
  assert.deepEqual(other.source, { url: 'tcp://127.0.0.1:5555', timeout: 2.5 });
  assert.equal(other.sink, '/data/chunks');
  const escaped = parse(`a: $$\{PORT}\nb: "x \${PORT}"\nc: \${PORT}`).value;
  assert.deepEqual(escaped, { a: `\${PORT}`, b: 'x 5555', c: 5555 });
});

test('an unknown reference is told with its place and what is allowed', () => {
  assert.throws(
    () => parse(text, { parameters: {} }),
    (error: PipelineError) => {
      assert.equal(error.code, 'BAD_PIPELINE');
      assert.match(
        error.message,
        /^job\.yaml:2:8: \$\{PORT\} is neither a parameter nor an environment variable; allowed/,
      );
      return true;
    },
  );
});

test('what looks like a reference and is none is a mistake, not a file of that name', () => {
  for (const odd of ['my-var}', '}', 'PORT', ' PORT }', '1}'])
    assert.throws(
      () => parse(`source: a\nsink: "out/\${${odd}"`),
      { code: 'BAD_PIPELINE', message: /^job\.yaml:2:7: .* begins no reference/ },
      odd,
    );
});

test('a value that is no YAML is text', () => {
  for (const odd of ['*.nc', '@home', '[a', '%x', 'a: b: c', '!x', '#1'])
    assert.deepEqual(parse(`a: \${ODD}`, { env: { ODD: odd } }).value, { a: odd }, odd);
});

test('every value and key has a place', () => {
  const { place } = parse();
  for (const [path, atKey, expected] of [
    [[], false, 'job.yaml:1:1'],
    [['source'], true, 'job.yaml:1:1'],
    [['source', 'timeout'], true, 'job.yaml:3:3'],
    [['source', 'timeout'], false, 'job.yaml:3:12'],
    [['process', 0, 'Filter'], true, 'job.yaml:5:5'],
    [['process', 0, 'Filter', 'freq', 1], false, 'job.yaml:5:25'],
    [['branches', 0, 'process', 0, 'Trigger', 'thresh'], false, 'job.yaml:6:32'],
    [['branches', 0, 'nothing', 'here'], false, 'job.yaml:9:5'],
  ] as const)
    assert.equal(place(path, atKey), expected, path.join('.'));
});

test('overrides replace, add, and open a short form; what they set has their name for a place', () => {
  const { value, place } = parse('source: a.nc\nsink: out\nbranches: [{ sink: b.csv }]', {
    overrides: { 'source.url': 'b.nc', 'source.chunks': { time: 10 }, 'branches.0.sink.mode': 'append' },
  });
  assert.deepEqual(value, {
    source: { url: 'b.nc', chunks: { time: 10 } },
    sink: 'out',
    branches: [{ sink: { url: 'b.csv', mode: 'append' } }],
  });
  assert.equal(place(['source', 'chunks', 'time']), 'job.yaml (set source.chunks)');
  assert.equal(place(['sink']), 'job.yaml:2:7');
  for (const [key, message] of [
    ['branches.5.sink', /branches is a list of 1, 5 is no position in it/],
    ['sink.url.deeper', /sink\.url has no keys of its own/],
    ['source..url', /an empty key/],
  ] as const)
    assert.throws(
      () => parse('source: a\nsink: out\nbranches: [{ sink: b.csv }]', { overrides: { [key]: 1 } }),
      message,
    );
});

test('a file that is a list or a text has no keys to override', () => {
  for (const text of ['- a', 'hello'])
    assert.throws(() => parse(text, { overrides: { 'source.url': 'x' } }), {
      code: 'BAD_PIPELINE',
      message: /no mapping/,
    });
  assert.deepEqual(parse('', { overrides: { source: 'x' } }).value, { source: 'x' });
});

test('text that is no YAML is told line by line', () => {
  for (const [bad, message] of [
    ['source: a\nsource: b', /^job\.yaml:2:1: .*unique/],
    ['process: [1, 2', /^job\.yaml:1:15: /],
    ['a: b: c', /^job\.yaml:1:4: /],
    ['\tsource: a', /^job\.yaml:1:1: /],
    ['source: !include a.yaml', /^job\.yaml:1:9: .*!include/],
    ['source: *nothing', /^job\.yaml: .*nothing/],
    [`a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nsource: [${'*b,'.repeat(20)}]`, /^job\.yaml: .*alias/],
  ] as const)
    assert.throws(
      () => parse(bad),
      (error: PipelineError) => {
        assert.ok(error instanceof PipelineError);
        assert.match(error.message, message);
        return true;
      },
      bad,
    );
});

test('broken indentation is one sentence at the line that is out of place', () => {
  for (const [text, place] of [
    ['source:\n  url: a\n   chunks: b\n', '3:4'],
    ['source: a\n\n sink: b\n', '3:2'],
  ] as const)
    assert.throws(() => parseYaml(text, 'job.yaml'), {
      code: 'BAD_PIPELINE',
      message: `job.yaml:${place}: the indentation is wrong: this line stands further right than the one that it follows allows; keys of one mapping, and items of one list, begin in the same column`,
    });
});
