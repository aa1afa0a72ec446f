import type { z } from 'zod';
import { hint } from './did-you-mean.js';

/** A mistake in options: which one, and what is wrong. */
export interface OptionMistake {
  path: (string | number)[];
  /** True where the option's name is wrong, not its value. */
  atKey: boolean;
  text: string;
}

type Issue = z.core.$ZodIssue;

/**
 * Checks options against a schema and says in plain words what is wrong. Returns the parsed options (defaults filled
 * in) where there is no mistake.
 */
export function checkOptions(
  schema: z.ZodType,
  options: unknown,
): { value: unknown; mistakes: readonly OptionMistake[] } {
  const parsed = schema.safeParse(options);
  if (parsed.success) return { value: parsed.data, mistakes: [] };
  return {
    value: undefined,
    mistakes: parsed.error.issues.flatMap((issue) => explainIssue(issue, optionNames(schema))),
  };
}

/** The names of the options that a schema of an object has; none for another schema. */
export function optionNames(schema: unknown): string[] {
  const shape = (schema as { shape?: Record<string, unknown> } | null)?.shape;
  return shape ? Object.keys(shape) : [];
}

/** A schema's complaint in plain words; `allowed` are the names of the options at the top (a `?` behind one is not part of it). */
export function explainIssue(issue: z.core.$ZodIssue, allowed: readonly string[]): OptionMistake[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') {
    const known = path.length === 0 ? allowed : [];
    const names = known.map((name) => name.replace(/\?$/, ''));
    return issue.keys.map((key) => ({
      path: [...path, key],
      atKey: true,
      text: `unknown option ${key}${hint(key, names)}${known.length ? `; allowed: ${known.join(', ')}` : ''}`,
    }));
  }
  const name = path.length ? `${path.join('.')}: ` : '';
  return [{ path, atKey: false, text: name + sentence(issue) }];
}

function sentence(issue: Issue): string {
  if (issue.code === 'invalid_union') {
    const ways = issue.errors.flatMap((errors) => errors.map(sentence));
    return [...new Set(ways)].join(', or ') || issue.message;
  }
  if (issue.code === 'invalid_value') return `allowed: ${issue.values.map((value) => String(value)).join(', ')}`;
  return issue.message
    .replace(/^(Invalid input|Too small|Too big): /, '')
    .replace(/\b(tuple|array)\b/, 'list')
    .replace(/\brecord\b/, 'mapping');
}
