#!/usr/bin/env node
/** The command `dasflow`. What a command needs is imported when it runs, so that `--help` and wrong use answer at once. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodeOf, reportError } from './report-error.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

function collect(pair: string, pairs: Record<string, string> = {}): Record<string, string> {
  const equals = pair.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It is KEY=VALUE, as in --set source.url=tcp://127.0.0.1:5555');
  return { ...pairs, [pair.slice(0, equals)]: pair.slice(equals + 1) };
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It is an integer above 0.');
  return Number(text);
}

function notNegativeInteger(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is an integer of at least 0.');
  return Number(text);
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It is a number above 0.');
  return value;
}

function pace(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('It is a number above 0 (1 is real time) or max.');
  return value;
}

/** The command with all its subcommands. */
export function buildCommand(): Command {
  const program = new Command('dasflow')
    .description('Live streams of labelled arrays (distributed acoustic sensing) on the wire of xdas.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(dasflow --help tells what is allowed)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong use. SIGINT and SIGTERM drain and flush; a second one aborts.\n' +
        'DASFLOW_DEBUG=1 adds stack traces to errors.',
    );
  const inherit = (command: Command) =>
    command.exitOverride().showHelpAfterError(`(dasflow ${command.name()} --help tells what is allowed)`);

  inherit(program.command('run'))
    .description('run a pipeline declared in a YAML file')
    .argument('<file>', 'the YAML file: source, process, sink, branches')
    .option(
      '-s, --set <key=value>',
      'put a value in place of the one in the file, as in source.url=tcp://127.0.0.1:5555; may be repeated',
      collect,
    )
    .option('-p, --param <name=value>', `a value for \${NAME} in the file; may be repeated`, collect)
    .option(
      '--workers <threads>',
      'threads for filters and detectors (default: what the file says, else 1)',
      positiveInteger,
    )
    .option('--json', 'print the statistics as JSON')
    .option('-q, --quiet', 'print nothing but errors')
    .action(async (file: string, options) => await (await import('./run.js')).run(file, options));

  inherit(program.command('replay'))
    .description('publish recorded files as if an instrument sent them now')
    .argument('<file>', 'a file, a folder, or a glob of files of any format')
    .requiredOption(
      '-t, --to <url>',
      'where to publish, as in tcp://127.0.0.1:5555 (asn+tcp://... as an instrument); port * takes a free one',
    )
    .option('--pace <factor>', 'times real time, or max for as fast as it goes', pace, 1)
    .option('--chunks <samples>', 'samples per packet (default: half a second)', positiveInteger)
    .option('--wait-for <subscribers>', 'subscribers to wait for before the first packet', notNegativeInteger, 1)
    .option(
      '--no-greeting',
      'for subscribers of xdas 0.2.8 and older, who die of the greeting; then no end of stream is sent either',
    )
    .option('--engine <name>', 'format of the files, as in febus or {febus: {offset: 0}} (default: by their content)')
    .option('--zfp <accuracy>', 'compress with ZFP to this absolute accuracy', positiveNumber)
    .option('-q, --quiet', 'print nothing but errors')
    .action(async (file: string, options) => await (await import('./replay.js')).replay(file, options));

  inherit(program.command('simulate'))
    .description('publish what a made-up instrument (OptoDAS) measures: noise, cars, earthquakes')
    .requiredOption('-t, --to <url>', 'where to publish, as in tcp://127.0.0.1:5555; port * takes a free one')
    .addOption(new Option('--protocol <name>', 'asn: as the instrument itself; xdas: packets').choices(['asn', 'xdas']))
    .option('--channels <count>', 'channels', positiveInteger, 16002)
    .option('--rate <hertz>', 'samples per second', positiveNumber, 100)
    .option('--samples <count>', 'samples per message', positiveInteger, 10)
    .option('--seed <number>', 'seed: the same one gives the same samples', notNegativeInteger, 1)
    .option('--start <time>', 'time of the first sample, as in 2024-05-21T12:00:00 (default: now)')
    .option('--duration <seconds>', 'stop after this long (default: never)', positiveNumber)
    .option('--pace <factor>', 'times real time, or max for as fast as it goes', pace, 1)
    .option(
      '--wait-for <subscribers>',
      'subscribers to wait for before the first message (default: none; 1 with --pace max)',
      notNegativeInteger,
    )
    .addOption(
      new Option(
        '--policy <name>',
        'when a subscriber is slow: drop messages for it, or wait (default: drop; block with --pace max)',
      ).choices(['drop', 'block']),
    )
    .option('--no-greeting', 'packets for subscribers of xdas 0.2.8 and older, who die of the greeting')
    .option('-q, --quiet', 'print nothing but errors')
    .action(async (options) => await (await import('./simulate.js')).simulate(options));

  inherit(program.command('record'))
    .description(
      'write each good packet of a publisher to a file, byte for byte (each message of an instrument as NetCDF)',
    )
    .argument('<url>', 'the publisher, as in tcp://127.0.0.1:5555, or an instrument, as in asn+tcp://127.0.0.1:5555')
    .requiredOption(
      '-o, --out <dir>',
      'folder for files 000000000, 000000001, ...; numbers go on after those that are there',
    )
    .option('-n, --count <packets>', 'stop after this many', positiveInteger)
    .option('--timeout <seconds>', 'fail when no packet comes for this long (default: wait for ever)', positiveNumber)
    .option('-q, --quiet', 'print nothing but errors')
    .action(async (url: string, options) => await (await import('./record.js')).record(url, options));

  inherit(program.command('inspect'))
    .description('tell what is in a file, a folder, or the next packet of a publisher')
    .argument('<what>', 'a file, folder or glob of files of any format, tcp://host:port, or asn+tcp://host:port')
    .option('--engine <name>', 'format of the files, as in febus or {febus: {offset: 0}} (default: by their content)')
    .option('--json', 'print JSON; steps of times are nanoseconds as text, in samplingIntervalNs and toleranceNs')
    .option('--timeout <seconds>', 'how long to wait for a packet', positiveNumber, 10)
    .action(async (what: string, options) => await (await import('./inspect.js')).inspect(what, options));
  return program;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
try {
  await buildCommand().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    reportError(error);
    process.exitCode = exitCodeOf(error);
  }
}
