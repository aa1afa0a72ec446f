/**
 * Points of a transform of `count` samples that are followed by at least half as many zeros, so that what a filter moves by less than
 * that does not wrap around: the smallest power of two from `1.5 count`, at least 2. Other lengths cost about three times as much per point.
 */
export function paddedLength(count: number): number {
  let length = 2;
  while (length < 1.5 * count) length *= 2;
  return length;
}
