/**
 * The options that publisher and subscriber share, and the checks that all of their options go through. Everything is
 * checked before a socket exists: ZeroMQ itself ignores or misreads many bad values.
 */
import { ArgumentError, StreamError } from '../errors.js';

export { flagOption, knownOptions } from '../packets/known-options.js';

/** The frame that greets a new subscriber (xdas >= 0.2.9): the welcome message of the publisher's XPUB socket. */
export const GREETING = 'xdas';

/**
 * What a subscriber of ours that ends with the stream subscribes to, besides everything, once it has seen a packet of
 * one of our publishers: so that publisher knows who still waits for the end. No packet starts with these bytes.
 */
export const ENDS_WITH_STREAM = 'dasflow:ends-with-stream';

/** Options of the connection itself, the same on both sides. All but `signal` are ZeroMQ's and the kernel's. */
export interface ConnectionOptions {
  /** Aborting it destroys the stream with Node's `AbortError`; the socket is closed. */
  signal?: AbortSignal;
  /**
   * Seconds between ZMTP heartbeats (ZMQ_HEARTBEAT_IVL), 0 for none. Default 0: a subscriber that stops reading does not
   * see the answers to its own heartbeats and disconnects from a healthy publisher, which loses what was queued. Dead peers
   * are found by TCP keep-alive, which is on, and which the kernel of a slow peer does answer. For subscribers that
   * always read it finds them sooner.
   */
  heartbeat?: number;
}

/** The part of a ZeroMQ socket's options that {@link ConnectionOptions} decide, all checked. They must be set before connecting. */
export function connectionSettings(options: ConnectionOptions): Record<string, number> {
  // Checked here, before there is a socket that nobody would close.
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal))
    throw new ArgumentError('BAD_ARGUMENT', `signal is ${text(options.signal)}; allowed: an AbortSignal`);
  const settings: Record<string, number> = {
    // The first probe after 30 s of silence, then four more every 10 s: a dead peer is gone after 70 s.
    tcpKeepalive: 1,
    tcpKeepaliveIdle: 30,
    tcpKeepaliveInterval: 10,
    tcpKeepaliveCount: 4,
  };
  const heartbeat = secondsOption('heartbeat', options.heartbeat ?? 0, { least: 0 });
  if (heartbeat > 0) settings.heartbeatInterval = Math.max(1, Math.round(heartbeat * 1000));
  return settings;
}

/** Checks a whole number from 1 on (a count of chunks, packets, bytes). Throws `BAD_ARGUMENT`. */
export function countOption(name: string, value: unknown, least = 1): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > 2 ** 31 - 1)
    throw new ArgumentError('BAD_ARGUMENT', `${name} is ${text(value)}; allowed: whole numbers from ${least} on`);
  return value;
}

/** Checks a time in seconds. Throws `BAD_ARGUMENT`. */
export function secondsOption(
  name: string,
  value: unknown,
  { least, infinite = false }: { least: number; infinite?: boolean },
): number {
  // Timers of Node and ZeroMQ count milliseconds in 31 bits.
  const longest = 2_147_483;
  if (infinite && value === Infinity) return value;
  if (typeof value !== 'number' || !(value >= least) || value > longest)
    throw new ArgumentError(
      'BAD_ARGUMENT',
      `${name} is ${text(value)}; allowed: seconds from ${least} to ${longest}${infinite ? ', or Infinity' : ''}`,
    );
  return value;
}

/** Checks a waiting time in seconds, where null, undefined and Infinity mean for ever (all three become null). Throws `BAD_ARGUMENT`. */
export function timeoutOption(name: string, value: unknown): number | null {
  if (value === null || value === undefined || value === Infinity) return null;
  return secondsOption(name, value, { least: 0, infinite: true });
}

/** Checks one of several words. Throws `BAD_ARGUMENT`. */
export function choiceOption<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
  if (!(allowed as readonly unknown[]).includes(value))
    throw new ArgumentError('BAD_ARGUMENT', `${name} is ${text(value)}; allowed: ${allowed.join(', ')}`);
  return value as T;
}

/** Checks the type of an address; what it says is ZeroMQ's to judge. Throws `ADDRESS`. */
export function addressOption(who: string, address: unknown): string {
  if (typeof address !== 'string' || !/^[a-z][a-z0-9+.-]*:\/\/./i.test(address))
    throw new StreamError(
      'ADDRESS',
      `${who}: ${text(address)} is no address; allowed: transport://place, as in tcp://127.0.0.1:5555`,
    );
  return address;
}

const allowedAddresses = {
  bind: 'tcp://HOST:PORT with a host of this machine (* for all interfaces) and a free port (* for any)',
  connect: 'tcp://HOST:PORT with a port from 1 to 65535',
} as const;

/**
 * Refuses what ZeroMQ would take for another address than was meant: it reads port 99999 as 34463, and connects to port 0
 * for ever. Throws `ADDRESS`.
 */
export function checkPort(address: string, doing: 'bind' | 'connect'): void {
  const port = /^tcp:\/\/.*:([^:]*)$/.exec(address)?.[1];
  if (port === undefined || (doing === 'bind' && port === '*')) return;
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65535 && (doing === 'bind' || Number(port) > 0)) return;
  throw new StreamError(
    'ADDRESS',
    `cannot ${doing} to ${address}: ${JSON.stringify(port)} is no port for that; allowed: ${allowedAddresses[doing]}`,
    { address },
  );
}

/** The error of an address that ZeroMQ refused. */
export function addressError(address: string, doing: 'bind' | 'connect', cause: unknown): StreamError {
  const { code, message } = cause as { code?: string; message?: string };
  const why = code === 'EADDRINUSE' ? 'it is already in use' : `${message ?? cause}${code ? ` (${code})` : ''}`;
  return new StreamError('ADDRESS', `cannot ${doing} to ${address}: ${why}; allowed: ${allowedAddresses[doing]}`, {
    address,
    cause,
  });
}

/** The errno code of an error of zeromq.js, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return (error as { code?: string } | null)?.code;
}

function text(value: unknown): string {
  return typeof value === 'bigint' ? `${value}n` : typeof value === 'string' ? JSON.stringify(value) : String(value);
}
