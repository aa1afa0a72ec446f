/** The table: every atom is held to the contract by having a row here. */
import { beyondEntries } from '../beyond-entries.js';
import { composedEntries } from './composed-entries.js';
import { detectionEntries } from './detection-entries.js';
import type { Entry } from './entry.js';
import { filterEntries } from './filter-entries.js';
import { acrossEntries } from './record-entries.js';
import { resamplingEntries } from './resampling-entries.js';

export const table: readonly Entry[] = [
  ...filterEntries,
  ...resamplingEntries,
  ...detectionEntries,
  ...acrossEntries,
  ...composedEntries,
  ...beyondEntries,
];
