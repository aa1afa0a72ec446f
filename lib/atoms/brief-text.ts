/** A short text of an option or argument; what is long is named by its type. */
export function briefText(value: unknown): string {
  if (typeof value === 'function') return value.name || 'function';
  if (ArrayBuffer.isView(value)) return `<${value.constructor.name}>`;
  const text =
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? String(value);
  return text.length > 30 ? `<${(value as object)?.constructor?.name ?? typeof value}>` : text;
}
