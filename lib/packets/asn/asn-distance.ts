/** The regions of an OptoDAS header <-> the distance coordinate. */
import type { AxisCoordinate } from '../../coordinates/coordinate.js';
import { InterpCoordinate } from '../../coordinates/interp-coordinate.js';
import type { DataArray } from '../../dataarray/data-array.js';
import { DasflowError, PacketError } from '../../errors.js';
import { type ASNHeader, type ASNRegion, bad } from './asn-header.js';
import { evenStretches } from './even-stretches.js';

/** What of a header fixes the distances. */
export type DistanceHeader = Pick<ASNHeader, 'dx' | 'nChannels' | 'roiTable'>;

/** First and last position of a region in units of `dx`, and how many channels it has. */
interface Stretch {
  first: number;
  last: number;
  count: number;
}

/**
 * Distances of the channels in metres, region after region.
 *
 * One region goes, as in xdas, from `(roiStart // roiDec) dx` to `(roiEnd // roiDec) dx` in `nChannels` even steps. Of several,
 * each has `(roiEnd - roiStart) // roiDec + 1` channels `dx` apart from `(roiStart // roiDec) dx` on (xdas has the first
 * region only); between them the coordinate has seams. `dx` is the spacing after decimation, as instruments have sent it
 * since the firmware of 2025; with regions of different `roiDec` the one `dx` of the header is taken for all of them.
 *
 * Throws `MALFORMED_PACKET` where several regions do not have `nChannels` channels together.
 */
export function distanceOfRegions({ dx, nChannels, roiTable }: DistanceHeader): InterpCoordinate {
  const counts = channelCounts(roiTable, nChannels);
  const tieIndices: number[] = [];
  const tieValues: number[] = [];
  let index = 0;
  for (const [position, region] of roiTable.entries()) {
    const { first, last, count } = stretchOf(region, counts[position]!, roiTable.length === 1);
    const [start, end] = [region.distanceStart ?? first * dx, region.distanceEnd ?? last * dx];
    tieIndices.push(index);
    tieValues.push(start);
    if (count > 1) {
      tieIndices.push(index + count - 1);
      tieValues.push(end);
    }
    index += count;
  }
  if (!tieValues.every(Number.isFinite)) throw bad('its distances are beyond what a float64 holds');
  // What rounding to float64 costs far out; up to a hundred kilometres it is far below the tolerance that is the default.
  const rounding = roundingOf(tieValues);
  const tolerance = rounding > 1e-8 ? rounding : null;
  // xdas divides the span in any case; where that is but the rounded `dx`, `dx` it is.
  const span = roiTable.length === 1 && nChannels > 1 ? tieValues[1]! - tieValues[0]! : null;
  const isEven = span === null || Math.abs(span - dx * (nChannels - 1)) <= rounding;
  const dtype = 'float64';
  try {
    if (!isEven)
      return new InterpCoordinate({
        tieIndices,
        tieValues,
        dim: 'distance',
        dtype,
        samplingNumerator: span,
        samplingDenominator: nChannels - 1,
        tolerance,
      });
    return new InterpCoordinate({ tieIndices, tieValues, dim: 'distance', dtype, samplingInterval: dx, tolerance });
  } catch (cause) {
    if (cause instanceof DasflowError) throw bad(`its regions are no distances: ${cause.message}`, cause);
    throw cause;
  }
}

/** What distances as large as these can be off by rounding to float64. */
function roundingOf(values: readonly number[]): number {
  return 4 * Number.EPSILON * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function stretchOf({ roiStart, roiEnd, roiDec }: ASNRegion, count: number, isOnly: boolean): Stretch {
  const first = Math.floor(roiStart / roiDec);
  return { first, last: isOnly ? Math.floor(roiEnd / roiDec) : first + count - 1, count };
}

/** Channels of each region. Both ways to count that instruments could mean are tried: they differ where a start is no multiple of `roiDec`. */
function channelCounts(roiTable: readonly ASNRegion[], nChannels: number): number[] {
  if (roiTable.length === 1) return [nChannels];
  const ways = [
    roiTable.map(({ roiStart, roiEnd, roiDec }) => Math.floor((roiEnd - roiStart) / roiDec) + 1),
    roiTable.map(({ roiStart, roiEnd, roiDec }) => Math.floor(roiEnd / roiDec) - Math.floor(roiStart / roiDec) + 1),
  ];
  const found = ways.find((counts) => sum(counts) === nChannels);
  if (found) return found;
  throw bad(`its ${roiTable.length} regions have ${sum(ways[0]!)} channels, but nChannels is ${nChannels}`);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/**
 * The regions and the spacing that say where the channels of an array are: one region for each stretch between seams of
 * its distance coordinate. `kept` is used instead where it says exactly the same (the instrument's own table).
 *
 * Throws `IRREGULAR` where the spacing is not one and the same.
 */
export function regionsOfDistance(da: DataArray, kept: readonly ASNRegion[] | null): DistanceHeader {
  const coord = da.coords.axis('distance');
  const nChannels = coord.size;
  const dx = Number(da.getSamplingInterval('distance'));
  if (!Number.isFinite(dx) || dx === 0) throw unplaceable(`a spacing of ${dx}`);
  if (kept && saysTheSame({ dx, nChannels, roiTable: kept }, coord)) return { dx, nChannels, roiTable: kept };
  const tolerance = Math.max(Number(coord.tolerance ?? 1e-8), roundingOf([Number(coord.start), Number(coord.end)]));
  const cuts = [...evenStretches(coord, { numerator: dx, denominator: 1 }, tolerance), nChannels];
  const roiTable = cuts.slice(1).map((stop, k): ASNRegion => {
    const start = cuts[k]!;
    const [from, to] = [Number(coord.getValue(start)), Number(coord.getValue(stop - 1))];
    const roiStart = Math.round(from / dx);
    const roiEnd = roiStart + stop - start - 1;
    if (!Number.isSafeInteger(roiStart)) throw unplaceable(`a distance of ${from} m`);
    const region = { roiStart, roiEnd, roiDec: 1 };
    return roiStart * dx === from && roiEnd * dx === to ? region : { ...region, distanceStart: from, distanceEnd: to };
  });
  return { dx, nChannels, roiTable };
}

function saysTheSame(header: DistanceHeader, coord: AxisCoordinate): boolean {
  if (!(coord instanceof InterpCoordinate)) return false;
  try {
    const said = distanceOfRegions(header);
    return (
      said.tieIndices.join() === coord.tieIndices.join() &&
      said.tieValues.length === coord.tieValues.length &&
      said.tieValues.every((value, k) => value === Number(coord.tieValues[k]))
    );
  } catch (error) {
    if (error instanceof DasflowError) return false;
    throw error;
  }
}

function unplaceable(what: string): PacketError {
  return new PacketError('BAD_ENCODING', 'encode', `distance: ${what} cannot be said in an ASN header`);
}
