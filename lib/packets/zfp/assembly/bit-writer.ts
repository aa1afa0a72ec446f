// Bits, the lowest first, into bytes. Whoever writes many keeps the three in locals and puts them back.

/** Where the next byte goes. */
export let outAt: usize = 0;
/** Bits that wait, fewer than 8 between calls ... */
export let outCount: u64 = 0;
/** ... and what they are. */
export let outBits: u64 = 0;

export function putBack(at: usize, count: u64, bits: u64): void {
  outAt = at;
  outCount = count;
  outBits = bits;
}

/** Starts at an address. */
export function startWriting(at: usize): void {
  putBack(at, 0, 0);
}

/** The address after the last whole byte. */
export function writtenTo(): usize {
  return outAt;
}

/** Moves what was begun but is no whole byte yet to another address. */
export function continueWriting(at: usize): void {
  outAt = at;
}

/** Fills the last byte with zeros; gives the address after it. */
export function flushWriting(): usize {
  store<u8>(outAt, <u8>outBits);
  const end = outAt + (outCount > 0 ? 1 : 0);
  putBack(end, 0, 0);
  return end;
}

/** At most 56 bits; what is above them must be 0. */
export function write(bits: u64, count: u64): void {
  const all = outBits | (bits << outCount);
  const length = outCount + count;
  store<u64>(outAt, all);
  outAt += <usize>(length >> 3);
  outBits = all >> (length & 56);
  outCount = length & 7;
}

/** The bit that is next, counted from address 0. */
export function outPosition(): u32 {
  return ((<u32>outAt) << 3) + <u32>outCount;
}

/** Takes back what was written from a bit on. */
export function truncate(position: u32): void {
  const at: usize = position >> 3;
  const count = <u64>(position & 7);
  putBack(at, count, <u64>load<u8>(at) & ((1 << count) - 1));
}

/** Writes zeros. */
export function pad(count: u32): void {
  for (; count > 56; count -= 56) write(0, 56);
  write(0, count);
}
