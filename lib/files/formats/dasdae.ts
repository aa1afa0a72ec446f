import type { Attrs } from '../../dataarray/attributes.js';
import { ArgumentError } from '../../errors.js';
import type { Hdf5Dataset } from '../../packets/hdf5/read-objects.js';
import { axisOfLabels } from './axis-of-labels.js';
import { axisTypes } from './coordinate-types.js';
import type { FileFormat } from './file-format.js';
import { datasetFile, fromFile, keptAttrs } from './outlined-file.js';

const PATCHES = '/waveforms';
const COORD = '_coord_';
const ATTR = '_attrs_';

/**
 * Files of DASCore (DASDAE, HDF5) with one patch; of several, `patch` names one. Dimensions and their order, coordinates and attributes are
 * the patch's. xdas has no engine for them.
 */
export const dasdaeFormat: FileFormat = {
  name: 'dasdae',
  aliases: ['dascore'],
  options: ['ctype', 'patch'],
  async detect(file) {
    if (!(await file.rootNames()).has('waveforms')) return false;
    return (await file.root()).attr('/', '__format__').values[0] === 'DASDAE';
  },
  async open(file, { ctype, patch }) {
    const { time: type } = axisTypes(ctype, { time: ['interpolated', 'dense'] });
    const patches = Object.keys((await file.reader().objects([PATCHES], { inlineBytes: 0 })).group(PATCHES).children);
    if (patch !== undefined && !patches.includes(patch as string))
      throw new ArgumentError(
        'BAD_ARGUMENT',
        `patch is ${JSON.stringify(patch)}; ${file.path} has: ${patches.join(', ')}`,
      );
    if (patch === undefined && patches.length !== 1)
      throw file.refuse(`holds ${patches.length} patches; name one as patch: ${patches.slice(0, 8).join(', ')}`);
    const path = `${PATCHES}/${String(patch ?? patches[0])}`;
    const group = (await file.reader().objects([path], { inlineBytes: 0 })).group(path);
    const names = Object.keys(group.children).filter((name) => name.startsWith(COORD));
    const wanted = [path, `${path}/data`, ...names.map((name) => `${path}/${name}`)];
    const objects = await file.reader().objects(wanted, { inlineBytes: 2 ** 26 });
    const dims = objects.textAttr(path, '_dims').split(',').filter(Boolean);
    const { shape, dtype } = objects.array(`${path}/data`, dims.length);
    const coords = dims.flatMap((dim) => {
      const held = objects.find(`${path}/${COORD}${dim}`);
      if (held?.kind !== 'dataset') return [];
      const make = () => axisOfLabels(type as 'interpolated' | 'dense', labelsOf(held, dim), dim);
      return [[dim, fromFile(file, `its coordinate ${dim}`, make)] as const];
    });
    const attrs = Object.entries(keptAttrs(group.attrs)).filter(
      ([name]) => name.startsWith(ATTR) && name !== `${ATTR}coords` && name !== `${ATTR}dims`,
    );
    return datasetFile(file, `${path}/data`, {
      shape,
      dtype,
      dims,
      coords: Object.fromEntries(coords),
      attrs: Object.fromEntries(attrs.map(([name, value]) => [name.slice(ATTR.length), value])) as Attrs,
    });
  },
};

/** Labels as times where they are: PyTables writes the flag that says so in a type that not every HDF5 library reads. */
function labelsOf({ values, attrs, path }: Hdf5Dataset, dim: string): BigInt64Array | Float64Array {
  if (values === null || Array.isArray(values)) throw new RangeError(`${path} holds no numbers`);
  const flag = attrs.is_datetime64?.values[0];
  const isTime = flag === undefined ? dim === 'time' : Number(flag) === 1;
  if (isTime && values instanceof BigInt64Array) return values;
  return Float64Array.from(values as ArrayLike<number | bigint>, Number);
}
