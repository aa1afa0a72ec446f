import type { XPublisher } from 'zeromq';
import { dialects, type EncodeOptions } from '../packets/packet.js';
import { type Policy, policies } from './send-with-policy.js';
import {
  addressOption,
  type ConnectionOptions,
  choiceOption,
  connectionSettings,
  countOption,
  flagOption,
  GREETING,
  knownOptions,
  secondsOption,
} from './socket-options.js';

/** What publishers of all protocols can be told. */
export interface SenderOptions extends ConnectionOptions {
  /**
   * What happens while a subscriber's queue is full: `'drop'` (default): never wait, ZeroMQ drops packets for that
   * subscriber alone, who can count them. `'block'`: wait until it has room, so that nobody loses anything and one slow
   * subscriber slows the publisher, and with it the source and everybody else. In both, packets published while nobody is
   * subscribed go nowhere: `waitForSubscribers`.
   */
  policy?: Policy;
  /** Chunks that `write` accepts before it returns false (Node's). Default 2, and never fewer than `codecWorkers`. */
  highWaterMark?: number;
  /** Packets that ZeroMQ queues for each subscriber (ZMQ_SNDHWM), from 1 on. Default 16. */
  sendHighWaterMark?: number;
  /** Bytes of the kernel's send buffer per subscriber (ZMQ_SNDBUF). Default: the system's choice, up to some megabytes. */
  sendBufferSize?: number;
  /**
   * Seconds for which packets already handed to ZeroMQ are still delivered after closing (ZMQ_LINGER); the process does
   * not exit before. `close()` waits as long for what was accepted and is not with ZeroMQ yet. Default 30 under `'drop'`;
   * Infinity under `'block'`, where nobody is to lose anything: a subscriber that
   * stalls for ever then keeps the process from exiting. 0 discards at once. A publisher that is destroyed before its end
   * lingers for 30 s at most, one whose `signal` was aborted not at all.
   */
  linger?: number;
}

/** Options of `ZMQPublisher`. */
export interface ZMQPublisherOptions extends SenderOptions {
  /** How values are stored in the packets (chunks, compression, ...), as `encodePacket` takes it. Default: uncompressed. */
  encoding?: EncodeOptions['encoding'];
  /** The spelling of the packets: `'both'` (default) is read by every xdas, the others by one age of it. */
  dialect?: EncodeOptions['dialect'];
  /** NaN and infinity in a lossy encoding: `'error'` (default) or `'allow'`. */
  nonFinite?: EncodeOptions['nonFinite'];
  /**
   * Compressed packets that are encoded at once, each in a worker thread (order kept); a packet that waits alone is divided
   * among them. Default 1; threads beyond `os.availableParallelism()` are not started. See {@link encodePacket}.
   */
  codecWorkers?: number;
  /**
   * Whether new subscribers are greeted with the frame `xdas` (xdas >= 0.2.9 waits for it), and the end of the stream is
   * told. Default true. Subscribers of xdas <= 0.2.8 die of the one, and their atoms of the other: for those, false.
   */
  greeting?: boolean;
}

/** Names of {@link SenderOptions}. */
export const senderOptionNames = [
  'policy',
  'highWaterMark',
  'sendHighWaterMark',
  'sendBufferSize',
  'linger',
  'signal',
  'heartbeat',
] as const satisfies readonly (keyof SenderOptions)[];

const optionNames = [
  'encoding',
  'dialect',
  'nonFinite',
  'codecWorkers',
  'greeting',
  ...senderOptionNames,
] as const satisfies readonly (keyof ZMQPublisherOptions)[];

/** Most seconds that a publisher lingers that did not come to its end. */
export const CUT_SHORT = 30;

/** {@link SenderOptions} checked, defaults filled in. */
export interface SenderSettings {
  address: string;
  highWaterMark: number;
  /** Arrays that are encoded at once; default 1. */
  codedAtOnce?: number;
  policy: Policy;
  linger: number;
  socketOptions: ConstructorParameters<typeof XPublisher>[0];
}

/** Options of a `ZMQPublisher` checked, defaults filled in. */
export interface PublisherSettings extends SenderSettings {
  greeting: boolean;
  packet: EncodeOptions;
}

/** All checks come before the stream exists: Node would go on to construct a half-made one. */
export function publisherSettings(address: string, options: ZMQPublisherOptions): PublisherSettings {
  knownOptions('ZMQPublisher', options, optionNames);
  const greeting = flagOption('greeting', options.greeting ?? true);
  const codecWorkers = countOption('codecWorkers', options.codecWorkers ?? 1);
  const settings = senderSettings('ZMQPublisher', address, options);
  return {
    ...settings,
    // What is not in the queue cannot be begun.
    highWaterMark: Math.max(settings.highWaterMark, codecWorkers),
    codedAtOnce: options.encoding === undefined ? 1 : codecWorkers,
    greeting,
    packet: {
      encoding: options.encoding,
      dialect: choiceOption('dialect', options.dialect ?? 'both', dialects),
      codecWorkers,
      nonFinite: choiceOption('nonFinite', options.nonFinite ?? 'error', ['error', 'allow'] as const),
    },
    socketOptions: { ...settings.socketOptions, ...(greeting ? { welcomeMessage: GREETING } : {}) },
  };
}

/** The settings that do not depend on the protocol. */
export function senderSettings(who: string, address: string, options: SenderOptions): SenderSettings {
  const policy = choiceOption('policy', options.policy ?? 'drop', policies);
  const linger = secondsOption('linger', options.linger ?? (policy === 'block' ? Infinity : CUT_SHORT), {
    least: 0,
    infinite: true,
  });
  return {
    address: addressOption(who, address),
    highWaterMark: countOption('highWaterMark', options.highWaterMark ?? 2),
    policy,
    linger,
    socketOptions: {
      ...connectionSettings(options),
      verbosity: 'allSubsUnsubs',
      noDrop: policy === 'block',
      sendHighWaterMark: countOption('sendHighWaterMark', options.sendHighWaterMark ?? 16),
      ...(options.sendBufferSize === undefined
        ? {}
        : { sendBufferSize: countOption('sendBufferSize', options.sendBufferSize) }),
      // Queues are full or not at once: these sockets cannot be polled for room (see sendWithPolicy).
      sendTimeout: 0,
      linger: lingerSetting(linger),
    },
  };
}

/** Seconds as ZMQ_LINGER takes them: milliseconds, -1 for ever. */
export function lingerSetting(seconds: number): number {
  return seconds === Infinity ? -1 : Math.round(seconds * 1000);
}
