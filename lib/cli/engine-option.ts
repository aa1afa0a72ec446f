import { parse } from 'yaml';
import { ArgumentError, type Engine } from '../index.js';

/** What `--engine` says: a name, or a name with its options in YAML. Throws `BAD_ARGUMENT` where it is no YAML. */
export function engineOption(text: string | undefined): Engine {
  if (text === undefined || /^[\w-]+$/.test(text)) return text ?? null;
  try {
    return parse(text) as Engine;
  } catch (cause) {
    throw new ArgumentError('BAD_ARGUMENT', `--engine ${text}: ${(cause as Error).message}`, { cause });
  }
}
