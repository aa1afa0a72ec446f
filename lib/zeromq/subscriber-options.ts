import type { Subscriber } from 'zeromq';
import type { DecodeOptions } from '../packets/packet.js';
import {
  addressOption,
  type ConnectionOptions,
  choiceOption,
  connectionSettings,
  countOption,
  flagOption,
  knownOptions,
  timeoutOption,
} from './socket-options.js';

/** What a subscriber does with a frame that is no packet: count it and go on, or end with its error. */
export type OnMalformed = 'skip' | 'error';

/** What subscribers of all protocols can be told. */
export interface ReceiverOptions extends ConnectionOptions {
  /** Seconds to wait for each packet before the stream fails with `TIMEOUT`. Default null: for ever. */
  timeout?: number | null;
  /** Chunks that are received ahead of the reader (Node's). Default 2, and never fewer than `codecWorkers`. */
  highWaterMark?: number;
  /** Packets that ZeroMQ receives ahead of that (ZMQ_RCVHWM), from 1 on. Default 16. */
  receiveHighWaterMark?: number;
  /** Bytes of the kernel's receive buffer (ZMQ_RCVBUF). Default: the system's choice, up to some megabytes. */
  receiveBufferSize?: number;
  /** Frames that are no packet: `'skip'` (default): counted and told by the event `malformed`; `'error'`: the stream fails. */
  onMalformed?: OnMalformed;
  /** Bytes of the largest frame (ZMQ_MAXMSGSIZE): ZeroMQ disconnects from who sends a larger one. Default 1 GiB. */
  maxMessageSize?: number;
}

/** Options of `ZMQSubscriber`. */
export interface ZMQSubscriberOptions extends ReceiverOptions {
  /** Whether the stream ends after the end-of-stream packet of a publisher of ours. Default false: as xdas, it never ends. */
  endOfStream?: boolean;
  /** Milliseconds that decoding one packet may take; after that it is malformed. Default: that of `decodePacket`. */
  deadline?: number;
  /** Bytes that the values of one packet may take once decoded; above that it is malformed (`TOO_LARGE`). Default: 256 MiB, that of `decodePacket`. */
  maxBytes?: number;
  /**
   * Packets that are decoded at once (order kept), compressed ones each in a worker thread; a packet that waits alone is divided
   * among them. Default 1; threads beyond `os.availableParallelism()` are not started. See {@link decodePacket}.
   */
  codecWorkers?: number;
  /** Whether `bytesOf` gives each array's packet as it came. Default false: it is let go. */
  keepBytes?: boolean;
}

/** Names of {@link ReceiverOptions}. */
export const receiverOptionNames = [
  'timeout',
  'highWaterMark',
  'receiveHighWaterMark',
  'receiveBufferSize',
  'onMalformed',
  'maxMessageSize',
  'signal',
  'heartbeat',
] as const satisfies readonly (keyof ReceiverOptions)[];

const optionNames = [
  ...receiverOptionNames,
  'endOfStream',
  'deadline',
  'maxBytes',
  'codecWorkers',
  'keepBytes',
] as const satisfies readonly (keyof ZMQSubscriberOptions)[];

/** {@link ReceiverOptions} checked, defaults filled in. */
export interface ReceiverSettings {
  highWaterMark: number;
  /** Messages that are decoded at once; default 1. */
  decodedAtOnce?: number;
  timeout: number | null;
  onMalformed: OnMalformed;
  socketOptions: ConstructorParameters<typeof Subscriber>[0];
}

/** Options of a `ZMQSubscriber` checked, defaults filled in. */
export interface SubscriberSettings extends ReceiverSettings {
  endOfStream: boolean;
  keepBytes: boolean;
  decoding: DecodeOptions;
}

export function subscriberSettings(address: string, options: ZMQSubscriberOptions): SubscriberSettings {
  knownOptions('ZMQSubscriber', options, optionNames);
  addressOption('ZMQSubscriber', address);
  const codecWorkers = countOption('codecWorkers', options.codecWorkers ?? 1);
  const settings = receiverSettings(options);
  return {
    ...settings,
    highWaterMark: Math.max(settings.highWaterMark, codecWorkers),
    decodedAtOnce: codecWorkers,
    endOfStream: flagOption('endOfStream', options.endOfStream ?? false),
    keepBytes: flagOption('keepBytes', options.keepBytes ?? false),
    decoding: {
      codecWorkers,
      ...(options.deadline === undefined ? {} : { deadline: countOption('deadline', options.deadline) }),
      ...(options.maxBytes === undefined ? {} : { maxBytes: countOption('maxBytes', options.maxBytes) }),
    },
  };
}

/** The settings that do not depend on the protocol. */
export function receiverSettings(options: ReceiverOptions): ReceiverSettings {
  return {
    highWaterMark: countOption('highWaterMark', options.highWaterMark ?? 2),
    timeout: timeoutOption('timeout', options.timeout),
    onMalformed: choiceOption('onMalformed', options.onMalformed ?? 'skip', ['skip', 'error']),
    socketOptions: {
      ...connectionSettings(options),
      receiveHighWaterMark: countOption('receiveHighWaterMark', options.receiveHighWaterMark ?? 16),
      ...(options.receiveBufferSize === undefined
        ? {}
        : { receiveBufferSize: countOption('receiveBufferSize', options.receiveBufferSize) }),
      maxMessageSize: countOption('maxMessageSize', options.maxMessageSize ?? 2 ** 30),
      linger: 0,
    },
  };
}
