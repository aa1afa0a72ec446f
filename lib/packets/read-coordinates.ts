/**
 * Coordinates of a NetCDF packet, in either spelling: CF-1.9 as xdas up to 0.2.8 writes it, CF-1.13 as 0.2.9 and later.
 * Interpolated and sampled ones are named by the data variable's `coordinate_interpolation` and `coordinate_sampling`
 * (CF section 8.3, and xdas's variation on it for sampled ones); all others are CF coordinate variables.
 */
import type { AxisCoordinate, Coordinate } from '../coordinates/coordinate.js';
import { DenseCoordinate } from '../coordinates/dense-coordinate.js';
import { InterpCoordinate } from '../coordinates/interp-coordinate.js';
import { SampledCoordinate } from '../coordinates/sampled-coordinate.js';
import { ScalarCoordinate } from '../coordinates/scalar-coordinate.js';
import type { CoordArray, CoordDType, Delta } from '../dtype.js';
import { PacketError } from '../errors.js';
import { decodeDelta, quoted, scalarOf, textOf, toDelta } from './cf-attributes.js';
import { decodeCfVariable } from './cf-variable.js';
import type { NetcdfContent, NetcdfVariable } from './netcdf-content.js';

/**
 * How one coordinate is made. Which variables it is made of depends on names and on texts of attributes; the values of
 * variables, and `units`, are looked at only when it is made. So a plan holds for all files that have the same of the former.
 */
export interface CoordinatePlan {
  readonly name: string;
  /** The variables whose values and attributes decide about it. */
  readonly uses: readonly string[];
  /** Throws `MALFORMED_PACKET`. */
  make(ties: Ties): Coordinate;
}

/**
 * Plans for the coordinates of data variable `main`; where a name comes twice, the later one counts. `coordinateNames` are the
 * CF coordinate variables of the file. Throws `MALFORMED_PACKET`.
 */
export function planCoordinates(
  content: NetcdfContent,
  main: NetcdfVariable,
  coordinateNames: ReadonlySet<string>,
): CoordinatePlan[] {
  const variables = new Map(content.variables.map((variable) => [variable.name, variable]));
  const plans: CoordinatePlan[] = [];
  const interpolation = textOf(main.attrs, 'coordinate_interpolation');
  if (interpolation !== null)
    for (const group of parseInterpolation(interpolation, variables)) {
      const { name, indices, values, parameters } = group;
      // A payload for all ages of xdas names a lone coordinate twice.
      if (plans.some((plan) => plan.name === name)) continue;
      plans.push({ name, uses: [indices, values, parameters], make: (ties) => readInterpolated(group, ties) });
    }
  const sampling = textOf(main.attrs, 'coordinate_sampling');
  if (sampling !== null)
    for (const [first, parameters] of groupsOf(sampling, 1)) {
      const group = samplingGroup(first!, parameters!, variables);
      const { name, lengths, values } = group;
      plans.push({ name, uses: [lengths, values, parameters!], make: (ties) => readSampled(group, ties) });
    }
  for (const { name, dims } of content.variables)
    if (coordinateNames.has(name) && dims.every((dim) => main.dims.includes(dim)))
      plans.push({ name, uses: [name], make: (ties) => readPlain(ties.variable(name, name)) });
  return plans;
}

interface InterpolationGroup {
  name: string;
  dim: string;
  indices: string;
  values: string;
  /** The variable with the parameters; in the older spelling it may be missing. */
  parameters: string;
}

/** CF-1.13: `values: parameters` per coordinate; CF-1.9 as xdas wrote it: `name: indices values`. */
function parseInterpolation(text: string, variables: Map<string, NetcdfVariable>): InterpolationGroup[] {
  const groups: { ties: string[]; last: string }[] = [];
  let ties: string[] = [];
  for (const part of text.split(/\s+/).filter(Boolean))
    if (part.endsWith(':')) ties.push(part.slice(0, -1));
    else {
      groups.push({ ties, last: part });
      ties = [];
    }
  const modern = groups.every(
    ({ ties, last }) => ties.length === 1 && textOf(variables.get(last)?.attrs ?? {}, 'interpolation_name') !== null,
  );
  if (!modern)
    return groupsOf(text, 2).map(([name, indices, values]) => ({
      name: name!,
      dim: name!,
      indices: indices!,
      values: values!,
      parameters: `${name}_interpolation`,
    }));
  return groups.map(({ ties, last }) => {
    const [dim, indices] = readMapping(variables.get(last)!);
    return { name: last.replace(/_interpolation$/, ''), dim, indices, values: ties[0]!, parameters: last };
  });
}

