import { ArgumentError } from '../errors.js';

/** Checks that there are no options but these: a misspelt option must not be a silent default. Throws `BAD_ARGUMENT`. */
export function knownOptions(who: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new ArgumentError('BAD_ARGUMENT', `the options of ${who} are ${shown(options)}; allowed: an object`);
  for (const name of Object.keys(options))
    if (!known.includes(name))
      throw new ArgumentError('BAD_ARGUMENT', `${who} has no option ${name}; allowed: ${known.join(', ')}`);
}

/** Checks true or false. Throws `BAD_ARGUMENT`. */
export function flagOption(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean')
    throw new ArgumentError('BAD_ARGUMENT', `${name} is ${shown(value)}; allowed: true, false`);
  return value;
}

function shown(value: unknown): string {
  return typeof value === 'bigint' ? `${value}n` : typeof value === 'string' ? JSON.stringify(value) : String(value);
}
