/** Writes an archive of made-up integers, in a process of its own: root, channels, chunks (or `endless`). */
import { StreamWriter } from '../../../lib/files/stream-writer.js';
import { toTime } from '../../../lib/time.js';
import { recording, roughIntegers } from './recordings.js';

const [root, channels, chunks] = process.argv.slice(2) as [string, string, string];
const isEndless = chunks === 'endless';
const size = isEndless ? 2000 : 40;
const writer = new StreamWriter(root, { network: 'XX', station: '{:05}' }).on('notice', () => {});
const data = roughIntegers(size * Number(channels), 5);
for (let k = 0; isEndless || k < Number(chunks); k++) {
  const start = toTime('2024-02-29') + BigInt(k * size) * 10_000_000n;
  await writer.submit(recording(data, Number(channels), { start }));
  if (isEndless && k === 5) console.log('writing');
}
await new Promise<void>((resolve) => writer.end(resolve));
console.log(`${writer.statistics.files} files`);
