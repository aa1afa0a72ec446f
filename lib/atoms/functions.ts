/**
 * The function forms of atoms: `filter(da, { freq: [1, 10] })` works at once, `filter(HERE, ...)` gives the atom, and
 * `filter(atom, ...)` a pipeline longer by it; see {@link asFunction}.
 */
import { CommonModeRemoval } from './common-mode-removal.js';
import { asFunction, functionForm } from './compose.js';
import { Despike } from './despike.js';
import { Diff } from './diff.js';
import { Differentiate } from './differentiate.js';
import { DownSample } from './down-sample.js';
import { Envelope } from './envelope.js';
import { Filter } from './filter.js';
import { FKFilter } from './fk-filter.js';
import { GainControl } from './gain-control.js';
import { Integrate } from './integrate.js';
import { OneBit } from './one-bit.js';
import { Rechunk } from './rechunk.js';
import { Resample } from './resample.js';
import { RMS } from './rms.js';
import { SpectralWhitening } from './spectral-whitening.js';
import { Stack } from './stack.js';
import { STALTA, type STALTAOptions } from './stalta.js';
import { STFT } from './stft.js';
import { StrainRateToStrain } from './strain-rate-to-strain.js';
import { Trigger } from './trigger.js';

/** {@link Filter} as a function. */
export const filter = asFunction(Filter);
/** {@link Resample} as a function. */
export const resample = asFunction(Resample);
/** {@link DownSample} as a function. */
export const downSample = asFunction(DownSample);
/** {@link Rechunk} as a function. */
export const rechunk = asFunction(Rechunk);
/** {@link Integrate} as a function. */
export const integrate = asFunction(Integrate);
/** {@link STFT} as a function. */
export const stft = asFunction(STFT);
/** {@link Differentiate} as a function. */
export const differentiate = asFunction(Differentiate);
/** {@link CommonModeRemoval} as a function. */
export const commonModeRemoval = asFunction(CommonModeRemoval);
/** {@link OneBit} as a function. */
export const oneBit = asFunction(OneBit);
/** {@link RMS} as a function. */
export const rms = asFunction(RMS);
/** {@link Stack} as a function. */
export const stack = asFunction(Stack);
/** {@link StrainRateToStrain} as a function. */
export const strainRateToStrain = asFunction(StrainRateToStrain);
/** {@link GainControl} as a function. */
export const gainControl = asFunction(GainControl);
/** {@link Diff} as a function; xdas's `diff`. */
export const diff = asFunction(Diff);
/** {@link STALTA} as a function. */
export const stalta = functionForm('stalta', (options: STALTAOptions) => new STALTA(options));
/** {@link Trigger} as a function. */
export const trigger = asFunction(Trigger);
/** {@link Despike} as a function. */
export const despike = asFunction(Despike);
/** {@link Envelope} as a function. */
export const envelope = asFunction(Envelope);
/** {@link SpectralWhitening} as a function. */
export const spectralWhitening = asFunction(SpectralWhitening);
/** {@link FKFilter} as a function. */
export const fkFilter = asFunction(FKFilter);
