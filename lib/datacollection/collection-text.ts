/** The text of a collection, as xdas 0.2.10 prints it: a table where every level has one name, else a tree. */
import { Table } from '../table/table.js';
import { DataCollection } from './data-collection.js';
import { type CollectionLeaf, leafBytes } from './leaf.js';

/** A leaf and the way to it. */
interface Row {
  path: { name: string | null; key: string }[];
  leaf: CollectionLeaf;
}

/** Stands where a branch ends above the deepest level; a blank repeats the key of the row above. */
const ABSENT = '-';

/** Header with the number of leaves and their bytes, then one row for each leaf, or branches for what is not alike. */
export function collectionText(collection: DataCollection): string {
  const rows = rowsOf(collection);
  const header = `<xdas.DataCollection: ${summary(rows)}>`;
  if (rows.length === 0) return header;
  const body = isUniform(collection, rows) ? tableLines(rows) : treeLines(collection);
  return [header, ...body].join('\n');
}

function rowsOf(collection: DataCollection): Row[] {
  const rows: Row[] = [];
  const walk = (node: DataCollection, path: Row['path']) => {
    for (const [key, item] of children(node)) {
      const here = [...path, { name: node.name, key }];
      if (item instanceof DataCollection) walk(item, here);
      else rows.push({ path: here, leaf: item });
    }
  };
  walk(collection, []);
  return rows;
}

function children(node: DataCollection): [string, DataCollection | CollectionLeaf][] {
  return node.items().map(([key, item]) => [String(key), item]);
}

/** The name of each level, null where branches give it several or none. */
function levelNames(rows: readonly Row[]): (string | null)[] {
  const depth = Math.max(...rows.map(({ path }) => path.length));
  return Array.from({ length: depth }, (_, level) => {
    const names = new Set(rows.filter(({ path }) => level < path.length).map(({ path }) => path[level]!.name));
    return names.size === 1 ? [...names][0]! : null;
  });
}

function isUniform(node: DataCollection, rows: readonly Row[]): boolean {
  return !levelNames(rows).includes(null) && !hasEmpty(node);
}

function hasEmpty(node: DataCollection): boolean {
  return node.items().some(([, item]) => item instanceof DataCollection && (item.empty || hasEmpty(item)));
}

function tableLines(rows: readonly Row[]): string[] {
  const heads = [...(levelNames(rows) as string[]), '', ''];
  const depth = heads.length - 2;
  const grid = rows.map(({ path }) => Array.from({ length: depth }, (_, level) => path[level]?.key ?? ABSENT));
  const repeats = (row: number, level: number) =>
    row > 0 &&
    grid[row]![level] !== ABSENT &&
    grid[row]!.slice(0, level + 1).every((key, k) => key === grid[row - 1]![k]);
  const body = rows.map(({ leaf }, row) => [
    ...grid[row]!.map((key, level) => (repeats(row, level) ? '' : key)),
    shapeText(leaf),
    bytesText(leafBytes(leaf)),
  ]);
  // Numbers are aligned to the right, so that they can be compared.
  const right = heads.map((_, column) => {
    if (column === depth + 1) return true;
    return (
      column < depth && grid.every((row) => row[column] === ABSENT || row[column] === '' || /^\d+$/.test(row[column]!))
    );
  });
  const widths = heads.map((head, column) => Math.max(...[head, ...body.map((row) => row[column]!)].map(lengthOf)));
  return [heads, ...body].map((row) =>
    row
      .map((cell, column) => {
        const blank = ' '.repeat(widths[column]! - lengthOf(cell));
        return right[column] ? blank + cell : cell + blank;
      })
      .join('  ')
      .trimEnd(),
  );
}

const lengthOf = (text: string) => [...text].length;

function treeLines(node: DataCollection): string[] {
  const items = children(node);
  const lines = node.name === null ? [] : [node.name];
  for (const [index, [key, item]] of items.entries()) {
    const [branch, indent] = index === items.length - 1 ? ['└── ', '    '] : ['├── ', '│   '];
    if (!(item instanceof DataCollection)) {
      lines.push(`${branch}${key}  ${shapeText(item)}  ${bytesText(leafBytes(item))}`);
      continue;
    }
    const rows = rowsOf(item);
    if (rows.length === 0) lines.push(`${branch}${key}  (empty)`);
    else if (isUniform(item, rows)) {
      lines.push(`${branch}${key}  ${dimsText(rows)}  ${bytesText(totalBytes(rows))}`);
      lines.push(`${indent}╰─ ${levelNames(rows).join(' › ')}  (${countText(rows)})`);
    } else {
      lines.push(`${branch}${key}  ${summary(rows)}`);
      lines.push(...treeLines(item).map((line) => (indent + line).trimEnd()));
    }
  }
  return lines;
}

function summary(rows: readonly Row[]): string {
  return rows.length === 0 ? 'empty' : `${countText(rows)}, ${bytesText(totalBytes(rows))}`;
}

function countText(rows: readonly Row[]): string {
  const tables = rows.filter(({ leaf }) => leaf instanceof Table).length;
  const counts: [number, string][] = [
    [rows.length - tables, 'array'],
    [tables, 'table'],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => `${count} ${noun}${count === 1 ? '' : 's'}`)
    .join(', ');
}

function totalBytes(rows: readonly Row[]): number {
  return rows.reduce((sum, { leaf }) => sum + leafBytes(leaf), 0);
}

function dimsText(rows: readonly Row[]): string {
  const dims = new Set(rows.flatMap(({ leaf }) => (leaf instanceof Table ? ['rows', 'columns'] : leaf.dims)));
  return `(${[...dims].join(', ')})`;
}

function shapeText(leaf: CollectionLeaf): string {
  if (leaf instanceof Table) return `(rows: ${leaf.length}, columns: ${leaf.columns.length})`;
  return `(${leaf.dims.map((dim, axis) => `${dim}: ${leaf.shape[axis]}`).join(', ')})`;
}

/** Bytes in the largest unit that leaves at least one. */
function bytesText(bytes: number): string {
  let rest = bytes;
  for (const unit of ['B', 'KB', 'MB', 'GB']) {
    if (rest < 1024) return unit === 'B' ? `${rest} B` : `${rest.toFixed(1)} ${unit}`;
    rest /= 1024;
  }
  return `${rest.toFixed(1)} TB`;
}
