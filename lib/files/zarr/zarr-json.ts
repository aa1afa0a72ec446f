/** What JSON can hold, and 64-bit integers, which are written with all their digits. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;

/** An object of {@link Json}. */
export interface JsonObject {
  [name: string]: Json;
}

/**
 * JSON text as Zarr v3 has it: integers with all digits, and `"NaN"`, `"Infinity"`, `"-Infinity"` for numbers that JSON has no form
 * for (as the specification spells fill values).
 */
export function zarrJson(value: Json): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(zarrJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${zarrJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
