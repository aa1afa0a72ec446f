import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { parse } from 'yaml';
import { formatBytes, Monitor, PipelineError, type PipelineStatistics, runPipeline } from '../index.js';
import { jsonText } from './json-text.js';
import { onSignals, unlessStopped } from './on-signals.js';
import { counted, shownAddress } from './shown-text.js';

/** Options of `dasflow run`. */
export interface RunOptions {
  set?: Record<string, string>;
  param?: Record<string, string>;
  json?: boolean;
  quiet?: boolean;
  workers?: number;
}

/** `dasflow run FILE`. */
export async function run(file: string, options: RunOptions): Promise<void> {
  const signals = onSignals();
  const say = options.quiet || options.json ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  const overrides = Object.fromEntries(
    Object.entries(options.set ?? {}).map(([key, value]) => [key, overridingValue(key, value)]),
  );
  const monitor = new Monitor({ enabled: options.quiet ? false : undefined, lines: true });
  try {
    const work = runPipeline(file, {
      overrides,
      parameters: options.param,
      workers: options.workers,
      signal: signals.abort,
      stop: signals.stop,
      monitor,
      onOpen: (sinks, source) => {
        say(`running ${file} to ${sinks.map((sink) => shownAddress(sink.address)).join(', ')}`);
        if (source.unbounded) say(`waiting for ${source.address}`);
      },
      onNotice: ({ message }) => {
        if (!options.quiet) monitor.say(`dasflow: ${message}`);
      },
    });
    const statistics = await unlessStopped(work, signals);
    monitor.close();
    if (!statistics) {
      say('stopped before the first chunk');
      return;
    }
    if (options.json) process.stdout.write(`${jsonText(statistics)}\n`);
    else for (const line of summary(statistics)) say(line);
  } finally {
    monitor.close();
    signals.release();
  }
}

function overridingValue(key: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new PipelineError(`--set ${key}: ${(cause as Error).message}`, { cause });
  }
}

function summary({ chunks, bytes, seconds, source, stages, state, sinks }: PipelineStatistics): string[] {
  const { foreign, gaps, missingSamples, ...rest } = (source.statistics ?? {}) as Record<string, unknown>;
  const read = `read ${counted(chunks, 'chunk')}, ${formatBytes(bytes)}, in ${seconds.toFixed(1)} s from ${shownAddress(source.address)}`;
  return [
    read + counters(rest),
    ...unnumbered(foreign, gaps, missingSamples),
    ...stages.flatMap(seams),
    ...(state ? [`${state.restored ? 'went on from' : 'began'} the state in ${state.path}, and saved it there`] : []),
    ...sinks.map(({ address, statistics }) =>
      isEmpty(statistics)
        ? `wrote nothing to ${shownAddress(address)}${leftOver(address)}`
        : `wrote ${shownAddress(address)}${counters(statistics)}`,
    ),
  ];
}

/** The seams that stages met, and what was done there; nothing where there were none. */
function seams({ name, counters }: PipelineStatistics['stages'][number]): string[] {
  const { gaps, filledGaps, filledSamples, overlaps, trimmedSamples, rateChanges } = counters;
  const filled = filledGaps > 0 ? ` (${filledGaps} filled with ${counted(filledSamples, 'sample')})` : '';
  const trimmed = trimmedSamples > 0 ? ` (${counted(trimmedSamples, 'sample')} trimmed)` : '';
  const told = [
    ...(gaps > 0 ? [counted(gaps, 'gap') + filled] : []),
    ...(overlaps > 0 ? [counted(overlaps, 'overlap') + trimmed] : []),
    ...(rateChanges > 0 ? [`${counted(rateChanges, 'change')} of rate`] : []),
  ];
  return told.length > 0 ? [`${name} met ${told.join(', ')}`] : [];
}

/** What the counters of a stream without packet numbers mean. */
export function unnumbered(foreign: unknown, gaps: unknown, missingSamples: unknown): string[] {
  if (typeof foreign !== 'number' || foreign === 0) return [];
  return [
    `the publisher does not number its packets (${foreign} of them), so losses are judged by gaps in time: ` +
      `${counted(Number(gaps), 'gap')}, ${counted(Number(missingSamples), 'sample')} missing`,
  ];
}

/** Whether a sink counted something, and it is nothing that it wrote. */
function isEmpty(statistics: unknown): boolean {
  const { files, bytes, sent } = (statistics ?? {}) as Record<string, unknown>;
  return (files ?? sent ?? bytes) === 0;
}

function leftOver(address: string): string {
  const isThere = isAbsolute(address) && existsSync(address);
  const isFilled = isThere && !(statSync(address).isDirectory() && readdirSync(address).length === 0);
  return isFilled ? ' (what is there was there before)' : '';
}

/** Counters as text: those that are not zero, and losses in any case. */
function counters(statistics: unknown): string {
  if (typeof statistics !== 'object' || statistics === null) return '';
  const shown = Object.entries(statistics).filter(
    ([name, value]) => typeof value === 'number' && (value !== 0 || name === 'lost' || name === 'rows'),
  );
  const text = shown.map(
    ([name, value]) => `${name} ${Number.isInteger(value) ? value : (value as number).toFixed(3)}`,
  );
  return text.length ? ` (${text.join(', ')})` : '';
}
