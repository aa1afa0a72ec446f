/** The reference data beside the project, where they are present. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.DASFLOW_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url));

/** Path of a file of the reference data, and what makes a test skip where it is absent. */
export function shared(name: string): { path: string; skip?: string } {
  const path = join(folder, name);
  return existsSync(path) ? { path } : { path, skip: `${path} is not there (DASFLOW_SHARED)` };
}
