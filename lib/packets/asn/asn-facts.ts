/**
 * What an OptoDAS header says about the measurement, as attributes of arrays that every packet and file can hold, and
 * back without loss:
 *
 * - text and numbers keep their name: `gaugeLength`, `unit`, `experiment`;
 * - lists of like records become columns: `sensitivities.factor`, `sensitivities.unit` (a value where there is one record, a
 *   list where there are several);
 * - all else (true, false, null, other lists and objects) is JSON text under its name; text that could be mistaken for that is
 *   JSON text too;
 * - what cannot be an attribute under its name is in `asnHeader`, JSON text of an object.
 */
import type { Attrs, AttrValue } from '../../dataarray/attributes.js';
import { isReservedAttribute, isStorableText } from '../cf-attributes.js';
import { type ASNHeader, isObject, type JsonValue, layoutKeys } from './asn-header.js';

/** The attribute with the JSON text of what no other attribute can hold. */
const REST = 'asnHeader';

/** All facts of a header as attributes; `roiTable` too where it says that the instrument decimated, which coordinates do not. */
export function attrsOfHeader(header: ASNHeader): Attrs {
  // Entries, not assignments: a key such as __proto__ is only a name here.
  const attrs: [string, AttrValue][] = [];
  const rest: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(header) as [string, JsonValue][]) {
    if (layoutKeys.has(key) && !(key === 'roiTable' && header.roiTable.some(({ roiDec }) => roiDec !== 1))) continue;
    const own = isPlainName(key) ? attrsOfFact(key, value) : null;
    if (own) attrs.push(...own);
    else rest.push([key, value]);
  }
  if (rest.length > 0) attrs.push([REST, JSON.stringify(Object.fromEntries(rest))]);
  return Object.fromEntries(attrs);
}

/** The facts in attributes that did not come from the layout of frames, as a header has them. The inverse of {@link attrsOfHeader}. */
export function factsOfAttrs(attrs: Attrs): Record<string, JsonValue> {
  const facts = new Map<string, JsonValue>();
  const tables = new Map<string, Map<string, readonly JsonValue[]>>();
  for (const [name, value] of Object.entries(attrs)) {
    if (name === REST) continue;
    const [key, field] = splitName(name);
    if (field === null) facts.set(key, factOfAttr(value));
    else {
      const columns = tables.get(key) ?? new Map<string, readonly JsonValue[]>();
      columns.set(field, listOf(value));
      tables.set(key, columns);
    }
  }
  for (const [key, columns] of tables) facts.set(key, rowsOf(columns));
  const rest = attrs[REST];
  const parsed = typeof rest === 'string' ? parsedJson(rest) : undefined;
  if (isObject(parsed)) for (const [key, value] of Object.entries(parsed)) facts.set(key, value);
  else if (rest !== undefined) facts.set(REST, factOfAttr(rest));
  return Object.fromEntries(facts);
}

function isPlainName(key: string): boolean {
  return key !== '' && key !== REST && !/[./]/.test(key) && isStorableText(key) && !isReservedAttribute(key);
}

function attrsOfFact(key: string, value: JsonValue): [string, AttrValue][] | null {
  if (typeof value === 'number') return [[key, value]];
  if (typeof value === 'string') {
    if (!isStorableText(value)) return null;
    return [[key, looksLikeJson(value) ? JSON.stringify(value) : value]];
  }
  const columns = columnsOf(value);
  if (columns) return [...columns].map(([field, list]) => [`${key}.${field}`, attrOfList(list)]);
  const text = JSON.stringify(value);
  return isStorableText(text) ? [[key, text]] : null;
}

/** Columns of a list of records with the same keys, each of numbers only or of text only; null for anything else. */
function columnsOf(value: JsonValue): Map<string, readonly JsonValue[]> | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return null;
  const rows = value as Record<string, JsonValue>[];
  const fields = Object.keys(rows[0]!);
  if (fields.length === 0 || !fields.every((field) => isPlainName(field))) return null;
  const columns = new Map<string, readonly JsonValue[]>();
  for (const field of fields) {
    const list = rows.map((row) => (Object.hasOwn(row, field) ? row[field]! : null));
    const isNumbers = list.every((item) => typeof item === 'number');
    const isTexts = list.every((item) => typeof item === 'string' && isStorableText(item));
    if (!isNumbers && !isTexts) return null;
    columns.set(field, list);
  }
  return rows.every((row) => Object.keys(row).length === fields.length) ? columns : null;
}

function attrOfList(list: readonly JsonValue[]): AttrValue {
  if (list.length === 1) return list[0] as string | number;
  return typeof list[0] === 'number' ? Float64Array.from(list as number[]) : [...(list as string[])];
}

function splitName(name: string): [key: string, field: string | null] {
  const dot = name.indexOf('.');
  const isColumn = dot > 0 && dot < name.length - 1 && !name.includes('.', dot + 1);
  return isColumn ? [name.slice(0, dot), name.slice(dot + 1)] : [name, null];
}

function listOf(value: AttrValue): readonly JsonValue[] {
  if (typeof value === 'object') return Array.from(value as ArrayLike<string | number | bigint>, plain);
  return [plain(value)];
}

function rowsOf(columns: Map<string, readonly JsonValue[]>): JsonValue {
  const length = Math.max(...[...columns.values()].map((list) => list.length));
  return Array.from({ length }, (_, row) =>
    Object.fromEntries([...columns].map(([field, list]) => [field, list[row] ?? null])),
  );
}

function factOfAttr(value: AttrValue): JsonValue {
  if (typeof value === 'object') return listOf(value);
  if (typeof value !== 'string') return plain(value);
  return looksLikeJson(value) ? parsedJson(value)! : value;
}

/** A number as JSON has it: text where it is none (NaN, infinities) or would lose digits. */
function plain(value: string | number | bigint): JsonValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** True for text that is the JSON of anything but a number. */
function looksLikeJson(text: string): boolean {
  const value = /^\s*(["[{]|true|false|null)/.test(text) ? parsedJson(text) : undefined;
  return value !== undefined && typeof value !== 'number';
}

function parsedJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
