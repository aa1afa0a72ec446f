import { parse } from 'yaml';
import { formatBytes, Monitor, PipelineError, type PipelineStatistics, runPipeline } from '../index.js';
import { jsonText } from './json-text.js';
import { onSignals, unlessStopped } from './on-signals.js';

/** Options of `dasflow run`. */
export interface RunOptions {
  set?: Record<string, string>;
  param?: Record<string, string>;
  json?: boolean;
  quiet?: boolean;
}

/** `dasflow run FILE`. */
export async function run(file: string, options: RunOptions): Promise<void> {
  const signals = onSignals();
  const say = options.quiet || options.json ? () => {} : (line: string) => process.stdout.write(`${line}\n`);
  const overrides = Object.fromEntries(
    Object.entries(options.set ?? {}).map(([key, value]) => [key, overridingValue(key, value)]),
  );
  const monitor = new Monitor({ enabled: options.quiet ? false : undefined });
  try {
    const work = runPipeline(file, {
      overrides,
      parameters: options.param,
      signal: signals.abort,
      stop: signals.stop,
      monitor,
      onOpen: (sinks) => say(`running ${file} to ${sinks.map((sink) => sink.address).join(', ')}`),
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

function summary({ chunks, bytes, seconds, source, sinks }: PipelineStatistics): string[] {
  return [
    `read ${chunks} chunks, ${formatBytes(bytes)}, in ${seconds.toFixed(1)} s from ${source.url}${counters(source.statistics)}`,
    ...sinks.map((sink) => `wrote ${sink.address}${counters(sink.statistics)}`),
  ];
}

/** Counters as text: those that are not zero, and losses in any case. */
function counters(statistics: unknown): string {
  if (typeof statistics !== 'object' || statistics === null) return '';
  const shown = Object.entries(statistics).filter(
    ([name, value]) => typeof value === 'number' && (value !== 0 || name === 'lost'),
  );
  const text = shown.map(
    ([name, value]) => `${name} ${Number.isInteger(value) ? value : (value as number).toFixed(3)}`,
  );
  return text.length ? ` (${text.join(', ')})` : '';
}
