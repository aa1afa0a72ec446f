/** Question: how long does it take to make a packet of an array? */
import { encodePacket } from '../lib/index.js';
import { describeArray } from '../test/interop/description.js';
import { benchArray, specTitle } from './bench-array.js';
import { measure } from './measure.js';
import { packetCases } from './packet-cases.js';
import type { Question } from './question.js';

export const packetEncode: Question = {
  name: 'packet-encode',
  title: 'Array to packet',
  method:
    'One array becomes the bytes of one packet, one packet at a time: `encodePacket` beside `xdas.processing.core.tobytes`. ' +
    'Both from an array in memory to bytes in memory; the time of the call as its caller sees it.',
  async run({ plan, peer, log }) {
    const python = await peer();
    const results = [];
    for (const { array: spec, title, ours, theirs } of packetCases) {
      const name = `${specTitle(spec)}, ${title}`;
      log(name);
      const array = benchArray(spec);
      await python.call('hold', { key: 'array', source: { arrays: [describeArray(array)] } });
      let packetBytes = 0;
      let theirBytes = 0;
      const measured = await measure(
        [
          {
            name: 'dasflow',
            async sample() {
              const start = process.hrtime.bigint();
              const frame = await encodePacket(array, { encoding: ours });
              const end = process.hrtime.bigint();
              packetBytes = frame.byteLength;
              return Number(end - start);
            },
          },
          {
            name: 'xdas 0.2.10',
            async sample() {
              const answer = await python.call<{ nanoseconds: number; bytes: number }>('time_encode', {
                key: 'array',
                encoding: theirs,
              });
              theirBytes = answer.bytes;
              return answer.nanoseconds;
            },
          },
        ],
        plan,
      );
      const notes = [`packet: ${packetBytes} bytes of dasflow, ${theirBytes} bytes of xdas`];
      results.push({ title: name, bytes: array.nbytes, notes, measured });
    }
    return results;
  },
};
