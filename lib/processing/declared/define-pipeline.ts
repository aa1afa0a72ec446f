import { dirname, resolve } from 'node:path';
import { cwd } from 'node:process';
import { checkPipeline } from './check-pipeline.js';
import type { Pipeline, PipelineDeclaration } from './declaration.js';
import { objectPlaces, readYaml, type YamlOptions } from './yaml-document.js';

/** Options of {@link definePipeline}. */
export interface DefinePipelineOptions {
  /** Relative paths stand against this folder. Default: the working directory. */
  baseDir?: string;
}

/**
 * Checks the same object that a YAML file may hold: `{ source, process, sink, branches }`. Stages may also be atoms; each run
 * takes fresh ones with their options. Throws `BAD_PIPELINE` with every mistake, its place as a key path (`branches[0].sink.url`).
 */
export function definePipeline(declaration: PipelineDeclaration, options: DefinePipelineOptions = {}): Pipeline {
  return checkPipeline(declaration, objectPlaces, resolve(options.baseDir ?? cwd()));
}

/**
 * Reads and checks a YAML file; see `parseYaml` for `${NAME}` references and overrides. Relative paths in it stand
 * against the folder of the file, so that a job finds its data wherever it is started. Throws `BAD_FILE`, and `BAD_PIPELINE` with
 * every mistake, its place as `file:line:column`.
 */
export async function readPipeline(file: string, options: YamlOptions = {}): Promise<Pipeline> {
  const document = await readYaml(file, options);
  return checkPipeline(document.value, document, dirname(resolve(file)));
}
