import type { ErrorCode } from '../../errors.js';

/**
 * Why the HDF5 engine refused a packet, on its own side of the thread: crosses it as plain data and becomes a
 * `PacketError` on the other side, which knows the direction.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly codec?: string;

  constructor(code: ErrorCode, message: string, codec?: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    if (codec !== undefined) this.codec = codec;
  }
}
