/** docs/atoms.md: a section for every atom and function, its fields held against the code, its examples compiled and run. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import ts from 'typescript';
import { parse } from 'yaml';
import * as functions from '../../lib/atoms/functions.js';
import * as dasflow from '../../lib/index.js';
import { fields, page, type Section, sectionsOf } from './atoms-page-sections.js';
import { assertSame, stream } from './conformance.js';
import { noise } from './described-input.js';

const sections = sectionsOf(page);

/** What the page says of `da`: 100 Hz and 10 m, in nm/m/s; quiet, then a wave. */
function recording(): dasflow.DataArray {
  const [times, channels] = [600, 24];
  const data = noise(times * channels, 'float64') as Float64Array;
  for (let t = 0; t < times; t++)
    for (let c = 0; c < channels; c++)
      if (t > 300 + 4 * c) data[t * channels + c]! += 9 * Math.sin((t - 4 * c) / 4) * Math.exp((300 + 4 * c - t) / 90);
  return new dasflow.DataArray({
    data,
    shape: [times, channels],
    dims: ['time', 'distance'],
    coords: {
      time: dasflow.InterpCoordinate.fromBlock('2024-05-21T12:00:00', times, '10ms', { dim: 'time' }),
      distance: dasflow.InterpCoordinate.fromBlock(0, channels, 10, { dim: 'distance' }),
    },
    name: 'strain_rate',
    attrs: { units: 'nm/m/s' },
  });
}

const da = recording();
const publicNames = Object.keys(dasflow).filter((name) => /^\w+$/.test(name));
/** The public names that a text uses. */
const used = (code: string) => publicNames.filter((name) => new RegExp(`(?<![.\\w'])${name}\\b`).test(code));

function runTypeScript(code: string): unknown {
  const names = used(code);
  const body = `const { ${names.join(', ')} } = dasflow;\n{\n${code}\nreturn out;\n}`;
  return new Function('dasflow', 'da', body)(dasflow, da);
}

function atomOf({ yaml }: Section): dasflow.Atom {
  const stages = parse(yaml) as dasflow.AtomSpec[];
  const atom = dasflow.atomFromSpec(stages.length === 1 ? stages[0]! : stages);
  atom.onNotice = () => undefined;
  return atom;
}

/** The names of the options that an operation has, as its errors list them; null where it takes none of the usual kind. */
function optionsOf(name: string): string[] | null {
  try {
    dasflow.atomFromSpec({ [name]: { noSuchOption: 1 } });
  } catch (error) {
    const listed = /\(allowed options: ([^)]*)\)/.exec((error as Error).message)?.[1];
    return listed?.split(', ').map((option) => option.replace('?', '')) ?? null;
  }
  return null;
}

const inEveryAtom = ['onDiscontinuity', 'onOverlap', 'maxFill', 'fill', 'workers', 'dtype'];

