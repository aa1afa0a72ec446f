import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataArrayWriter } from '../../lib/files/data-array-writer.js';
import { DataFrameWriter } from '../../lib/files/data-frame-writer.js';
import { PacketWriter } from '../../lib/files/packet-writer.js';
import { StreamWriter } from '../../lib/files/stream-writer.js';
import { ZarrWriter } from '../../lib/files/zarr-writer.js';
import { temporaryFolder } from './temporary-folder.js';

const cases: [make: (path: string, options: never) => unknown, wrong: unknown, message: RegExp][] = [
  [
    (path, options) => new StreamWriter(path, options),
    { onoverlap: 'trim' },
    /StreamWriter has no option onoverlap; allowed: network, /,
  ],
  [
    (path, options) => new StreamWriter(path, options),
    { createDirs: 'no' },
    /createDirs is "no"; allowed: true, false/,
  ],
  [(path, options) => new StreamWriter(path, options), { recordLength: '4096' }, /recordLength is "4096"; allowed: /],
  [(path, options) => new StreamWriter(path, options), { sdsType: ['D'] }, /sdsType is \["D"\]; allowed: /],
  [
    (path, options) => new StreamWriter(path, options),
    null,
    /the options of StreamWriter are null; allowed: an object/,
  ],
  [
    (path, options) => new ZarrWriter(path, options),
    { codec: ['gzip'] },
    /ZarrWriter has no option codec; allowed: dim, chunks, codecs, /,
  ],
  [(path, options) => new ZarrWriter(path, options), { createDirs: 1 }, /createDirs is 1; allowed: true, false/],
  [(path, options) => new ZarrWriter(path, options), { dim: 0 }, /dim is 0; allowed: the name/],
  [(path, options) => new ZarrWriter(path, options), { chunks: 100 }, /chunks is 100; allowed: samples by dimension/],
  [(path, options) => new ZarrWriter(path, options), null, /the options of ZarrWriter are null/],
  [
    (path, options) => new DataArrayWriter(path, options),
    { encodng: {} },
    /DataArrayWriter has no option encodng; allowed: createDirs, mode, encoding, /,
  ],
  [
    (path, options) => new DataArrayWriter(path, options),
    { createDirs: 'no' },
    /createDirs is "no"; allowed: true, false/,
  ],
  [(path, options) => new DataArrayWriter(path, options), { dim: 1 }, /dim is 1; allowed: the name/],
  [
    (path, options) => new DataFrameWriter(path, options),
    { comprssion: 1 },
    /DataFrameWriter has no option comprssion; allowed: createDirs, format, mode/,
  ],
  [
    (path, options) => new DataFrameWriter(path, options),
    { createDirs: 'no' },
    /createDirs is "no"; allowed: true, false/,
  ],
  [
    (path, options) => new PacketWriter(path, options),
    { createdirs: true },
    /PacketWriter has no option createdirs; allowed: createDirs, mode/,
  ],
  [
    (path, options) => new PacketWriter(path, options),
    { createDirs: 'no' },
    /createDirs is "no"; allowed: true, false/,
  ],
];

test('options that a writer does not have, and values of a wrong type, are refused before anything is touched', async (t) => {
  const path = join(await temporaryFolder(t), 'out');
  for (const [make, wrong, message] of cases)
    assert.throws(() => make(path, wrong as never), { code: 'BAD_ARGUMENT', message });
});
