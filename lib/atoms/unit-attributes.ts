/** The unit of samples among the attributes of an array: `units` (CF section 3.1), or `unit` as OptoDAS headers call it. */
import type { Attrs } from '../dataarray/attributes.js';

const names = ['units', 'unit'] as const;

/** The unit that `attrs` state; null where they state none. */
export function unitOf(attrs: Attrs): string | null {
  for (const name of names) {
    const value = attrs[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return null;
}

/** `attrs` with the unit replaced under the names that they have; as they are where they state none. `1` is no unit (CF). */
export function withUnit(attrs: Attrs, unit: string): Attrs {
  const changed: Record<string, Attrs[string]> = { ...attrs };
  for (const name of names) if (typeof changed[name] === 'string') changed[name] = unit;
  return changed;
}

/**
 * The unit of a rate without its "per second": `nm/m/s` is `nm/m`, `strain/s` `strain`, `1/s` and `s-1` `1`,
 * `rad/(s*m)` `rad/m`. Null where it is no rate, or spelt otherwise.
 */
export function withoutPerSecond(unit: string): string | null {
  const text = unit.trim();
  if (/^(Hz|s-1|s\^-1|s\*\*-1|s\^\{-1\}|s⁻¹)$/.test(text)) return '1';
  const fraction = /^(.*?)\s*\/\s*\(\s*([^()]*)\s*\)$/.exec(text);
  if (fraction) {
    const factors = fraction[2]!.split(/\s*[*·. ]\s*/).filter((factor) => factor !== '');
    const at = factors.indexOf('s');
    if (at < 0) return null;
    factors.splice(at, 1);
    return over(fraction[1]!, factors);
  }
  const parts = text.split('/').map((part) => part.trim());
  const slash = parts.lastIndexOf('s');
  if (slash > 0) {
    parts.splice(slash, 1);
    return parts.join('/');
  }
  const power = /^(.*?)[\s*·.]+s(?:-1|\^-1|\*\*-1|\^\{-1\}|⁻¹)$/.exec(text);
  return power ? power[1]!.trim() : null;
}

function over(numerator: string, factors: string[]): string {
  if (factors.length === 0) return numerator;
  return `${numerator}/${factors.length === 1 ? factors[0] : `(${factors.join('*')})`}`;
}
