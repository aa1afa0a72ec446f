// Times the ZFP kernel of lib/packets/zfp beside the plugin in HDF5, on one array of 1000 x 1000 values at an accuracy of 1e-3.
//   npm run build && node scripts/time-zfp.mjs [rounds]
// The kernel: all chunks, one after another, on this thread. HDF5: a packet of the array, less the same one without a filter
// (which is the plugin and what HDF5 does for it); as the caller sees it. Rounds take turns; printed are the median and the fastest, in ms.
import { DataArray, decodePacket, encodePacket } from '../dist/lib/index.js';
import { readNetcdf } from '../dist/lib/packets/hdf5/read-netcdf.js';
import { zfpDecodeChunk, zfpEncodeChunk } from '../dist/lib/packets/zfp/zfp-chunk.js';

const rounds = Number(process.argv[2] ?? 15);
const accuracy = 1e-3;
const size = 1000 * 1000;

/** Standard normal, the same in each run. */
function noise(length) {
  let seed = 12345;
  const uniform = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed + 0.5) / 2 ** 32;
  };
  return Float64Array.from({ length }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}

const inputs = {
  noise: noise(size),
  'sine with a little noise': noise(size).map(
    (value, i) => Math.sin((i % 1000) / 40) * Math.cos(i / 30000) + value / 500,
  ),
};
const cases = [
  ['float32', [1000, 1000], [8, 500]],
  ['float32', [1000, 1000], [250, 1000]],
  ['float64', [1000, 1000], [250, 1000]],
  ['float32', [1000000], [100000]],
  ['float32', [100, 100, 100], [20, 100, 100]],
];

const text = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1].toFixed(1)} (${sorted[0].toFixed(1)})`;
};

for (const [dtype, shape, chunks] of cases)
  for (const [kind, values] of Object.entries(inputs)) {
    const x = dtype === 'float32' ? Float32Array.from(values) : values;
    const array = new DataArray({ data: x, shape, dims: shape.map((_, axis) => `d${axis}`) });
    const compressed = { encoding: { chunks, zfp: { accuracy } } };
    const plain = { encoding: { chunks } };
    const frame = await encodePacket(array, compressed);
    const plainFrame = await encodePacket(array, plain);
    const { storage } = (await readNetcdf(frame)).variables.find((variable) => variable.storage);
    const { clientData } = storage.filters[0];
    const length = chunks.reduce((product, each) => product * each, 1);
    // (The chunks of a row-major array are copied together first; here any stretch of it will do.)
    const parts = Array.from({ length: size / length }, (_, i) => x.subarray(i * length, (i + 1) * length));
    let coded = [];
    const works = {
      'kernel encode': () => (coded = parts.map((part) => zfpEncodeChunk(part, chunks, clientData))),
      'kernel decode': () => coded.forEach((bytes) => void zfpDecodeChunk(bytes, dtype, chunks, clientData)),
      'HDF5 encode': () => encodePacket(array, compressed),
      'HDF5 decode': () => decodePacket(frame),
      'plain encode': () => encodePacket(array, plain),
      'plain decode': () => decodePacket(plainFrame),
    };
    const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
    for (let round = -3; round < rounds; round++)
      for (const [name, work] of Object.entries(works)) {
        const start = performance.now();
        await work();
        if (round >= 0) times[name].push(performance.now() - start);
      }
    const stored = coded.reduce((total, { length: bytes }) => total + bytes, 0);
    console.log(`${dtype} [${chunks}] ${kind}, ${stored} bytes`);
    for (const way of ['encode', 'decode'])
      console.log(
        `  ${way}: kernel ${text(times[`kernel ${way}`])}, HDF5 ${text(times[`HDF5 ${way}`])}, without filter ${text(times[`plain ${way}`])}`,
      );
  }
process.exit(0);
