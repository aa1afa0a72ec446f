import { openArrayFile } from '../netcdf-file.js';
import type { FileFormat } from './file-format.js';

/** NetCDF4 files of xdas, which is also how dasflow writes. Coordinates, name and attributes are as they were written. */
export const xdasFormat: FileFormat = {
  name: 'xdas',
  aliases: ['netcdf'],
  async detect(file) {
    if (!file.hdf5) return false;
    const root = await file.root();
    const conventions = root.group('/').attrs.Conventions?.values[0];
    return typeof conventions === 'string' && conventions.includes('CF');
  },
  open: (file) => openArrayFile(file.path),
};