describe('docs/atoms.md', () => {
  it('has one section for every atom and function that a pipeline can name', () => {
    const named = sections.flatMap(({ names }) => names);
    assert.deepEqual([...named].sort(), dasflow.atomNames());
  });

  it('tells of the options that every atom has', () => {
    for (const option of inEveryAtom) assert.ok(new RegExp(`\`${option}\\b`).test(page), option);
  });

  it('names every function form, the functions of both namespaces, and all element-wise functions', () => {
    const forms = [...Object.keys(functions), 'lfilter', 'sosfilt'];
    const wanted = [
      ...forms,
      ...Object.keys(dasflow.signal).map((name) => `signal.${name}`),
      ...Object.keys(dasflow.spectral).map((name) => `spectral.${name}`),
      ...Object.keys(dasflow.elementwise).filter((name) => name !== 'elementwise'),
    ];
    for (const name of wanted) assert.ok(page.includes(`\`${name}\``), `${name} is not on the page`);
  });

  it('has examples that compile', () => {
    const folder = mkdtempSync(join(process.cwd(), 'dist', 'atoms-page-'));
    after(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'examples.ts');
    const bodies = sections.map(({ ts: code, names }) => {
      const imported = used(code).map((name) => `const ${name} = dasflow.${name};`);
      return `export function f${names.join('_').replaceAll('.', '_')}() {\n${imported.join('\n')}\n${code}\nreturn out;\n}`;
    });
    writeFileSync(
      file,
      `import * as dasflow from '../lib/index.js';\ndeclare const da: dasflow.DataArray;\n${bodies.join('\n')}\n`,
    );
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: ['node'],
    };
    const program = ts.createProgram([file], options);
    const faults = ts.getPreEmitDiagnostics(program).map(({ messageText, start, file: where }) => {
      const line = where && start !== undefined ? where.text.slice(start).split('\n')[0] : '';
      return `${ts.flattenDiagnosticMessageText(messageText, '\n')} at: ${line}`;
    });
    assert.deepEqual(faults, []);
  });

  for (const section of sections) {
    const { names, fields: told } = section;
    describe(names.join(', '), () => {
      it('has all fields', () => {
        for (const name of fields) assert.match(told[name], /^.{4,}\.$/, name);
        for (const name of names)
          assert.ok(section.ts.includes(name.split('.').at(-1)!) || section.yaml.includes(name), name);
      });

      it('names all options', () => {
        for (const name of names)
          for (const option of optionsOf(name) ?? [])
            if (!inEveryAtom.includes(option)) assert.ok(told.Options.includes(`\`${option}\``), `${name}: ${option}`);
      });

      it('has examples that do the same', () => {
        const out = runTypeScript(section.ts) as dasflow.DataArray | dasflow.Table;
        const same = atomOf(section).apply(da);
        assert.ok(out instanceof dasflow.DataArray ? out.equals(same as never) : out.equals(same as never));
        const size = out instanceof dasflow.DataArray ? out.size : out.length;
        assert.ok(size > 0, 'nothing comes out');
      });

      it('streams as it says', () => {
        const atom = atomOf(section);
        const forms = ['whole record', 'sample by sample', 'causal', 'look-ahead', 'block-wise'];
        const kind = forms.find((form) => told.Streaming.toLowerCase().startsWith(form));
        assert.ok(kind, `streaming is none of ${forms.join(', ')}`);
        if (kind === 'whole record') {
          const refused = da.dims.filter((chunkDim) => {
            try {
              atomOf(section).push(da, { chunkDim });
            } catch (error) {
              assert.equal((error as { code?: string }).code, 'CHUNKED_WHOLE_RECORD');
              return true;
            }
            return false;
          });
          assert.notDeepEqual(refused, []);
          if (/streams along time/.test(told.Streaming)) assert.ok(!refused.includes('time'));
          return;
        }
        const whole = atomOf(section).run(da);
        if (whole[0] instanceof dasflow.Table) assert.ok(joined(stream(atom, da, [1, 250, 400])).equals(joined(whole)));
        else assertSame(stream(atom, da, [1, 250, 400]), whole);
      });

      it('names its state', () => {
        const atom = atomOf(section);
        if (/^whole record/i.test(told.Streaming)) return;
        atom.push(da.isel({ time: { stop: 200 } }), { chunkDim: 'time' });
        const own = Object.keys((atom.state as { own?: object }).own ?? {});
        if (/^none/i.test(told.State)) assert.deepEqual(own, []);
        for (const key of own) assert.ok(told.State.includes(`\`${key}\``), `${key} is not named`);
        if (/^sample by sample/i.test(told.Streaming)) assert.deepEqual(own, []);
      });
    });
  }
});

/** Picks of all chunks in one table, in an order of their own. */
function joined(chunks: dasflow.Chunk[]): dasflow.Table {
  return dasflow.Table.concat(chunks as dasflow.Table[]).sortBy('time', 'distance');
}
