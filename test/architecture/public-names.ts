/**
 * The public names of the package, read through the TypeScript compiler. Run as a program it writes them to
 * `public-names.txt`: node dist/test/architecture/public-names.js --write
 */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = new URL('../../../', import.meta.url);

/** The committed list. */
export const publicNamesFile = fileURLToPath(new URL('test/architecture/public-names.txt', root));

/** One public name. */
export interface PublicName {
  name: string;
  /** `class`, `function`, `const`, `namespace`, or `type` for what is gone after compilation. */
  kind: string;
  /** Its docstring; empty if it has none. */
  documentation: string;
  /** Where it is declared. */
  file: string;
}

/** Every name that `lib/index.ts` exports, and `namespace.name` for what is in its namespaces, sorted. */
export function publicNames(): PublicName[] {
  const configPath = fileURLToPath(new URL('tsconfig.json', root));
  const { config } = ts.readConfigFile(configPath, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(root));
  const entry = fileURLToPath(new URL('lib/index.ts', root));
  const program = ts.createProgram([entry], {
    ...options,
    noEmit: true,
    incremental: false,
    tsBuildInfoFile: undefined,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry)!;
  const module = checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${entry} exports nothing`);
  const names = (module: ts.Symbol, prefix: string): PublicName[] =>
    checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const declaration = symbol.declarations?.[0];
      const own = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
      const name: PublicName = {
        name: prefix + exported.name,
        kind: kindOf(symbol),
        // a namespace is a file: the comment at its head
        documentation: declaration && ts.isSourceFile(declaration) ? headOf(declaration) : own,
        file: declaration?.getSourceFile().fileName ?? '(nowhere)',
      };
      return name.kind === 'namespace' ? [name, ...names(symbol, `${name.name}.`)] : [name];
    });
  return names(module, '').sort((a, b) => (a.name < b.name ? -1 : 1));
}

function headOf(source: ts.SourceFile): string {
  const [first] = ts.getLeadingCommentRanges(source.text, 0) ?? [];
  return first ? source.text.slice(first.pos, first.end) : '';
}

function kindOf(symbol: ts.Symbol): string {
  if (symbol.flags & ts.SymbolFlags.Class) return 'class';
  if (symbol.flags & ts.SymbolFlags.Function) return 'function';
  if (symbol.flags & ts.SymbolFlags.Variable) return 'const';
  if (symbol.flags & ts.SymbolFlags.ValueModule) return 'namespace';
  if (symbol.flags & ts.SymbolFlags.Type) return 'type';
  return 'other';
}

/** The list as it is committed: one `name kind` per line. */
export function publicNamesText(names: readonly PublicName[] = publicNames()): string {
  return names.map(({ name, kind }) => `${name} ${kind}\n`).join('');
}

if (argv[1] === fileURLToPath(import.meta.url) && argv[2] === '--write')
  writeFileSync(publicNamesFile, publicNamesText());
