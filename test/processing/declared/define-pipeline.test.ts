import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Filter } from '../../../lib/atoms/filter.js';
import type { PipelineError } from '../../../lib/errors.js';
import { checkPipeline } from '../../../lib/processing/declared/check-pipeline.js';
import type { PipelineDeclaration } from '../../../lib/processing/declared/declaration.js';
import { definePipeline, readPipeline } from '../../../lib/processing/declared/define-pipeline.js';
import { parseYaml } from '../../../lib/processing/declared/yaml-document.js';
import '../../../lib/register-kinds.js';

/** The whole message of the mistakes in a YAML text, or '' where there are none. */
function mistakesOf(yaml: string): string {
  const document = parseYaml(yaml, 'job.yaml', { env: {} });
  try {
    checkPipeline(document.value, document, '/');
    return '';
  } catch (error) {
    assert.equal((error as PipelineError).code, 'BAD_PIPELINE');
    return (error as PipelineError).message;
  }
}

const good = `source: { url: "tcp://127.0.0.1:5555", timeout: 10 }
process:
  - Filter: { freq: [1, 10] }
  - DownSample: { factor: 2 }
sink: { url: out, encoding: { chunks: { time: 50 }, zfp: { accuracy: 1e-3 } } }
`;

test('a right one is taken', () => {
  assert.equal(mistakesOf(good), '');
  assert.equal(mistakesOf('source: data/*.nc\nsink: out'), '');
  assert.equal(
    mistakesOf('source: a.nc\nbranches: [{ sink: "tcp://127.0.0.1:*" }, { sink: "tcp://127.0.0.1:*" }]'),
    '',
  );
  assert.equal(
    mistakesOf('source: { url: a.nc, until: 2024-01-01, pace: 10 }\nbranches: [{ sink: a }, { sink: b.csv }]'),
    '',
  );
});

const mistakes: [yaml: string, message: RegExp][] = [
  [
    '- 1',
    /^job\.yaml:1:1: a pipeline is a mapping with name, description, workers, source, process, sink, branches, state, onDiscontinuity, fill, maxFill, onOverlap; this is a list$/,
  ],
  ['sink: out', /^job\.yaml:1:1: source is missing; allowed: a URL or path, or an object with url and its options$/],
  ['source: a.nc', /^job\.yaml:1:1: the output goes nowhere: a sink, or branches with sinks, is needed$/],
  [
    'source: a.nc\nsinc: out',
    /job\.yaml:2:1: unknown key sinc \(did you mean sink\?\); allowed: name, description, workers, source,/,
  ],
  [
    'source: 5\nsink: out',
    /^job\.yaml:1:9: a source is a URL or path, or an object with url and its options; this is the number 5$/,
  ],
  [
    'source: a.nc\nsink: out\nbranches: [{ sink: ./out/ }, { sink: out2 }]',
    /^job\.yaml:3:11: two sinks write to \.\/out\/; allowed: one sink for each folder, file or address$/,
  ],
  ['source: { timeout: 5 }\nsink: out', /^job\.yaml:1:9: the source needs url: a URL or path as text$/],
  [
    'source: tpc://x:1\nsink: out',
    /^job\.yaml:1:9: no source for "tpc:\/\/x:1" \(did you mean tcp\?\); allowed: .*a path, .*tcp:\/\//,
  ],
  ['source:\n  url: http://x\nsink: out', /^job\.yaml:2:8: no source for "http:\/\/x"/],
  [
    'source:\n  url: tcp://x:1\n  timout: 5\nsink: out',
    /^job\.yaml:3:3: unknown option timout \(did you mean timeout\?\); allowed: timeout, highWaterMark, .*, until, pace$/,
  ],
  [
    'source:\n  url: tcp://x:1\n  timeout: soon\nsink: out',
    /^job\.yaml:3:12: timeout: expected number, received string/,
  ],
  ['source: { url: tcp://x:1, onMalformed: ignore }\nsink: out', /^job\.yaml:1:40: onMalformed: allowed: skip, error$/],
  ['source: { url: a.nc, chunks: { time: 0 } }\nsink: out', /^job\.yaml:1:\d+: chunks/],
  ['source: { url: a.nc, pace: -1 }\nsink: out', /^job\.yaml:1:28: pace: expected a number above 0/],
  ['source: a.nc\nsink: ftp://x', /^job\.yaml:2:7: no sink for "ftp:\/\/x"/],
  ['source: a.nc\nsink: { url: tcp://x:1, policy: wait }', /^job\.yaml:2:33: policy: allowed: drop, block$/],
  [
    'source: a.nc\nsink: { url: out, encoding: { zpf: { accuracy: 1 } } }',
    /^job\.yaml:2:29: encoding: unknown key zpf; allowed: chunks, .*zfp/,
  ],
  ['source: a.nc\nsink: { url: out, encoding: { zfp: { acuracy: 1 } } }', /^job\.yaml:2:29: encoding: .*accuracy/],
  ['source: a.nc\nsink: { url: out, encoding: { chunks: { time: 0 } } }', /^job\.yaml:2:\d+: encoding\.chunks/],
  [
    'source: a.nc\nprocess:\n  - Fitler: { freq: [1, 10] }\nsink: out',
    /^job\.yaml:3:5: no atom Fitler \(did you mean Filter\?\); allowed: .*DownSample, .*Filter/,
  ],
  [
    'source: a.nc\nprocess: [Downsample]\nsink: out',
    /^job\.yaml:2:11: no atom Downsample \(did you mean DownSample\?\)/,
  ],
  [
    'source: a.nc\nprocess:\n  - Filter: { frq: [1, 10] }\nsink: out',
    /job\.yaml:3:15: Filter: unknown option frq \(did you mean freq\?\); allowed: freq/,
  ],
  [
    'source: a.nc\nprocess:\n  - Filter: { freq: [1, ten] }\nsink: out',
    /^job\.yaml:3:25: Filter: freq\.1: expected number, received string/,
  ],
  [
    'source: a.nc\nprocess:\n  - Filter: 5\nsink: out',
    /^job\.yaml:3:13: Filter takes its options as a mapping; this is the number 5$/,
  ],
  [
    'source: a.nc\nprocess:\n  - Filter: { freq: 1 }\n    DownSample: { factor: 2 }\nsink: out',
    /^job\.yaml:3:5: a stage is the name of an atom, .*; this is a mapping of Filter, DownSample$/,
  ],
  ['source: a.nc\nprocess: [5]\nsink: out', /^job\.yaml:2:11: a stage is the name of an atom/],
  [
    'source: a.nc\nbranches: out',
    /^job\.yaml:2:11: branches is a list, each with its own process and sink; this is the string "out"$/,
  ],
  ['source: a.nc\nbranches: [{ process: [] }]', /^job\.yaml:2:12: a branch needs a sink/],
  [
    'source: a.nc\nbranches: [{ sink: a, source: b }]',
    /^job\.yaml:2:23: unknown key source; allowed: name, process, sink$/,
  ],
];

