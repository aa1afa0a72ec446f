/** Labels that are off within their tolerance add up where an atom gives fewer samples than it takes: said in the tolerance. */
import { largerDelta } from '../coordinates/delta.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import type { DataArray } from '../dataarray/data-array.js';
import { addLabel, magnitude, subtractLabels } from './label-arithmetic.js';
import type { StreamEdge } from './stream-edge.js';

/**
 * `chunk`, given right behind `previous` in one run. Several chunks may have gone in between the two, each off by no more
 * than its tolerance, and the labels that came out follow that clock: they can be off by more than their own tolerance, and
 * whoever gets them would see a gap or an overlap that is none. Then the tolerance of the chunk's axis is made as large as the step. A
 * step of half an interval and more is a seam, whoever made it, and is left alone; so are axes that declare no tolerance.
 */
export function allowDrift(previous: StreamEdge | null, chunk: DataArray, edge: StreamEdge): DataArray {
  const coord = chunk.coords.get(edge.chunkDim);
  if (previous === null || !(coord instanceof InterpCoordinate) || coord.samplingRatio === null) return chunk;
  const { interval } = edge;
  if (interval === null || previous.interval === null || previous.chunkDim !== edge.chunkDim) return chunk;
  const jump = magnitude(subtractLabels(edge.start, addLabel(previous.end, interval)));
  if (jump <= largerDelta(previous.tolerance, edge.tolerance) || 2 * Number(jump) >= Math.abs(Number(interval)))
    return chunk;
  const { tieIndices, tieValues, dim, dtype, samplingRatio } = coord;
  const { numerator: samplingNumerator, denominator: samplingDenominator } = samplingRatio;
  const tolerance = jump;
  const init = { tieIndices, tieValues, samplingNumerator, samplingDenominator, tolerance, dim, dtype };
  return chunk.assignCoords({ [edge.chunkDim]: new InterpCoordinate(init) });
}
