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
        source += setSource(pattern.slice(at + 1, end));
        at = end;
      }
    } else source += char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  const test = new RegExp(`^(?:${source})$`, 's');
  return (name) => test.test(name);
}

/** A set of characters (what is between the brackets) as regular expression; ranges that run backward are empty. */
function setSource(text: string): string {
  const isOthers = text.startsWith('!');
  const set = isOthers ? text.slice(1) : text;
  let inside = '';
  for (let at = 0; at < set.length; at++) {
    const [first, last] = [set[at]!, set[at + 2]];
    if (set[at + 1] === '-' && last !== undefined) {
      if (first <= last) inside += `${escaped(first)}-${escaped(last)}`;
      at += 2;
    } else inside += escaped(first);
  }
  return `[${isOthers ? '^' : ''}${inside}]`;
}

const escaped = (char: string) => char.replace(/[\\\]^[-]/, '\\$&');
