import { AxisCoordinate } from '../../coordinates/coordinate.js';
import type { DataArray } from '../../dataarray/data-array.js';
import { ArgumentError } from '../../errors.js';

/** The four codes that name a channel in SEED. */
export interface ChannelCodes {
  network: string;
  station: string;
  location: string;
  channel: string;
}

const levels = ['network', 'station', 'location', 'channel'] as const;
type Level = (typeof levels)[number];

/**
 * What names channels: a code or template for all, or a list with one for each, in the order of the array. `{:05}` is the number of the
 * channel from 1, in 5 digits. Default: what the array says, by text coordinates called `network`, `station`, `location` and `channel`, or by
 * ids such as `9N.00066..HSF` along a dimension (xdas: `from_stream`).
 */
export interface ChannelNames {
  /** 1 or 2 letters or digits. No default: needed where the array does not say it. */
  network?: string | readonly string[];
  /** 1 to 5 letters or digits. Default, where the array does not say it, `'{:05}'` (xdas: `DAS{:05}`, which miniSEED has no room for). */
  station?: string | readonly string[];
  /** 2 letters or digits, or nothing (`''` or `'--'`). Default `'00'`, as in xdas. */
  location?: string | readonly string[];
  /** 3 letters or digits; `{:1}` is the letter of the band of the rate. Default `'{:1}N1'`, as in xdas; DAS strain rate is often `'{:1}SF'`. */
  channel?: string | readonly string[];
}

const allowed: Record<Level, { pattern: RegExp; text: string }> = {
  network: { pattern: /^[A-Za-z0-9]{1,2}$/, text: '1 or 2 letters or digits' },
  station: { pattern: /^[A-Za-z0-9]{1,5}$/, text: '1 to 5 letters or digits' },
  location: { pattern: /^([A-Za-z0-9]{1,2})?$/, text: '2 letters or digits, or nothing (--)' },
  channel: { pattern: /^[A-Za-z0-9]{3}$/, text: '3 letters or digits' },
};

/** What is not given is named so, where the array does not name it; a network has no default. */
const defaults: Partial<Record<Level, string>> = { station: '{:05}', location: '00', channel: '{:1}N1' };

const placeholder = /\{(?::(0?)(\d*)d?)?\}/g;
const idLabel = /^[A-Za-z0-9]{1,2}\.[A-Za-z0-9]{1,5}\.[A-Za-z0-9]{0,2}\.[A-Za-z0-9]{3}$/;

/** Codes joined as ObsPy has them: `NET.STA.LOC.CHA`. */
export function channelId({ network, station, location, channel }: ChannelCodes): string {
  return `${network}.${station}.${location}.${channel}`;
}

/** Checks what can be checked before there is an array. Throws `BAD_ARGUMENT`. */
export function checkChannelNames(names: ChannelNames, who: string): void {
  for (const level of levels) {
    const given: unknown = names[level];
    if (given === undefined) continue;
    const codes = Array.isArray(given) ? (given as unknown[]) : [given];
    for (const code of codes)
      if (typeof code !== 'string' || !isAllowed(level, fill(code, level === 'channel' ? 'H' : '1')))
        throw new ArgumentError(
          'BAD_ARGUMENT',
          `${who}: ${level} is ${JSON.stringify(code)}; allowed: ${allowed[level].text}, with {:05} for the number of the ` +
            'channel (of channel: {:1} for the letter of the band), or a list with one for each channel',
        );
  }
}

/**
 * The codes of the channels of an array, in C order of its dimensions beside `timeDim`. A level is named by the first of: the option;
 * labels or a scalar coordinate of text called as it is; ids such as `9N.00066..HSF` that label a dimension
 * (xdas: `from_stream`); the default. Templates count channels from 1, and take the band from the rate, as xdas's `to_stream`.
 *
 * Throws `BAD_ARGUMENT` where a level has no name or one that SEED does not allow, or two channels have the same.
 */
