/** docs/adding-an-atom.md: its files are compiled with the settings of the project, its atoms keep the contract, its section is one. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { parse } from 'yaml';
import type { Atom } from '../../lib/atoms/atom.js';
import { type AtomSpec, atomFromSpec, registerAtom } from '../../lib/atoms/registry.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import { fields, sectionsOf } from './atoms-page-sections.js';
import { type Entry, gappyInput, properties } from './conformance.js';

const root = process.cwd();
const page = readFileSync(join(root, 'docs', 'adding-an-atom.md'), 'utf8');

/** The fenced block that follows a comment. */
function blockAfter(comment: string, fence = '```'): string {
  const found = new RegExp(`<!-- ${comment} -->\\n\\n${fence}\\w+\\n([\\s\\S]*?)\\n${fence}(\\n|$)`).exec(page);
  assert.ok(found, `no block after ${comment}`);
  return found[1]!;
}

const files = new Map(
  [...page.matchAll(/<!-- file (\S+) -->/g)].map(([, path]) => [join(root, path!), `${blockAfter(`file ${path}`)}\n`]),
);

/** Type-checks the files of the page as if they lay where it says, and gives their JavaScript by path. */
function compile(): Map<string, string> {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const settings = { ...options, declaration: false, sourceMap: false, incremental: false, noEmit: false };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = files.get(path);
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  const scripts = new Map<string, string>();
  for (const path of files.keys()) {
    const source = program.getSourceFile(path)!;
    const faults = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    assert.deepEqual(
      faults.map(({ messageText }) => `${basename(path)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
      [],
    );
    program.emit(source, (_, text) => scripts.set(path, text));
  }
  return scripts;
}

describe('docs/adding-an-atom.md', () => {
  const folder = mkdtempSync(join(root, 'dist', 'adding-an-atom-'));
  const classes: Record<string, new (options?: object) => Atom> = {};
  after(() => rmSync(folder, { recursive: true, force: true }));
  before(async () => {
    const written: string[] = [];
    for (const [path, script] of compile()) {
      const room = basename(dirname(path));
      // what is not on the page is that of the project
      const text = script.replace(/from '(\.[^']+)'/g, (whole, from: string) => {
        const meant = join(dirname(path), from).replace(/\.js$/, '.ts');
        if (files.has(meant)) return whole;
        return `from '${pathToFileURL(join(root, 'dist', meant.slice(root.length + 1).replace(/\.ts$/, '.js'))).href}'`;
      });
      mkdirSync(join(folder, room), { recursive: true });
      writeFileSync(join(folder, room, basename(path).replace(/\.ts$/, '.js')), text);
      if (room === 'atoms') written.push(join(folder, room, basename(path).replace(/\.ts$/, '.js')));
    }
    for (const file of written) Object.assign(classes, await import(pathToFileURL(file).href));
    for (const [name, type] of Object.entries(classes)) registerAtom(name, (options) => new type(options));
  });

  it('has the files that it speaks of', () => {
    assert.deepEqual(Object.keys(classes).sort(), ['LargerOfTwo', 'PeakHold']);
  });

  it('has entries that keep the contract', async () => {
    const entries = new Function(...Object.keys(classes), `return [${blockAfter('entries')}];`)(
      ...Object.values(classes),
    ) as Entry[];
    assert.equal(entries.length, 5);
    for (const entry of entries) for (const check of Object.values(properties)) await check(entry);
  });

  it('has atoms that compute what it says', () => {
    const da = gappyInput({ name: 'input', make: () => assert.fail(), dims: ['time'], shape: [60] });
    const x = da.values as Float64Array;
    const held = new classes.PeakHold!({ decay: 0.05 }).apply(da) as DataArray;
    let level = 0;
    for (const [n, value] of (held.values as Float64Array).entries()) {
      level = Math.max(Math.abs(x[n]!), level * Math.exp(-0.01 / 0.05));
      assert.ok(Math.abs(value - level) <= 1e-12, `sample ${n}`);
    }
    const larger = new classes.LargerOfTwo!().apply(da) as DataArray;
    assert.deepEqual(
      [...larger.values],
      Array.from(x, (value, n) => Math.max(value, x[n + 1] ?? value)),
    );
    assert.throws(() => new classes.PeakHold!({ decay: 0 }), { code: 'BAD_ARGUMENT', message: /decay/ });
  });

  it('has a section like those of docs/atoms.md', () => {
    const [section] = sectionsOf(blockAfter('section', '````'));
    assert.deepEqual(section!.names, ['PeakHold']);
    for (const name of fields) assert.match(section!.fields[name], /^.{4,}\.$/, name);
    const da = gappyInput({ name: 'input', make: () => assert.fail() });
    const out = new Function('PeakHold', 'da', `${section!.ts}; return out;`)(classes.PeakHold, da) as DataArray;
    const [stage] = parse(section!.yaml) as [AtomSpec];
    assert.ok(out.equals(atomFromSpec(stage).apply(da) as DataArray));
  });
});
