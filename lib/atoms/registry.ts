/** Atoms by name, for declared pipelines: `{ Filter: { freq: [1, 10] } }` is `new Filter({ freq: [1, 10] })`. */
import { elementwise } from '../dataarray/elementwise.js';
import { AtomError } from '../errors.js';
import { Atom, type ChunkFunction } from './atom.js';
import { CommonModeRemoval } from './common-mode-removal.js';
import { Despike } from './despike.js';
import { Diff } from './diff.js';
import { Differentiate } from './differentiate.js';
import { DownSample } from './down-sample.js';
import { Envelope } from './envelope.js';
import { Filter } from './filter.js';
import { FIRFilter } from './fir-filter.js';
import { FKFilter } from './fk-filter.js';
import { GainControl } from './gain-control.js';
import { IIRFilter } from './iir-filter.js';
import { Integrate } from './integrate.js';
import { LFilter } from './lfilter.js';
import { OneBit } from './one-bit.js';
import { HERE, Partial } from './partial.js';
import { Polyphase } from './polyphase.js';
import { Rechunk } from './rechunk.js';
import { Resample } from './resample.js';
import { ResamplePoly } from './resample-poly.js';
import { RMS } from './rms.js';
import { Sequential } from './sequential.js';
import { filter as signalFilter } from './signal.js';
import { SOSFilter } from './sos-filter.js';
import { SpectralWhitening } from './spectral-whitening.js';
import { Stack } from './stack.js';
import { STALTA } from './stalta.js';
import { STFT } from './stft.js';
import { StrainRateToStrain } from './strain-rate-to-strain.js';
import { Trigger } from './trigger.js';
import { UpSample } from './up-sample.js';
import { wholeRecordFunctions } from './whole-record-functions.js';

/** A stage as it is declared: a name with options, a bare name, an atom, a function, or a list (a pipeline of them). */
export type AtomSpec = string | Atom | ChunkFunction | { readonly [name: string]: unknown } | readonly AtomSpec[];

/** How a declared stage becomes an atom. */
export type AtomMaker = (options: never) => Atom;

const makers = new Map<string, AtomMaker>();

/** Makes an atom class (or a maker) known by name; a second one of that name is refused with `BAD_ARGUMENT`. */
export function registerAtom(name: string, make: AtomMaker): void {
  if (makers.has(name)) throw new AtomError('BAD_ARGUMENT', `an atom called ${name} is registered already`);
  makers.set(name, make);
}

/** The names of all registered atoms, sorted. */
export function atomNames(): string[] {
  return [...makers.keys()].sort();
}

/**
 * The atom that a declaration names. Throws `BAD_ARGUMENT` where the name is unknown (the names that are known are
 * listed) or the options do not fit (each fault and the allowed options are listed).
 */
export function atomFromSpec(spec: AtomSpec): Atom {
  if (spec instanceof Atom) return spec;
  if (typeof spec === 'function') return new Partial({ func: spec });
  if (Array.isArray(spec)) return new Sequential({ atoms: (spec as readonly AtomSpec[]).map(atomFromSpec) });
  if (typeof spec === 'string') return make(spec, {});
  const entries = spec !== null && typeof spec === 'object' ? Object.entries(spec) : [];
  if (entries.length !== 1)
    throw new AtomError(
      'BAD_ARGUMENT',
      `a stage is one name with its options, { Filter: { freq: [1, 10] } }; this has ${entries.length} names` +
        (entries.length ? ` (${entries.map(([name]) => name).join(', ')})` : ''),
    );
  const [[name, options]] = entries as [[string, unknown]];
  return make(name, options ?? {});
}

function make(name: string, options: unknown): Atom {
  const maker = makers.get(name);
  if (!maker)
    throw new AtomError('BAD_ARGUMENT', `there is no atom called ${name}; allowed: ${atomNames().join(', ')}`);
  if (options === null || typeof options !== 'object')
    throw new AtomError('BAD_ARGUMENT', `${name}: its options are one object; this is ${JSON.stringify(options)}`);
  return maker(options as never);
}

for (const type of [
  CommonModeRemoval,
  Diff,
  Despike,
  Differentiate,
  DownSample,
  Envelope,
  FIRFilter,
  FKFilter,
  Filter,
  GainControl,
  IIRFilter,
  Integrate,
  LFilter,
  OneBit,
  Polyphase,
  Rechunk,
  Resample,
  ResamplePoly,
  RMS,
  SOSFilter,
  STALTA,
  STFT,
  SpectralWhitening,
  Stack,
  StrainRateToStrain,
  Trigger,
  UpSample,
])
  registerAtom(type.name, (options) => new type(options));

for (const make of wholeRecordFunctions) registerAtom(make.name, (options) => make(HERE, options));

registerAtom('signal.filter', (options) => signalFilter(HERE, options));

registerAtom('Sequential', ({ atoms, ...options }: { atoms: readonly AtomSpec[] }) => {
  if (!Array.isArray(atoms)) throw new AtomError('BAD_ARGUMENT', 'Sequential: atoms is a list of stages');
  return new Sequential({ ...options, atoms: atoms.map(atomFromSpec) });
});

/** The element-wise functions by name, and `...` among the arguments for the place of the data, as in xdas. */
registerAtom('Partial', ({ func, args, ...options }: { func: unknown; args?: readonly unknown[] }) => {
  const functions = Object.entries(elementwise);
  const found = typeof func === 'function' ? func : functions.find(([name]) => name === func)?.[1];
  if (!found)
    throw new AtomError(
      'BAD_ARGUMENT',
      `Partial: there is no function called ${String(func)}; allowed: ${functions.map(([name]) => name).join(', ')}`,
    );
  return new Partial({
    name: typeof func === 'string' ? func : undefined,
    ...options,
    func: found as ChunkFunction,
    args: args?.map((arg) => (arg === '...' ? HERE : arg)),
  });
});
