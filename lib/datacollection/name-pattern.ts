/** A pattern of shell wildcards as a test of names: `*`, `?`, `[abc]`, `[!abc]`, as Python's `fnmatch` reads it; case counts. */
export function namePattern(pattern: string): (name: string) => boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (char === '[') {
      // The bracket right after `[` or `[!` is one of the set.
      const end = pattern.indexOf(']', at + (pattern[at + 1] === '!' ? 3 : 2));
      if (end < 0) source += '\\[';
      else {
        const set = pattern
          .slice(at + 1, end)
          .replaceAll('\\', '\\\\')
          .replaceAll('[', '\\[')
          .replaceAll(']', '\\]');
        source += set.startsWith('!') ? `[^${set.slice(1)}]` : `[${set.replace(/^\^/, '\\^')}]`;
        at = end;
      }
    } else source += char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  const test = new RegExp(`^(?:${source})$`, 's');
  return (name) => test.test(name);
}
