/** Public names of xdas that the table of operations has no entry for, each with its reason. */
const reasons: readonly (readonly [reason: string, names: readonly string[]])[] = [
  [
    'needs a model runtime',
    ['atoms.Annotate', 'atoms.Picker', 'atoms.MLPicker', 'xdas.annotate', 'xdas.pick', 'xdas.mlpicker'],
  ],
  ['the base class; test/atoms/atom.test.ts', ['atoms.Atom']],
  ["xdas's mark of an attribute that is state; ours is plain data", ['atoms.State']],
  [
    'makes atoms of functions, or the reverse; test/atoms/compose.test.ts',
    ['atoms.as_function', 'atoms.atomized', 'atoms.compose'],
  ],
  ['the function of atoms.Rechunk', ['xdas.rechunk']],
  [
    'arranges arrays, computes nothing; test/dataarray, where ours has it',
    [
      ...['align', 'asdataarray', 'broadcast_coords', 'broadcast_to', 'combine_by_coords', 'combine_by_field'],
      ...['concat', 'concat_coords', 'concatenate', 'get_sampling_interval', 'sortby', 'split', 'stack'],
      ...['trim_overlaps'],
    ].map((name) => `xdas.${name}`),
  ],
  [
    'reads files or draws; test/files, test/plot',
    [
      ...['open', 'open_dataarray', 'open_datacollection', 'open_mfdataarray', 'open_mfdatacollection'],
      ...['open_mfdatatree', 'plot_availability', 'watch'],
    ].map((name) => `xdas.${name}`),
  ],
  ["xdas's own means of registering functions of numpy", ['xdas.implements']],
  ['a selection of windows around picks of a whole record: not here', ['picking.tapered_selection']],
  [
    'element by element, for atoms.Partial: ours has what `elementwise` lists, and takes any function besides',
    ['angle', 'around', 'clip', 'fix', 'i0', 'imag', 'nan_to_num', 'real', 'real_if_close', 'round', 'sinc'].map(
      (name) => `numpy.${name}`,
    ),
  ],
  ["numpy's other name of max and min", ['numpy.amax', 'numpy.amin']],
  ['gives no labelled array in xdas: not here', ['numpy.ediff1d', 'numpy.trapezoid']],
];

export const elsewhere: Readonly<Record<string, string>> = Object.fromEntries(
  reasons.flatMap(([reason, names]) => names.map((name) => [name, reason])),
);

/** The method that a function of xdas or numpy of the same name is, `nan...` with `skipna`; null where it is none. */
export function methodOf(name: string): string | null {
  const [module, own] = name.split('.') as [string, string];
  if (module !== 'xdas' && module !== 'numpy') return null;
  return `methods.${own.replace(/^nan(?!_)/, '')}`;
}
