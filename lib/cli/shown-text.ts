import { isAbsolute, relative } from 'node:path';

/** An address for people: paths as seen from the working directory where that is shorter, URLs as they are. */
export function shownAddress(address: string): string {
  if (!isAbsolute(address)) return address;
  const seen = relative(process.cwd(), address) || '.';
  return seen.length < address.length ? seen : address;
}

/** `1 chunk`, `2 chunks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
