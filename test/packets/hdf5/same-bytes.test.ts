import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { writeNetcdf } from '../../../lib/packets/hdf5/write-netcdf.js';
import type { NetcdfContent } from '../../../lib/packets/netcdf-content.js';

describe('a file', () => {
  test('holds nothing of the time at which it was written, so that the same array gives the same bytes', async () => {
    const content: NetcdfContent = {
      attrs: { Conventions: { dtype: 'string', shape: [], values: ['CF-1.9'] } },
      dims: [{ name: 'x', size: 3 }],
      variables: [
        {
          name: 'values',
          dtype: 'float64',
          shape: [3],
          dims: ['x'],
          attrs: {},
          values: new Float64Array(3),
          storage: { chunks: [2], filters: [{ id: 1, clientData: [4], optional: false }] },
        },
      ],
    };
    const bytes = await writeNetcdf(content);
    assert.deepEqual(await writeNetcdf(content), bytes);
    // HDF5 has seconds since 1970 in 32 bits; a day around now is not in the file at any offset
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const now = Math.floor(Date.now() / 1000);
    const stamps = [];
    for (let offset = 0; offset + 4 <= bytes.byteLength; offset++)
      if (Math.abs(view.getUint32(offset, true) - now) < 86_400) stamps.push(offset);
    assert.deepEqual(stamps, []);
  });
});
