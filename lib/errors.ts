/**
 * The error tree of dasflow. Every error carries a stable `code` to branch on, says what was wrong, where, and what is
 * allowed, and keeps its `cause`.
 */

/** Every code an error of dasflow can carry, with what it means. Codes are stable; texts are not. */
export const errorCodes = {
  BAD_ARGUMENT: 'an option or argument has the wrong type or value',
  BAD_DTYPE: 'a dtype is unknown, or not allowed here',
  BAD_TIME: 'a time or duration cannot be read',
  BAD_COORDINATE: 'a coordinate is not valid (ties, lengths, regularity)',
  BAD_DIM: 'a dimension does not exist or does not fit',
  BAD_SHAPE: 'shapes do not fit together',
  BAD_INDEX: 'an index or label is out of range or not found',
  OVERLAP: 'a coordinate goes backward: labels are not unique',
  MALFORMED_PACKET: 'the bytes are not a packet that can be read',
  UNSUPPORTED_FILTER: 'an HDF5 filter that is not available is needed',
  BAD_ENCODING: 'an encoding does not fit the data or is not known',
  BROKEN_CODEC: 'a codec did not survive its own round trip',
  NON_FINITE: 'NaN or infinity where a lossy codec would spoil it',
  DEADLINE: 'a packet took longer than its deadline',
  WORKER_LOST: 'a worker thread ended while it had work',
  TIMEOUT: 'nothing arrived, or nobody came, in time',
  CLOSED: 'the stream or socket was already closed',
  ADDRESS: 'an address cannot be bound, connected to or understood',
  DISCONTINUITY: 'a gap or rate change where it is not allowed',
  IRREGULAR: 'a regular coordinate is needed for processing in chunks',
  CHUNKED_WHOLE_RECORD: 'an operation that needs the whole record was given chunks of it',
  BAD_STATE: 'a saved state does not fit this atom',
  BAD_FILE: 'a file cannot be read or written',
  BAD_PIPELINE: 'a declared pipeline has a mistake',
  TOO_LARGE: 'a packet claims more data than it may hold',
  RELEASED: 'the memory of an array was released, by release() or by who owned it, and is gone',
  OTHER_PIPELINE: 'a saved state is of another pipeline than this one',
  UNKNOWN_VERSION: 'something was saved in a version of its format that is not known here',
  MISSING_PACKAGE: 'an optional package that this needs is not installed',
  QUEUE_FULL: 'more calls wait for a bounded queue than it takes: await earlier ones first',
} as const;

/** A stable error code of dasflow. */
export type ErrorCode = keyof typeof errorCodes;

/** Options common to all errors of dasflow. */
export interface DasflowErrorOptions {
  /** What led to this error, kept as it was. */
  cause?: unknown;
}

/** The root of all errors that dasflow throws on purpose. */
export class DasflowError extends Error {
  /** Stable code to branch on; see {@link errorCodes}. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: DasflowErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
  }
}

/** Wrong argument, dtype, time, dim, shape or index: the caller's input to an array or an option. */
export class ArgumentError extends DasflowError {}

/** A coordinate that is not valid, or does not allow what was asked. */
export class CoordinateError extends DasflowError {}

/** Which way a packet was going when it failed. */
export type Direction = 'encode' | 'decode';

/** A packet could not be encoded or decoded. The text names the direction and, where known, codec and packet number. */
export class PacketError extends DasflowError {
  /** `'encode'` or `'decode'`. */
  readonly direction: Direction;
  /** The codec or filter concerned, if one is. */
  readonly codec?: string;

  constructor(
    code: ErrorCode,
    direction: Direction,
    message: string,
    options: DasflowErrorOptions & { codec?: string } = {},
  ) {
    super(code, `${direction}: ${message}`, options);
    this.direction = direction;
    if (options.codec !== undefined) this.codec = options.codec;
  }
}

/** A live stream failed: address, time-out, closed socket. */
export class StreamError extends DasflowError {
  /** The address concerned, if one is. */
  readonly address?: string;

  constructor(code: ErrorCode, message: string, options: DasflowErrorOptions & { address?: string } = {}) {
    super(code, message, options);
    if (options.address !== undefined) this.address = options.address;
  }
}

/** An atom refused its input, its parameters or a state. */
export class AtomError extends DasflowError {}

/** A file could not be read or written. */
export class FileError extends DasflowError {
  /** The path concerned. */
  readonly path: string;

  constructor(code: ErrorCode, path: string, message: string, options: DasflowErrorOptions = {}) {
    super(code, `${path}: ${message}`, options);
    this.path = path;
  }
}

/** A declared pipeline has a mistake; the text starts with `file:line:column` where known. */
export class PipelineError extends DasflowError {
  constructor(message: string, options: DasflowErrorOptions = {}) {
    super('BAD_PIPELINE', message, options);
  }
}
