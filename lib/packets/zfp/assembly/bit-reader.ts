// Bits, the lowest first, from bytes.

/** The bit that is next, counted from address 0. */
export let inPosition: u32 = 0;

export function moveTo(position: u32): void {
  inPosition = position;
}

/** At least 57 bits from `position` on; higher ones of the result are 0. */
export function peek(position: u32): u64 {
  return load<u64>(position >> 3) >> (position & 7);
}

export function readBit(): u32 {
  const bit = (<u32>load<u8>(inPosition >> 3) >> (inPosition & 7)) & 1;
  inPosition++;
  return bit;
}
