/** Question: how long does it take to make a packet of an array? */
import { type DataArray, encodePacket } from '../lib/index.js';
import { describeArray } from '../test/interop/description.js';
import { benchChunks, specTitle } from './bench-array.js';
import { type Contender, measure } from './measure.js';
import { packetCases } from './packet-cases.js';
import type { Question } from './question.js';

export const packetEncode: Question = {
  name: 'packet-encode',
  title: 'Array to packet',
  method:
    'One array becomes the bytes of one packet, one packet at a time: `encodePacket` beside `xdas.processing.core.tobytes`. ' +
    'Both from an array in memory to bytes in memory; the time of the call as its caller sees it. dasflow encodes successive chunks of one ' +
    'stream, with their numbers, as a publisher does (the first two of all make the template, before the samples); the samples of plain packets are the mean of 20. ' +
    'Compressed ones are coded by one worker thread, and by two (`codecWorkers`), which then divide each packet between them. ' +
    'The floor: as many bytes copied into fresh memory.',
  async run({ plan, peer, log }) {
    const python = await peer();
    const results = [];
    for (const { array: spec, title, ours, theirs, inOneSample } of packetCases) {
      const name = `${specTitle(spec)}, ${title}`;
      log(name);
      const chunks = [...benchChunks(spec, inOneSample)];
      const [array] = chunks as [DataArray];
      await python.call('hold', { key: 'array', source: { arrays: [describeArray(array)] } });
      let sequence = 0n;
      const encode = (chunk: DataArray, codecWorkers = 1) =>
        encodePacket(chunk, { encoding: ours, stream: 'bench', sequence: sequence++, codecWorkers });
      for (let k = 0; k < 2; k++) await encode(array);
      let frame = await encode(array);
      let theirBytes = 0;
      const floor: Contender = {
        name: 'copying the bytes into fresh memory',
        async sample() {
          const start = process.hrtime.bigint();
          for (let k = 0; k < inOneSample; k++) new Uint8Array(frame.byteLength).set(frame);
          return Number(process.hrtime.bigint() - start) / inOneSample;
        },
      };
      const two: Contender = {
        name: 'dasflow, 2 workers',
        async sample() {
          const start = process.hrtime.bigint();
          for (const chunk of chunks) frame = await encode(chunk, 2);
          return Number(process.hrtime.bigint() - start) / inOneSample;
        },
      };
      const measured = await measure(
        [
          {
            name: 'dasflow',
            async sample() {
              const start = process.hrtime.bigint();
              for (const chunk of chunks) frame = await encode(chunk);
              return Number(process.hrtime.bigint() - start) / inOneSample;
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
          ...(ours === undefined ? [floor] : [two]),
        ],
        plan,
      );
      const notes = [`packet: ${frame.byteLength} bytes of dasflow, ${theirBytes} bytes of xdas`];
      results.push({ title: name, bytes: array.nbytes, notes, measured });
    }
    return results;
  },
};
