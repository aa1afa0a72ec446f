/** Velocity fans in the frequency-wavenumber domain, block by block. */
import { gatherPanel, PANEL, scatterPanel } from '../lane-panel.js';
import { type BlockTransform, sineWindow } from '../overlap-add.js';
import { fftPlan } from './fft-plan.js';
import { paddedLength } from './padded-length.js';
import { realFft } from './real-fft.js';

/** A fan of apparent velocities. */
export interface VelocityFan {
  /** Slowest and fastest, samples along the second axis per sample in time; null: no limit. */
  readonly vmin: number | null;
  readonly vmax: number | null;
  /** Width of the flanks outside of the fan, as a part of its limit: from `vmin (1 - taper)`, to `vmax (1 + taper)`. */
  readonly taper: number;
  /** Whether waves may go to larger (forward) and to smaller (backward) indices. */
  readonly forward: boolean;
  readonly backward: boolean;
  /** Whether what is in the fan goes through, or what is not. */
  readonly pass: boolean;
}

/** Layout of the blocks: `batch` times `size` rows (time) of `channels`, C order. */
export interface FanBlocks {
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
}

/**
 * The weight at `f` cycles per sample (0 or positive) and `k` cycles per channel, for a spectrum of numpy.fft's sign: a wave
 * towards larger indices has a negative `k`. `oneSided` is false at frequencies and wavenumbers that stand for both
 * directions: 0 and Nyquist.
 */
function fanWeight(
  { vmin, vmax, taper, forward, backward, pass }: VelocityFan,
  f: number,
  k: number,
  oneSided: boolean,
) {
  let weight = 1;
  if (oneSided && !(k < 0 ? forward : backward)) weight = 0;
  else {
    const v = k === 0 ? Number.POSITIVE_INFINITY : f / Math.abs(k);
    if (vmin !== null && v < vmin) weight = flank((vmin - v) / vmin, taper);
    if (vmax !== null && v > vmax) weight *= flank((v - vmax) / vmax, taper);
  }
  return pass ? weight : 1 - weight;
}

function flank(outside: number, taper: number): number {
  return outside >= taper ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * outside) / taper);
}

/**
 * Makes the transform of blocks. It owns scratch memory: the half spectrum of a block in time, `time / 2 + 1` complex numbers of
 * each channel, two padded rows of channels and 8 lanes.
 */
export function fanFilter({ batch, size, channels }: FanBlocks, fan: VelocityFan): BlockTransform {
  const time = paddedLength(size);
  const space = paddedLength(channels);
  const inTime = realFft(time);
  const inSpace = fftPlan(space);
  const bins = time / 2 + 1;
  const window = sineWindow(size);
  const lanes = { outer: batch, length: size, inner: channels };
  const panel = new Float64Array(PANEL * size);
  const row = new Float64Array(time);
  const lane = new Float64Array(2 * bins);
  const spectrum = new Float64Array(2 * bins * channels);
  const padded = new Float64Array(2 * space);
  const wave = new Float64Array(2 * space);

  const filterRow = (f: number) => {
    const from = 2 * f * channels;
    padded.set(spectrum.subarray(from, from + 2 * channels));
    padded.fill(0, 2 * channels);
    inSpace.transform(wave, padded);
    const edge = f === 0 || f === bins - 1;
    for (let j = 0; j < space; j++) {
      const k = (2 * j < space ? j : j - space) / space;
      const weight = fanWeight(fan, f / time, k, !(edge || j === 0 || 2 * j === space));
      wave[2 * j] *= weight;
      wave[2 * j + 1] *= -weight; // conjugated: the forward transform goes back
    }
    inSpace.transform(padded, wave);
    for (let e = 0; e < 2 * channels; e += 2) {
      spectrum[from + e] = padded[e] / space;
      spectrum[from + e + 1] = -padded[e + 1] / space;
    }
  };

  return (block, out) => {
    for (let o = 0; o < batch; o++) {
      for (let i = 0; i < channels; i += PANEL) {
        const width = Math.min(PANEL, channels - i);
        gatherPanel(block, lanes, o, i, width, 0, size, panel, size);
        for (let c = 0; c < width; c++) {
          for (let t = 0; t < size; t++) row[t] = window[t] * panel[c * size + t];
          row.fill(0, size);
          inTime.forward(lane, row);
          for (let f = 0, at = 2 * (i + c); f < bins; f++, at += 2 * channels) {
            spectrum[at] = lane[2 * f];
            spectrum[at + 1] = lane[2 * f + 1];
          }
        }
      }
      for (let f = 0; f < bins; f++) filterRow(f);
      for (let i = 0; i < channels; i += PANEL) {
        const width = Math.min(PANEL, channels - i);
        for (let c = 0; c < width; c++) {
          for (let f = 0, at = 2 * (i + c); f < bins; f++, at += 2 * channels) {
            lane[2 * f] = spectrum[at];
            lane[2 * f + 1] = spectrum[at + 1];
          }
          inTime.inverse(row, lane);
          for (let t = 0; t < size; t++) panel[c * size + t] = (row[t] / time) * window[t];
        }
        scatterPanel(panel, size, out, lanes, o, i, width, 0, size);
      }
    }
  };
}
