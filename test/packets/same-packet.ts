/** Whether two packets are the same in everything that can be seen of them, the order of names included. */
import assert from 'node:assert/strict';
import type { AxisCoordinate, Coordinate } from '../../lib/coordinates/coordinate.js';
import type { DataArray } from '../../lib/dataarray/data-array.js';
import type { CoordArray, TypedArray } from '../../lib/dtype.js';
import type { Packet } from '../../lib/packets/packet.js';

/** Values as something that is equal where every bit is. */
function bits(values: CoordArray): unknown {
  if (Array.isArray(values)) return values;
  return `${values.constructor.name} ${Buffer.from(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength).toString('base64')}`;
}

function tellCoordinate(coordinate: Coordinate): unknown {
  const { ctype, dim, dtype, shape } = coordinate;
  const told = { ctype, dim, dtype, shape: [...shape], class: coordinate.constructor.name };
  if (ctype === 'scalar' || ctype === 'dense') return { ...told, values: bits(coordinate.values) };
  const axis = coordinate as AxisCoordinate & { tieIndices: number[]; tieLengths?: number[]; tieValues: TypedArray };
  const { samplingRatio, tolerance, tieIndices, tieLengths = null } = axis;
  return {
    ...told,
    samplingRatio,
    tolerance,
    tieIndices: [...tieIndices],
    tieLengths: tieLengths && [...tieLengths],
    tieValues: bits(axis.tieValues),
  };
}

/** An array in plain data. */
export function tellArray(da: DataArray): unknown {
  return {
    name: da.name,
    dtype: da.dtype,
    shape: [...da.shape],
    dims: [...da.dims],
    attrs: Object.entries(da.attrs).map(([name, value]) => [name, ArrayBuffer.isView(value) ? bits(value) : value]),
    coords: [...da.coords].map(([name, coordinate]) => [name, tellCoordinate(coordinate)]),
    values: bits(da.values),
  };
}

/** Throws where two packets differ. */
export function assertSamePacket(actual: Packet, expected: Packet, message?: string): void {
  const tell = ({ data, stream, sequence, endOfStream }: Packet) => ({
    stream,
    sequence,
    endOfStream,
    ...(tellArray(data) as object),
  });
  assert.deepEqual(tell(actual), tell(expected), message);
}
