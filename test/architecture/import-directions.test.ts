import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { entries, forbiddenImports, importsOf, rooms, roots } from './imports.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: object;
  peerDependencies: object;
};
const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

function sourcesOf(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? sourcesOf(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
    .filter((path) => /\.[cm]?ts$/.test(path));
}

describe('import directions', () => {
  it('of lib/, pipelines/ and bench/ are those of the rooms table', () => {
    const files = ['lib', 'pipelines', 'bench'].flatMap(sourcesOf);
    assert.ok(files.includes('lib/index.ts'), 'the walk found lib/');
    const wrong = files.flatMap((path) => forbiddenImports(path, readFileSync(join(root, path), 'utf8'), dependencies));
    assert.deepEqual(wrong, []);
  });

  it('the rooms here are those of docs/architecture.md', () => {
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const named = [...page.matchAll(/^\| (`lib\/[^|]*?) +\|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`lib\/([a-z-]+)(?:\.ts|\/)`/g)].map(([, name]) => name!),
    );
    const here = new Set(Object.keys(rooms).filter((name) => name !== 'roots'));
    for (const path of [...roots, ...entries]) here.add(/^lib\/(.*)\.ts$/.exec(path)![1]!);
    // the file that fills the registry stands for lib/index.ts
    assert.deepEqual(new Set([...named, 'register-kinds']), here);
  });

  it('every way to import is seen', () => {
    const text = `
      import a from './a.js';
      import type { B } from './b.js';
      import './c.js';
      export * from './d.js';
      export { e } from './e.js';
      const f = await import('./f.js');
      import g = require('./g.js');
      const h = require('./h.js');
      type I = import('./i.js').I;
      new Worker(new URL('./j.js', import.meta.url));
      new URL('./font.ttf', import.meta.url);
      const text = "import k from './k.js'"; // import l from './l.js'
      const m = await import('./m-' + a + '.js');
    `;
    assert.deepEqual(
      importsOf('lib/x.ts', text).map(({ specifier }) => specifier),
      [...'abcdefghij'].map((letter) => `./${letter}.js`).concat("(not a literal) './m-' + a + '.js'"),
    );
  });

  const cases: [path: string, text: string, why: RegExp | null][] = [
    ['lib/atoms/filter.ts', "import { firwin } from '../signal/firwin.js';", null],
    ['lib/atoms/filter.ts', "import { ArgumentError } from '../errors.js';", null],
    ['lib/atoms/filter.ts', "import { Atom } from './atom.js';", null],
    ['lib/atoms/filter.ts', "import { x } from '../packets/packet.js';", /lib\/atoms\/filter.ts:1:19 .*not packets/],
    ['lib/signal/firwin.ts', "import type { DataArray } from '../dataarray/data-array.js';", /not dataarray/],
    ['lib/processing/process.ts', "await import('../zeromq/subscriber.js');", /not zeromq/],
    ['lib/processing/process.ts', "export * from '../files/writer.js';", /not files/],
    ['lib/errors.ts', "import { x } from './table/table.js';", /roots may import the roots, not table/],
    ['lib/errors.ts', "import { x } from './time.js';", null],
    ['lib/packets/packet.ts', "import { x } from '../index.js';", /not index/],
    ['lib/cli/main.ts', "import { x } from '../index.js';", null],
    ['lib/cli/main.ts', "import { x } from '../atoms/atom.js';", /not atoms/],
    ['lib/index.ts', "export * from './zeromq/publisher.js';", null],
    ['lib/register-kinds.ts', "import { x } from './zeromq/publisher.js';", null],
    ['lib/processing/process.ts', "import '../register-kinds.js';", /not index/],
    ['lib/files/loader.ts', "import { x } from '../../test/x.js';", /nothing outside of lib/],
    ['lib/drawer/x.ts', '', /in no room/],
    ['lib/util.ts', '', /in no room/],
    ['lib/zeromq/socket.ts', "import { Publisher } from 'zeromq';", null],
    ['lib/processing/monitor.ts', "import { Publisher } from 'zeromq';", /only lib\/zeromq\/ may/],
    ['lib/packets/hdf5/worker.ts', "import h5wasm from 'h5wasm';", null],
    ['lib/packets/packet.ts', "import h5wasm from 'h5wasm';", /only lib\/packets\/hdf5\/ may/],
    ['lib/packets/hdf5/worker.ts', "import h5wasm from 'h5wasm/node';", /only lib\/files\/ may/],
    ['lib/files/loader.ts', "import h5wasm from 'h5wasm/node';", null],
    ['lib/files/loader.ts', "import h5wasm from 'h5wasm';", /only lib\/packets\/hdf5\/ may/],
    ['lib/atoms/atom.ts', "import fc from 'fast-check';", /not among the dependencies/],
    ['lib/atoms/atom.ts', "import { on } from 'node:events';", null],
    ['lib/atoms/atom.ts', "import { on } from 'events';", /not among the dependencies/],
    ['pipelines/earthquake.ts', "import { process } from '../lib/index.js';", null],
    ['pipelines/earthquake.ts', "import { process } from '../lib/processing/process.js';", /allowed from pipelines\//],
    ['bench/packets.ts', "import { x } from '../lib/packets/packet.js';", /allowed from bench\//],
    ['bench/packets.ts', "import { PythonPeer } from '../test/interop/python-peer.js';", null],
  ];
  for (const [path, text, why] of cases)
    it(`${path} | ${text || '(nothing)'} | ${why ? 'is refused' : 'is allowed'}`, () => {
      const wrong = forbiddenImports(path, text, dependencies);
      if (why === null) assert.deepEqual(wrong, []);
      else {
        assert.equal(wrong.length, 1);
        assert.match(wrong[0]!, why);
      }
    });
});
