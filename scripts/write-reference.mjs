// Writes docs/reference.md from the docstrings in lib/: what users need, without opening the sources.
//   node scripts/write-reference.mjs           writes it
//   node scripts/write-reference.mjs --check   fails where it is not what the docstrings say
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = `${root}docs/reference.md`;
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  root,
);
const program = ts.createProgram([`${root}lib/index.ts`], { ...options, noEmit: true });
const checker = program.getTypeChecker();
const entry = checker.getSymbolAtLocation(program.getSourceFile(`${root}lib/index.ts`));
const named = new Map();
for (const symbol of checker.getExportsOfModule(entry))
  named.set(symbol.name, symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

/** The docstring of a symbol as Markdown: `{@link X}` becomes code. */
function textOf(symbol) {
  const [declaration] = symbol.declarations ?? [];
  const holder = declaration && ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const [doc] = holder ? ts.getJSDocCommentsAndTags(holder).filter(ts.isJSDoc) : [];
  return (ts.getTextOfJSDocComment(doc?.comment) ?? '').replace(/\{@link(?:code)? ([^}|\s]+)[^}]*\}/g, '`$1`').trim();
}

function section(name) {
  const symbol = named.get(name);
  if (!symbol) throw new Error(`${name} is no public name`);
  return `### \`${name}\`\n\n${textOf(symbol)}\n`;
}

/** A table of the members of an options interface, its own first, then those that it inherits. */
function members(name) {
  const rows = checker
    .getDeclaredTypeOfSymbol(named.get(name))
    .getProperties()
    .map((member) => {
      const text = textOf(member).replaceAll('|', '\\|').replaceAll('\n', ' ');
      return `| \`${member.name}\` | ${text} |`;
    });
  return `\n| option | meaning |\n| --- | --- |\n${rows.join('\n')}\n`;
}

/** Whether a class extends Atom, directly or by way of others. */
const isAtom = (type) =>
  (checker.getBaseTypes(type) ?? []).some((base) => base.symbol?.name === 'Atom' || isAtom(base.target ?? base));

/** Exported classes that extend Atom, by name. */
const atoms = [...named]
  .filter(([name, symbol]) => {
    if (!(symbol.flags & ts.SymbolFlags.Class) || name === 'Atom') return false;
    return isAtom(checker.getDeclaredTypeOfSymbol(symbol));
  })
  .map(([name]) => name)
  .sort();
const wholeRecord = [...named]
  .filter(
    ([, symbol]) =>
      symbol.valueDeclaration &&
      checker.typeToString(checker.getTypeOfSymbol(symbol)).startsWith('WholeRecordFunction'),
  )
  .map(([name]) => name)
  .sort();

const errors = [...readFileSync(`${root}lib/errors.ts`, 'utf8').matchAll(/^ {2}([A-Z_]+): ['"](.*)['"],$/gm)];

const text = `# Reference

Generated from the docstrings by \`node scripts/write-reference.mjs\`; the types are in \`dist/lib/*.d.ts\`, where an editor shows
them. Atoms take one options object, the same in code (\`new Filter({ freq: [1, 10] })\`) and in YAML (\`{ Filter: { freq: [1, 10] } }\`).

## Streams

${['ZMQPublisher', 'ZMQSubscriber', 'ASNPublisher', 'ASNSubscriber'].map((name) => section(name) + members(`${name}Options`)).join('\n')}
${section('InstrumentSimulator') + members('SimulatorOptions')}
${section('RealTimeLoader')}${members('RealTimeLoaderOptions')}
${['toStrainRate', 'encodeASNFrames', 'decodeASNFrame', 'DataArrayLoader', 'DataArrayWriter', 'ZarrWriter', 'DataFrameWriter', 'StreamWriter', 'PacketWriter', 'FanOut', 'processor', 'process', 'Monitor'].map(section).join('\n')}
## Declared pipelines

A YAML file, or the same object through \`definePipeline\`. Relative paths in a file stand against the folder of the file.
${members('PipelineDeclaration')}
Every source:
${members('SourceDeclaration')}
Sources and sinks by URL: \`tcp://HOST:PORT\` takes the options of \`ZMQSubscriber\` or \`ZMQPublisher\`,
\`asn+tcp://HOST:PORT\` those of \`ASNSubscriber\` or \`ASNPublisher\` (and, as a sink, both take
\`waitForSubscribers\` and \`waitTimeout\`); \`simulator://optodas\` those of \`InstrumentSimulator\`; a file, folder or glob those of \`DataArrayLoader\`; \`watch://FOLDER\` those of \`RealTimeLoader\`; a folder as a sink those of
\`DataArrayWriter\`; a \`*.zarr\` path those of \`ZarrWriter\`, a \`*.csv\` or \`*.parquet\` path those of \`DataFrameWriter\`; \`sds://FOLDER\` (\`sds:///data/archive\` is absolute) and a \`*.mseed\` path those of \`StreamWriter\`.

${section('runPipeline')}
## Atoms

${atoms.map(section).join('\n')}
## Operations on whole records

By their name in YAML too. They refuse a stream that is chunked along the dimension they work on.

${wholeRecord.map(section).join('\n')}
## Encodings

${['zfp', 'blosc', 'blosc2', 'zstd', 'lz4', 'bitshuffle', 'bzip2', 'gzip', 'lzf'].map(section).join('\n')}
## Error codes

| code | meaning |
| --- | --- |
${errors.map(([, code, meaning]) => `| \`${code}\` | ${meaning} |`).join('\n')}
`;

if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/reference.md is not what the docstrings say: node scripts/write-reference.mjs');
    process.exit(1);
  }
} else writeFileSync(page, text);
