import type { DasflowError, ErrorCode } from '../errors.js';

/** What the event `malformed` tells. */
export interface Malformed {
  /** Why, in words. */
  reason: string;
  /** The code of the error, such as `MALFORMED_PACKET`, `UNSUPPORTED_FILTER`, `DEADLINE`. */
  code: ErrorCode;
  /** The error itself. */
  error: DasflowError;
  /** Bytes of the frame (of all frames, if there were several). */
  byteLength: number;
  /** `__sequence__` that was expected in its place; null if none was. */
  expected: bigint | null;
}

/** What a {@link ZMQSubscriber} has seen so far. */
export interface ZMQSubscriberStatistics {
  /** Packets decoded and handed on (end-of-stream packets are not counted). */
  received: number;
  /** Bytes of these packets. */
  bytes: number;
  /** Packets of numbered streams that were never decoded: dropped, or malformed. */
  lost: number;
  /** Gaps on the time axis of packets without numbers, and the samples missing in them. */
  gaps: number;
  missingSamples: number;
  /** Frames that were no packet. */
  malformed: number;
  /** Greetings that were not the first frame: the connection was made again. */
  reconnects: number;
  /** Restarts of the publisher, as its packets show them. */
  restarts: number;
  /** Packets without numbers: the publisher is none of ours. */
  foreign: number;
  /** End-of-stream packets. */
  ends: number;
}
