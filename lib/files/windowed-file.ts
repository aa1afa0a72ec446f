import type { Indexer } from '../dataarray/data-array.js';
import type { ArrayFile, Range } from './array-file.js';

/** What is taken along one axis: a stretch, or one sample, whose axis goes. */
export type Window = Range | number;

/** Part of a file as a file: of each axis a stretch, or one sample. Reading it reads no more. */
export function windowedFile(file: ArrayFile, windows: readonly Window[]): ArrayFile {
  const { dims } = file.outline;
  const indexers = windows.map((window, i): [string, Indexer] => [
    dims[i]!,
    typeof window === 'number' ? window : { start: window[0], stop: window[1] },
  ]);
  return {
    ...file,
    outline: file.outline.isel(Object.fromEntries(indexers)),
    read: (ranges) => {
      let kept = 0;
      return file.read(
        windows.map((window): Range => {
          if (typeof window === 'number') return [window, window + 1];
          const [first, last] = ranges[kept++]!;
          return [first + window[0], last + window[0]];
        }),
      );
    },
  };
}
