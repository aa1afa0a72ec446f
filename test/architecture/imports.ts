/** Which imports a source file has, and whether the rooms table of docs/architecture.md allows them. */
import { posix } from 'node:path';
import ts from 'typescript';

/** One import, as written. */
export interface Import {
  specifier: string;
  /** Where, as `line:column`. */
  position: string;
}

/**
 * Every specifier that a source file imports: import and export declarations (types too), `import()`, `require()`,
 * `import x = require()`, types written as `import('x')`, and files named by `new URL('x', import.meta.url)` (workers).
 */
export function importsOf(path: string, text: string): Import[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node | undefined) => {
    if (!node) return;
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const position = `${line + 1}:${character + 1}`;
    if (ts.isStringLiteralLike(node)) found.push({ specifier: node.text, position });
    else found.push({ specifier: `(not a literal) ${node.getText(source)}`, position });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument);
    else if (ts.isCallExpression(node)) {
      if (node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
      else if (ts.isIdentifier(node.expression) && node.expression.text === 'require') add(node.arguments[0]);
    } else if (
      ts.isNewExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'URL' &&
      node.arguments?.[1]?.getText(source) === 'import.meta.url' &&
      ts.isStringLiteralLike(node.arguments[0]!) &&
      /\.[cm]?[jt]s$/.test(node.arguments[0].text)
    )
      add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What the files of one room may import. */
export interface RoomRule {
  /** Other rooms; the roots are allowed to all. `'*'` is every room. */
  rooms: readonly string[] | '*';
}

/** The rooms of `lib/`, as the table of docs/architecture.md has them; `index` is `lib/index.ts`. */
export const rooms: Record<string, RoomRule> = {
  index: { rooms: '*' },
  roots: { rooms: [] },
  coordinates: { rooms: [] },
  dataarray: { rooms: ['coordinates'] },
  table: { rooms: [] },
  datacollection: { rooms: ['dataarray', 'coordinates', 'table'] },
  synthetics: { rooms: ['dataarray', 'coordinates', 'table'] },
  plot: { rooms: ['dataarray', 'coordinates', 'table'] },
  signal: { rooms: [] },
  atoms: { rooms: ['datacollection', 'dataarray', 'coordinates', 'table', 'signal'] },
  packets: { rooms: ['dataarray', 'coordinates'] },
  zeromq: { rooms: ['packets', 'dataarray', 'coordinates'] },
  files: { rooms: ['packets', 'datacollection', 'dataarray', 'coordinates', 'table'] },
  processing: { rooms: ['atoms', 'datacollection', 'dataarray', 'coordinates', 'table'] },
  cli: { rooms: ['index'] },
};

/** Files of the roots: importable by every room. */
export const roots: readonly string[] = [
  'lib/errors.ts',
  'lib/dtype.ts',
  'lib/time.ts',
  'lib/number-text.ts',
  'lib/released-memory.ts',
];

/** Files that see every room: the public names, and what puts sources and sinks into the registry on their behalf. */
export const entries: readonly string[] = ['lib/index.ts', 'lib/register-kinds.ts'];

/** npm packages that only some folders may import; a package that is not named here may be imported by any room. */
export const guardedPackages: Record<string, readonly string[]> = {
  zeromq: ['lib/zeromq/'],
  h5wasm: ['lib/packets/hdf5/'],
  'h5wasm-plugins': ['lib/packets/hdf5/'],
  'h5wasm/node': ['lib/files/'],
  zarrita: ['lib/files/zarr/'],
  hyparquet: ['lib/files/'],
  'hyparquet-writer': ['lib/files/'],
};

/** The room of a file of `lib/`, or null where the table has none for it. */
export function roomOf(path: string): string | null {
  if (roots.includes(path)) return 'roots';
  if (entries.includes(path)) return 'index';
  const name = /^lib\/([^/]+?)(?:\.ts$|\/)/.exec(path)?.[1];
  return name !== undefined && name !== 'index' && name !== 'roots' && Object.hasOwn(rooms, name) ? name : null;
}

/** The folders outside of `lib/` whose files see the package as its users do: through the public names alone. */
const outside = ['pipelines/', 'bench/'];

/**
 * What is wrong with the imports of one file, as texts; empty if nothing. `dependencies` are the packages that an
 * installed dasflow has.
 */
export function forbiddenImports(path: string, text: string, dependencies: readonly string[]): string[] {
  const wrong: string[] = [];
  const inLib = path.startsWith('lib/');
  const room = roomOf(path);
  if (inLib && room === null) return [`${path} is in no room of the table`];
  for (const { specifier, position } of importsOf(path, text)) {
    const complain = (why: string) => wrong.push(`${path}:${position} imports ${specifier}: ${why}`);
    if (specifier.startsWith('(not a literal)')) {
      if (inLib) complain('what it imports cannot be checked; allowed: a literal');
    } else if (specifier.startsWith('.')) {
      const target = posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
      if (inLib && !target.startsWith('lib/')) complain('lib/ imports nothing outside of lib/');
      else if (!inLib) {
        if (outside.some((folder) => path.startsWith(folder)) && target.startsWith('lib/') && target !== 'lib/index.ts')
          complain(`allowed from ${path.split('/')[0]}/: lib/index.js`);
      } else {
        const to = roomOf(target);
        const allowed = rooms[room!]!.rooms;
        if (to === null) complain('it is in no room of the table');
        else if (to !== room && to !== 'roots' && allowed !== '*' && !allowed.includes(to))
          complain(`${room} may import ${['the roots', ...allowed].join(', ')}, not ${to}`);
      }
    } else if (inLib && !specifier.startsWith('node:')) {
      const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
      const guard = guardedPackages[specifier] ?? guardedPackages[name];
      if (!dependencies.includes(name)) complain('it is not among the dependencies of package.json');
      else if (guard && !guard.some((folder) => path.startsWith(folder))) complain(`only ${guard.join(', ')} may`);
    }
  }
  return wrong;
}
