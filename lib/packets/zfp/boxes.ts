/** A part of an array that is a whole number of blocks in the order of ZFP's stream, and small enough. */
export interface Box {
  /** Sizes, C order. */
  readonly counts: readonly number[];
  /** Places of its stretches in the array: the stretches follow one another in the box. */
  readonly starts: readonly number[];
  /** Values of a stretch. */
  readonly length: number;
}

/**
 * Cuts an array in C order into boxes of at most `most` values (256 or more), in the order in which ZFP codes blocks of 4 x 4 x ...: full
 * along the faster axes, as long as fits along one, of 4 along the slower ones.
 */
export function boxesOf(sizes: readonly number[], most: number): Box[] {
  const boxes: Box[] = [];
  const cut = (axis: number, outer: readonly number[], starts: readonly number[]) => {
    const inner = sizes.slice(axis + 1).reduce((product, size) => product * size, 1);
    const fits = Math.floor(most / (starts.length * inner));
    const step = fits >= 4 || fits >= sizes[axis] ? Math.max(4, fits - (fits % 4)) : 4;
    for (let start = 0; start < sizes[axis]; start += step) {
      const count = Math.min(step, sizes[axis] - start);
      if (count <= fits) {
        const counts = [...outer, count, ...sizes.slice(axis + 1)];
        boxes.push({ counts, starts: starts.map((each) => each + start * inner), length: count * inner });
      } else {
        const next = starts.flatMap((each) => Array.from({ length: count }, (_, i) => each + (start + i) * inner));
        cut(axis + 1, [...outer, count], next);
      }
    }
  };
  cut(0, [], [0]);
  return boxes;
}
