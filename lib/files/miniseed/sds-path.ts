import { join } from 'node:path';
import { type ChannelCodes, channelId } from './channel-codes.js';
import { yearAndDay } from './write-record-header.js';

/** The day file of a channel in a SeisComP Data Structure: `YEAR/NET/STA/CHAN.TYPE/NET.STA.LOC.CHAN.TYPE.YEAR.DAY`. */
export function sdsPath(root: string, codes: ChannelCodes, type: string, day: number): string {
  const { year, dayOfYear } = yearAndDay(day);
  const years = String(year).padStart(4, '0');
  const name = `${channelId(codes)}.${type}.${years}.${String(dayOfYear).padStart(3, '0')}`;
  return join(root, years, codes.network, codes.station, `${codes.channel}.${type}`, name);
}