function readMapping(parameters: NetcdfVariable): [string, string, string] {
  const text = textOf(parameters.attrs, 'tie_point_mapping') ?? '';
  const [group] = groupsOf(text, 2);
  if (!group)
    throw malformed(parameters.name, `tie_point_mapping ${quoted(text)} is not like "dim: variable subsampled_dim"`);
  return group as [string, string, string];
}

/** Groups `name: word` or `name: word word` in a text; what fits none is passed over. Linear in the length of the text. */
function groupsOf(text: string, words: number): string[][] {
  const parts = text.split(/\s+/);
  const groups: string[][] = [];
  for (let k = 0; k + words < parts.length; k++) {
    const rest = parts.slice(k + 1, k + 1 + words);
    if (!parts[k]!.endsWith(':') || rest.some((word) => word === '' || word.endsWith(':'))) continue;
    groups.push([parts[k]!.slice(0, -1), ...rest]);
    k += words;
  }
  return groups;
}

function readInterpolated(group: InterpolationGroup, ties: Ties): AxisCoordinate {
  const { name, dim } = group;
  const parameters = ties.find(group.parameters);
  const kind = parameters && textOf(parameters.attrs, 'interpolation_name');
  if (kind && kind !== 'linear') throw malformed(name, `interpolation ${quoted(kind)} is not known; allowed: linear`);
  const tieIndices = ties.counts(group.indices, name, dim);
  const { values: tieValues, dtype } = ties.labels(group.values, name, dim);
  const regularity = readRegularity(parameters, dtype, name);
  return build(name, () => new InterpCoordinate({ tieIndices, tieValues, dtype, dim, ...regularity }));
}

interface Regularity {
  samplingInterval?: Delta;
  samplingNumerator?: Delta;
  samplingDenominator?: Delta;
  tolerance?: Delta;
}

function readRegularity(parameters: NetcdfVariable | undefined, dtype: CoordDType, name: string): Regularity {
  const attrs = parameters?.attrs ?? {};
  const delta = (key: string) => decodeDelta(attrs, key, dtype, `coordinate ${name}`);
  const ratio = Object.hasOwn(attrs, 'sampling_denominator');
  const interval = delta('sampling_interval');
  if (!ratio && interval === null) return {};
  const tolerance = delta('tolerance');
  const exact = ratio ? readRatio(attrs, dtype, name) : { samplingInterval: interval! };
  return tolerance === null ? exact : { ...exact, tolerance };
}

function readRatio(attrs: NetcdfVariable['attrs'], dtype: CoordDType, name: string) {
  const samplingNumerator = decodeDelta(attrs, 'sampling_numerator', dtype, `coordinate ${name}`);
  const samplingDenominator = scalarOf(attrs, 'sampling_denominator');
  if (samplingNumerator === null || samplingDenominator === null || typeof samplingDenominator === 'string')
    throw malformed(name, 'sampling_numerator and sampling_denominator do not come together as one number each');
  return { samplingNumerator, samplingDenominator };
}

interface SamplingGroup {
  name: string;
  dim: string;
  lengths: string;
  values: string;
  parameters: string;
  isModern: boolean;
}

/** Both spellings of a sampled coordinate; the newer one has `sampling_interval` on its parameter variable. */
function samplingGroup(
  first: string,
  parametersName: string,
  variables: ReadonlyMap<string, NetcdfVariable>,
): SamplingGroup {
  const parameters = existing(variables, parametersName, first);
  const [dim, second, third] = readMapping(parameters);
  const isModern = Object.hasOwn(parameters.attrs, 'sampling_interval');
  const shared = { dim, parameters: parametersName, isModern };
  return isModern
    ? { ...shared, name: parametersName.replace(/_sampling$/, ''), lengths: second, values: first }
    : { ...shared, name: first, lengths: third, values: second };
}

