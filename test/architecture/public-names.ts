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
  /** `class`, `function`, `const`, or `type` for what is gone after compilation. */
  kind: string;
  /** Its docstring; empty if it has none. */
  documentation: string;
  /** Where it is declared. */
  file: string;
}

/** Every name that `lib/index.ts` exports, sorted. */
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
  return checker
    .getExportsOfModule(module)
    .map((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      return {
        name: exported.name,
        kind: kindOf(symbol),
        documentation: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
        file: symbol.declarations?.[0]?.getSourceFile().fileName ?? '(nowhere)',
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOf(symbol: ts.Symbol): string {
  if (symbol.flags & ts.SymbolFlags.Class) return 'class';
  if (symbol.flags & ts.SymbolFlags.Function) return 'function';
  if (symbol.flags & ts.SymbolFlags.Variable) return 'const';
  if (symbol.flags & ts.SymbolFlags.Type) return 'type';
  return 'other';
}

/** The list as it is committed: one `name kind` per line. */
export function publicNamesText(names: readonly PublicName[] = publicNames()): string {
  return names.map(({ name, kind }) => `${name} ${kind}\n`).join('');
}

if (argv[1] === fileURLToPath(import.meta.url) && argv[2] === '--write')
  writeFileSync(publicNamesFile, publicNamesText());
