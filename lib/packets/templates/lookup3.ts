/** The checksum of HDF5's newer object headers: Bob Jenkins's lookup3 `hashlittle` (2006, public domain), seed 0. */

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** lookup3 of `bytes[start, end)`, as an unsigned number of 32 bits. */
export function lookup3(bytes: Uint8Array, start: number, end: number): number {
  let length = end - start;
  let a = (0xdeadbeef + length) | 0;
  let b = a;
  let c = a;
  let at = start;
  const word = (k: number): number => bytes[k]! | (bytes[k + 1]! << 8) | (bytes[k + 2]! << 16) | (bytes[k + 3]! << 24);
  while (length > 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = (a - c) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 4);
    b = (b + a) | 0;
    length -= 12;
    at += 12;
  }
  if (length === 0) return c >>> 0;
  // The rest, as if zeros followed.
  const rest = [0, 0, 0];
  for (let k = 0; k < length; k++) rest[k >> 2]! |= bytes[at + k]! << (8 * (k & 3));
  a = (a + rest[0]!) | 0;
  b = (b + rest[1]!) | 0;
  c = (c + rest[2]!) | 0;
  c = (c ^ b) - rotate(b, 14);
  a = (a ^ c) - rotate(c, 11);
  b = (b ^ a) - rotate(a, 25);
  c = (c ^ b) - rotate(b, 16);
  a = (a ^ c) - rotate(c, 4);
  b = (b ^ a) - rotate(a, 14);
  c = (c ^ b) - rotate(b, 24);
  return c >>> 0;
}
