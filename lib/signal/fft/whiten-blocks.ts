/** Spectral whitening of blocks of lanes (Bensen et al., 2007). */

import { gatherPanel, PANEL, scatterPanel } from '../lane-panel.js';
import type { Lanes } from '../lanes.js';
import { movingMean } from '../moving-mean.js';
import { type BlockTransform, sineWindow } from '../overlap-add.js';
import { paddedLength } from './padded-length.js';
import { realFft } from './real-fft.js';

/** How blocks are whitened; frequencies in cycles per sample. */
export interface Whitening {
  /** The band that is kept; null: no corner there. */
  readonly low: number | null;
  readonly high: number | null;
  /** Width of the cosine flanks outside of the band. */
  readonly taper: number;
  /** Width of the running mean of the amplitude spectrum. */
  readonly smoothing: number;
  /** The least divisor, as a part of the largest smoothed amplitude in the band. */
  readonly water: number;
}

/** Makes the transform of blocks of `size` samples; see `SpectralWhitening`. It owns scratch memory for 8 lanes and a spectrum. */
export function whitenBlocks(lanes: Lanes, size: number, whitening: Whitening): BlockTransform {
  const { outer, inner } = lanes;
  const points = paddedLength(size);
  const plan = realFft(points);
  const bins = points / 2 + 1;
  const window = sineWindow(size);
  const band = bandWeights(bins, points, whitening);
  const half = Math.round((whitening.smoothing * points) / 2);
  const level = Math.sqrt(size / 2); // the amplitude of white noise of variance 1: the root of the sum of squared weights
  const panel = new Float64Array(PANEL * size);
  const row = new Float64Array(points);
  const spectrum = new Float64Array(2 * bins);
  const amplitude = new Float64Array(bins);
  const smoothed = new Float64Array(bins);
  const scratch = new Float64Array(2 * (bins + 2 * half));
  const blockLanes = { outer, length: size, inner };

  const whitenLane = (lane: number) => {
    for (let t = 0; t < size; t++) row[t] = window[t] * panel[lane + t];
    row.fill(0, size);
    plan.forward(spectrum, row);
    for (let k = 0; k < bins; k++) {
      const re = spectrum[2 * k];
      const im = spectrum[2 * k + 1];
      amplitude[k] = Math.sqrt(re * re + im * im);
    }
    movingMean(amplitude, bins, half, smoothed, scratch);
    let largest = 0;
    for (let k = 0; k < bins; k++) if (band[k] > 0 && !(smoothed[k] <= largest)) largest = smoothed[k];
    const least = whitening.water * largest;
    for (let k = 0; k < bins; k++) {
      const divisor = smoothed[k] < least ? least : smoothed[k];
      const gain = divisor === 0 ? 0 : (band[k] * level) / divisor;
      spectrum[2 * k] *= gain;
      spectrum[2 * k + 1] *= gain;
    }
    plan.inverse(row, spectrum);
    for (let t = 0; t < size; t++) panel[lane + t] = (row[t] / points) * window[t];
  };

  return (block, out) => {
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i += PANEL) {
        const width = Math.min(PANEL, inner - i);
        gatherPanel(block, blockLanes, o, i, width, 0, size, panel, size);
        for (let c = 0; c < width; c++) whitenLane(c * size);
        scatterPanel(panel, size, out, blockLanes, o, i, width, 0, size);
      }
  };
}

/** 1 in the band, 0 far from it, cosine flanks between. */
function bandWeights(bins: number, points: number, { low, high, taper }: Whitening): Float64Array {
  return Float64Array.from({ length: bins }, (_, k) => {
    const f = k / points;
    const outside = low !== null && f < low ? low - f : high !== null && f > high ? f - high : 0;
    if (outside === 0) return 1;
    return outside >= taper ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * outside) / taper);
  });
}
