/** Where axes have ticks and what is written at them. */
import { scaleLinear, scaleUtc } from 'd3-scale';
import { formatTime } from '../time.js';

/** One tick: its place as a fraction of the axis from its beginning, and its text. */
export interface Tick {
  at: number;
  text: string;
}

const MS = 1_000_000n;

/** Ticks at round UTC times, all written alike, and the date for the axis's name. Not finer than a millisecond. */
export function timeTicks([begin, end]: readonly [bigint, bigint], count: number): { ticks: Tick[]; date: string } {
  // a Date holds whole milliseconds; the places are computed from nanoseconds
  const dates = scaleUtc()
    .domain([new Date(Number(begin / MS)), new Date(Number(end / MS) + 1)])
    .ticks(count)
    .map((date) => BigInt(date.getTime()) * MS)
    .filter((time) => time >= begin && time <= end);
  const step = dates.length > 1 ? dates[1]! - dates[0]! : end - begin;
  const write = (time: bigint): string => {
    const text = formatTime(time, 3);
    if (step >= 86_400_000n * MS) return text.slice(0, 10);
    if (step >= 60_000n * MS) return text.slice(11, 16);
    if (step % (1_000n * MS) === 0n) return text.slice(11, 19);
    return text.slice(11, step % (100n * MS) === 0n ? 21 : step % (10n * MS) === 0n ? 22 : 23);
  };
  const span = Number(end - begin);
  const [first, last] = [formatTime(begin, 0).slice(0, 10), formatTime(end, 0).slice(0, 10)];
  const date = first === last ? first : `${first} to ${last}`;
  return { ticks: dates.map((time) => ({ at: Number(time - begin) / span, text: write(time) })), date };
}

/** Ticks at round numbers. */
export function numberTicks([begin, end]: readonly [number, number], count: number): Tick[] {
  const scale = scaleLinear().domain([begin, end]);
  // without thousands separators
  const format = scale.tickFormat(count, 'f');
  return scale.ticks(count).map((value) => ({ at: (value - begin) / (end - begin), text: format(value) }));
}

/** Ticks of a colour bar from -limit to limit, with a common power of ten where the numbers are very small or large. */
export function amplitudeTicks(limit: number, count: number): { ticks: Tick[]; power: number } {
  const exponent = Math.floor(Math.log10(limit));
  const power = exponent < -2 || exponent > 3 ? exponent : 0;
  // dividing by a whole power keeps 3e-7 from becoming 2.9999999999999996
  const scaled = power < 0 ? limit * 10 ** -power : limit / 10 ** power;
  return { ticks: numberTicks([-scaled, scaled], count), power };
}
