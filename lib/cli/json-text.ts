/** JSON of anything with bigints (as decimal text) and typed arrays (as lists); functions are left out. */
export function jsonText(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner: unknown) => {
      if (typeof inner === 'bigint') return inner.toString();
      if (ArrayBuffer.isView(inner)) return Array.from(inner as unknown as ArrayLike<unknown>, (one) => one);
      return inner;
    },
    2,
  );
}
