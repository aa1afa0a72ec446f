/**
 * The candidate nearest to a mistyped word: same letters in another case, or at most a third of the letters (and at
 * least one) inserted, deleted, replaced or swapped with their neighbour; of equally near ones that which begins alike.
 * `null` where nothing is near.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits =
      candidate.toLowerCase() === word.toLowerCase() ? 0 : editDistance(word.toLowerCase(), candidate.toLowerCase());
    const alike = candidate[0] === word[0] && best?.[0] !== word[0];
    if (edits < least || (edits === least && best !== null && alike)) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours each count one. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** ` (did you mean Filter?)`, or nothing where no candidate is near: the end of a sentence about a wrong name. */
export function hint(word: string, candidates: Iterable<string>): string {
  const near = didYouMean(word, candidates);
  return near === null ? '' : ` (did you mean ${near}?)`;
}
