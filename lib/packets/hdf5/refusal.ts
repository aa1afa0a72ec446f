import type { ErrorCode } from '../../errors.js';

/**
 * Why the HDF5 engine refused a packet, on its own side of the thread: crosses it as plain data and becomes a
 * `PacketError` on the other side, which knows the direction.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly codec?: string;
  /** Whether HDF5 broke down over it, so that its worker must be replaced. */
  readonly lost: boolean;

  constructor(code: ErrorCode, message: string, codec?: string, lost = false) {
    super(message);
    this.lost = lost;
    this.name = 'Refusal';
    this.code = code;
    if (codec !== undefined) this.codec = codec;
  }
}
