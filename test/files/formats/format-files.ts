/** The small files of every format (test/fixtures/formats) and the arrays that they are. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Engine, FormatOptions } from '../../../lib/index.js';
import type { ArrayDescription } from '../../interop/description.js';

/** One file, opened in one way. */
export interface FormatFile {
  file: string;
  path: string;
  engine: Engine;
  options: FormatOptions;
  by: 'xdas' | 'facts';
  array: ArrayDescription;
  title: string;
}

/** The folder of the files. */
export const formatFolder = fileURLToPath(new URL('../../../../test/fixtures/formats/', import.meta.url));

/** All of them. */
export const formatFiles: readonly FormatFile[] = (
  JSON.parse(gunzipSync(readFileSync(`${formatFolder}expected.json.gz`)).toString()) as (Omit<FormatFile, 'engine'> & {
    engine: string;
  })[]
).map((each) => {
  const hasOptions = Object.keys(each.options).length > 0;
  return {
    ...each,
    path: formatFolder + each.file,
    engine: hasOptions ? { [each.engine]: each.options } : each.engine,
    title: `${each.file} as ${each.engine}${hasOptions ? ` ${JSON.stringify(each.options)}` : ''}`,
  };
});