export function channelCodes(
  array: DataArray,
  timeDim: string,
  names: ChannelNames,
  rate: number,
  who: string,
): ChannelCodes[] {
  const dims = array.dims.filter((dim) => dim !== timeDim);
  const shape = dims.map((dim) => array.sizes[dim]!);
  const count = shape.reduce((product, size) => product * size, 1);
  const found = Object.fromEntries(levels.map((level) => [level, codesOf(array, dims, level, names, who)]));
  const band = bandCode(rate);
  const codes: ChannelCodes[] = [];
  const seen = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const places = placesOf(index, shape);
    const code = {} as ChannelCodes;
    for (const level of levels) {
      const { text, isTemplate } = found[level]!(index, places, count);
      code[level] = isTemplate ? fill(text, level === 'channel' ? band : String(index + 1)) : text;
      if (code[level] === '--') code[level] = '';
      if (!isAllowed(level, code[level]))
        throw new ArgumentError(
          'BAD_ARGUMENT',
          `${who}: the ${level} of channel ${index} would be ${JSON.stringify(code[level])}; allowed: ${allowed[level].text}`,
        );
    }
    const id = channelId(code);
    const other = seen.get(id);
    if (other !== undefined)
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `${who}: channels ${other} and ${index} would both be ${id}; a template such as station: '{:05}' tells them apart`,
      );
    seen.set(id, index);
    codes.push(code);
  }
  return codes;
}

type Naming = (index: number, places: readonly number[], count: number) => { text: string; isTemplate: boolean };

function codesOf(array: DataArray, dims: readonly string[], level: Level, names: ChannelNames, who: string): Naming {
  const given = names[level];
  if (typeof given === 'string') return () => ({ text: given, isTemplate: true });
  if (given !== undefined)
    return (index, _places, count) => {
      if (given.length !== count)
        throw new ArgumentError(
          'BAD_SHAPE',
          `${who}: ${level} lists ${given.length} codes for ${count} channel${count === 1 ? '' : 's'}`,
        );
      return { text: given[index]!, isTemplate: true };
    };
  const ids = idDim(array, dims);
  const own = array.coords.get(level);
  if (own && own.dtype === 'string' && !(ids && ids.dim === level)) {
    const values = own.values as string[];
    if (own.dim === null) return () => ({ text: values[0]!, isTemplate: false });
    const axis = dims.indexOf(own.dim);
    if (axis >= 0) return (_index, places) => ({ text: values[places[axis]!]!, isTemplate: false });
  }
  if (ids) {
    const part = levels.indexOf(level);
    const axis = dims.indexOf(ids.dim);
    const parts = ids.labels.map((label) => label.split('.')[part]!);
    return (_index, places) => ({ text: parts[places[axis]!]!, isTemplate: false });
  }
  const text = defaults[level];
  if (text === undefined)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${who}: the array has no text coordinate ${level}, so the option ${level} is needed: ${allowed[level].text}`,
    );
  return () => ({ text, isTemplate: true });
}

function idDim(array: DataArray, dims: readonly string[]): { dim: string; labels: string[] } | null {
  for (const dim of dims) {
    const coord = array.coords.get(dim);
    if (!(coord instanceof AxisCoordinate) || coord.dtype !== 'string') continue;
    const labels = coord.values as string[];
    if (labels.length > 0 && labels.every((label) => idLabel.test(label))) return { dim, labels };
  }
  return null;
}

function placesOf(index: number, shape: readonly number[]): number[] {
  const places = new Array<number>(shape.length);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    places[axis] = rest % shape[axis]!;
    rest = (rest - places[axis]!) / shape[axis]!;
  }
  return places;
}

function fill(template: string, value: string): string {
  return template.replace(placeholder, (_all, zero: string | undefined, width: string | undefined) =>
    value.padStart(Number(width || 0), zero ? '0' : ' '),
  );
}

function isAllowed(level: Level, code: string): boolean {
  return allowed[level].pattern.test(code) || (level === 'location' && code === '--');
}

/** Letters of SEED's bands from 1 microhertz to 5 kHz, and the lowest rate of each, as ObsPy and xdas have them. */
const bands = 'TPRUVLMBHCF';
const lowest = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 80, 250, 1000, 5000];

/** The letter of the band of a rate in Hz; X outside of all. */
export function bandCode(rate: number): string {
  const index = lowest.filter((limit) => rate >= limit).length - 1;
  return bands[index] ?? 'X';
}
