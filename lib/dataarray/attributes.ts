/** Attributes of arrays: plain values by name. */
import type { TypedArray } from '../dtype.js';

/** One attribute: text, several texts, a number, or several numbers. */
export type AttrValue = string | string[] | number | bigint | TypedArray;

/** Attributes by name. */
export type Attrs = Readonly<Record<string, AttrValue>>;

/** True if both have the same names with the same values; NaN equals NaN. */
export function attrsEqual(a: Attrs, b: Attrs): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && sameAttr(a[name]!, b[name]!));
}

function sameAttr(a: AttrValue, b: AttrValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b || (Number.isNaN(a) && Number.isNaN(b));
  if (a.constructor !== b.constructor || a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k] && !(Number.isNaN(a[k]) && Number.isNaN(b[k]))) return false;
  return true;
}
