/** Question: how long does it take to make an array of a packet? */
import { type DataArray, decodePacket } from '../lib/index.js';
import { describeArray } from '../test/interop/description.js';
import { benchChunks, specTitle } from './bench-array.js';
import { type Contender, measure } from './measure.js';
import { packetCases } from './packet-cases.js';
import type { Question } from './question.js';

export const packetDecode: Question = {
  name: 'packet-decode',
  title: 'Packet to array',
  method:
    'The bytes of one packet, written by xdas 0.2.10, become an array, one packet at a time: `decodePacket` beside ' +
    '`xdas.processing.core.frombuffer`. dasflow decodes the packets of successive chunks of one stream (the first two of all ' +
    'make the template, before the samples); the samples of plain packets are the mean of 20. Compressed ones are decoded by one worker ' +
    'thread, and by two (`codecWorkers`), which then divide each packet between them.',
  async run({ plan, peer, log }) {
    const python = await peer();
    const results = [];
    for (const { array: spec, title, theirs, inOneSample } of packetCases) {
      const name = `${specTitle(spec)}, ${title}`;
      log(name);
      // Some chunks in turn: enough that no two packets after each other have the same time.
      const chunks = [...benchChunks(spec, Math.min(4, inOneSample))];
      const [array] = chunks as [DataArray];
      const { frames } = await python.call<{ frames: string[] }>('encode', {
        source: { arrays: chunks.map(describeArray) },
        encoding: theirs,
      });
      const packets = frames.map((frame) => new Uint8Array(Buffer.from(frame, 'base64')));
      const [frame] = packets as [Uint8Array];
      await python.call('hold_frame', { key: 'frame', frame: frames[0] });
      for (const packet of [...packets, ...packets]) await decodePacket(packet);
      const ours = (title: string, codecWorkers: number): Contender => ({
        name: title,
        async sample() {
          // Copies, as every packet on a socket is a buffer of its own; not timed.
          const own = Array.from({ length: inOneSample }, (_, k) => packets[k % packets.length]!.slice());
          let size = 0;
          const start = process.hrtime.bigint();
          for (const packet of own) size += (await decodePacket(packet, { codecWorkers })).data.size;
          const end = process.hrtime.bigint();
          if (size !== array.size * inOneSample) throw new Error(`${name}: decoded ${size} values`);
          return Number(end - start) / inOneSample;
        },
      });
      const measured = await measure(
        [
          ours('dasflow', 1),
          {
            name: 'xdas 0.2.10',
            sample: async () =>
              (await python.call<{ nanoseconds: number }>('time_decode', { key: 'frame' })).nanoseconds,
          },
          ...(theirs === null ? [] : [ours('dasflow, 2 workers', 2)]),
        ],
        plan,
      );
      results.push({ title: name, bytes: array.nbytes, notes: [`packet: ${frame.byteLength} bytes`], measured });
    }
    return results;
  },
};
