/** What every atom must keep. Each property throws where an atom breaks it, so that a wrong atom can be shown to fail. */
import { cuttingProperties } from './cutting.js';
import type { Entry } from './entry.js';
import { axisProperties } from './labelling.js';
import { lifeCycleProperties } from './life-cycle.js';
import { mendingProperties } from './mending.js';
import { nonFiniteProperties } from './non-finite.js';
import { refusalProperties } from './refusals.js';
import { sharingProperties } from './sharing.js';
import { stateFileProperties } from './state-files.js';

/** The properties, by name. */
export const properties: Readonly<Record<string, (entry: Entry) => void | Promise<void>>> = {
  ...cuttingProperties,
  ...refusalProperties,
  ...lifeCycleProperties,
  ...sharingProperties,
  ...axisProperties,
  ...nonFiniteProperties,
  ...mendingProperties,
  ...stateFileProperties,
};