for (const [yaml, message] of mistakes)
  test(`a mistake is told: ${yaml.replaceAll('\n', ' | ')}`, () => assert.match(mistakesOf(yaml), message));

test('all mistakes are told at once, a line each', () => {
  const text = mistakesOf('sourc: a.nc\nprocess: [Nothing]\nbranches: [{ sink: ftp://x }]');
  assert.deepEqual(
    text.split('\n').map((line) => line.split(': ')[0]),
    ['job.yaml:1:1', 'job.yaml:1:1', 'job.yaml:2:11', 'job.yaml:3:20'],
  );
});

test('an object is checked as a file is; its mistakes are told by key path', () => {
  const pipeline = definePipeline({
    source: 'a.nc',
    process: [new Filter({ freq: [1, 10] }), { Filter: { freq: [null, 5] } }],
    branches: [{ name: 'b', process: { DownSample: { factor: 2 } }, sink: 'b' }],
  });
  assert.deepEqual(
    pipeline.process.map((stage) => stage.name),
    ['Filter', 'Filter'],
  );
  assert.notEqual(pipeline.process[0]!.make(), pipeline.process[0]!.make());
  assert.throws(
    () => definePipeline({ source: 'a.nc', branches: [{ sink: { url: 'x', mod: 1 } }] } as PipelineDeclaration),
    { code: 'BAD_PIPELINE', message: /^branches\[0\]\.sink\.mod: unknown option mod \(did you mean mode\?\)/ },
  );
});

test('relative paths stand against the folder of the file, or the working directory', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'dasflow-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'job.yaml');
  await writeFile(file, 'source: a.nc\nsink: out');
  assert.equal((await readPipeline(file)).baseDir, folder);
  assert.equal(definePipeline({ source: 'a.nc', sink: 'out' }).baseDir, process.cwd());
  await assert.rejects(readPipeline(join(folder, 'none.yaml')), {
    code: 'BAD_FILE',
    message: /none\.yaml: cannot be read/,
  });
});
