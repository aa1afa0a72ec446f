/** The recording that the live tests cut into packets: made here, from a formula, so that both sides can be told all of it. */
import { DataArray, InterpCoordinate } from '../../lib/index.js';

/** Options of {@link wave}. */
export interface WaveOptions {
  samples: number;
  channels: number;
  dtype?: 'float32' | 'float64';
  /** First time; default an odd number of nanoseconds. */
  start?: string;
}

/** Two waves of different frequencies that travel along the fibre, at 100 Hz and 10 m, with regular coordinates. */
export function wave({
  samples,
  channels,
  dtype = 'float64',
  start = '2024-05-21T12:34:56.123456789',
}: WaveOptions): DataArray {
  const data = new (dtype === 'float32' ? Float32Array : Float64Array)(samples * channels);
  for (let k = 0; k < data.length; k++) {
    const [time, channel] = [Math.floor(k / channels) / 100, k % channels];
    data[k] = Math.sin(2 * Math.PI * 3.1 * time + channel / 7) + 0.3 * Math.sin(2 * Math.PI * 17 * time - channel / 3);
  }
  return new DataArray({
    data,
    shape: [samples, channels],
    coords: {
      time: InterpCoordinate.fromBlock(start, samples, '10ms', { dim: 'time' }),
      distance: InterpCoordinate.fromBlock(0, channels, 10, { dim: 'distance' }),
    },
    dims: ['time', 'distance'],
  });
}