function readSampled({ name, dim, isModern, ...group }: SamplingGroup, ties: Ties): AxisCoordinate {
  const parameters = ties.variable(group.parameters, name);
  const tieLengths = ties.counts(group.lengths, name, dim);
  const { values: tieValues, dtype } = ties.labels(group.values, name, dim);
  const attrs = parameters.attrs;
  let rate: Regularity;
  if (!isModern) {
    const units = textOf(attrs, 'dtype') === null ? null : textOf(attrs, 'units');
    if (dtype === 'datetime64[ns]' && units === null)
      throw malformed(name, 'the sampling interval has no unit of time');
    const value = parameters.values.length === 1 ? parameters.values[0]! : null;
    rate = { samplingInterval: toDelta(value, units, dtype, `coordinate ${name}: sampling interval`) };
  } else if (Object.hasOwn(attrs, 'sampling_denominator')) rate = readRatio(attrs, dtype, name);
  else {
    if (dtype === 'datetime64[ns]' && textOf(attrs, 'sampling_interval_units') === null)
      throw malformed(name, 'the sampling interval has no unit of time');
    rate = { samplingInterval: decodeDelta(attrs, 'sampling_interval', dtype, `coordinate ${name}`)! };
  }
  // an empty coordinate that never had an interval is written with 0, since the spellings demand one
  if (tieLengths.length === 0 && Number(rate.samplingInterval) === 0) rate = {};
  return build(name, () => new SampledCoordinate({ tieValues, tieLengths, dtype, dim, ...rate }));
}

function readPlain(variable: NetcdfVariable): Coordinate {
  const { name, dims } = variable;
  if (dims.length > 1) throw malformed(name, `has ${dims.length} dimensions (${dims.join(', ')}); allowed: 0 or 1`);
  const { values, dtype } = decodeCfVariable(variable);
  return build(name, () =>
    dims.length === 0
      ? new ScalarCoordinate({ value: values[0]!, dtype })
      : new DenseCoordinate({ values: values as CoordArray, dtype, dim: dims[0]! }),
  );
}

/**
 * The variables that hold tie points. None can have more of them than its dimension has labels, which is looked at before
 * they are converted, and each is converted once: a small frame can claim millions, many times over.
 */
export class Ties {
  readonly #counts = new Map<string, number[]>();
  readonly #labels = new Map<string, ReturnType<typeof decodeCfVariable>>();

  constructor(
    private readonly variables: ReadonlyMap<string, NetcdfVariable>,
    private readonly main: NetcdfVariable,
  ) {}

  /** What was converted is converted anew: variables have changed. */
  forget(): void {
    this.#counts.clear();
    this.#labels.clear();
  }

  find(name: string): NetcdfVariable | undefined {
    return this.variables.get(name);
  }

  /** Throws `MALFORMED_PACKET` where there is none of that name. */
  variable(name: string, coordinate: string): NetcdfVariable {
    return existing(this.variables, name, coordinate);
  }

  /** Whole numbers of a variable: tie indices or lengths. */
  counts(name: string, coordinate: string, dim: string): number[] {
    const variable = this.#along(name, coordinate, dim);
    if (variable.dtype === 'string' || variable.dtype.startsWith('float'))
      throw malformed(name, `holds ${variable.dtype} where whole numbers are needed`);
    const counts =
      this.#counts.get(name) ??
      Array.from(variable.values as ArrayLike<number | bigint>, (value) => {
        const count = Number(value);
        if (!Number.isSafeInteger(count)) throw malformed(name, `${value} is too large`);
        return count;
      });
    this.#counts.set(name, counts);
    return counts;
  }

  /** Tie values, with their dtype. */
  labels(name: string, coordinate: string, dim: string): ReturnType<typeof decodeCfVariable> {
    const variable = this.#along(name, coordinate, dim);
    const labels = this.#labels.get(name) ?? decodeCfVariable(variable);
    this.#labels.set(name, labels);
    return labels;
  }

  #along(name: string, coordinate: string, dim: string): NetcdfVariable {
    const variable = this.variable(name, coordinate);
    const axis = this.main.dims.indexOf(dim);
    const size = axis < 0 ? 0 : this.main.shape[axis]!;
    if (variable.values.length > size)
      throw malformed(
        coordinate,
        `${quoted(name)} holds ${variable.values.length} tie points for ${size} labels along ${quoted(dim)}`,
      );
    return variable;
  }
}

function existing(variables: ReadonlyMap<string, NetcdfVariable>, name: string, coordinate: string): NetcdfVariable {
  const variable = variables.get(name);
  if (!variable) throw malformed(coordinate, `names a variable ${quoted(name)} that is not there`);
  return variable;
}

function build<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw malformed(name, (cause instanceof Error ? cause.message : String(cause)).slice(0, 500), cause);
  }
}

function malformed(coordinate: string, why: string, cause?: unknown): PacketError {
  return new PacketError('MALFORMED_PACKET', 'decode', `coordinate ${coordinate.slice(0, 100)}: ${why}`, { cause });
}
