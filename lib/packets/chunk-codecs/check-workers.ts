import { ArgumentError } from '../../errors.js';

/** Throws `BAD_ARGUMENT` for what is no number of worker threads. */
export function checkWorkers(codecWorkers: unknown): void {
  if (!Number.isSafeInteger(codecWorkers) || (codecWorkers as number) < 1)
    throw new ArgumentError('BAD_ARGUMENT', `codecWorkers must be a whole number from 1 on, not ${codecWorkers}`);
}
