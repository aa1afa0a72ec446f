/** Question: how long does it take to make an array of a packet? */
import { decodePacket } from '../lib/index.js';
import { describeArray } from '../test/interop/description.js';
import { benchArray, specTitle } from './bench-array.js';
import { measure } from './measure.js';
import { packetCases } from './packet-cases.js';
import type { Question } from './question.js';

export const packetDecode: Question = {
  name: 'packet-decode',
  title: 'Packet to array',
  method:
    'The bytes of one packet, written by xdas 0.2.10, become an array, one packet at a time: `decodePacket` beside ' +
    '`xdas.processing.core.frombuffer`. The same bytes for both.',
  async run({ plan, peer, log }) {
    const python = await peer();
    const results = [];
    for (const { array: spec, title, theirs } of packetCases) {
      const name = `${specTitle(spec)}, ${title}`;
      log(name);
      const array = benchArray(spec);
      const { frames } = await python.call<{ frames: string[] }>('encode', {
        source: { arrays: [describeArray(array)] },
        encoding: theirs,
      });
      const frame = new Uint8Array(Buffer.from(frames[0]!, 'base64'));
      await python.call('hold_frame', { key: 'frame', frame: frames[0] });
      const measured = await measure(
        [
          {
            name: 'dasflow',
            async sample() {
              // a copy, as every packet on a socket is a buffer of its own; not timed
              const own = frame.slice();
              const start = process.hrtime.bigint();
              const { data } = await decodePacket(own);
              const end = process.hrtime.bigint();
              if (data.size !== array.size) throw new Error(`${name}: decoded ${data.shape}`);
              return Number(end - start);
            },
          },
          {
            name: 'xdas 0.2.10',
            sample: async () =>
              (await python.call<{ nanoseconds: number }>('time_decode', { key: 'frame' })).nanoseconds,
          },
        ],
        plan,
      );
      results.push({ title: name, bytes: array.nbytes, notes: [`packet: ${frame.byteLength} bytes`], measured });
    }
    return results;
  },
};
