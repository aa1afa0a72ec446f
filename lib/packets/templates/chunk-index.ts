/**
 * Where the chunks of a chunked dataset lie: HDF5's B-tree of version 1, node type 1 (file format specification, III.A.1, and
 * IV.A.2.i for the "data layout" message of version 3 that names its root). Nothing in it is trusted: what is not as
 * it should be gives null, and is left to HDF5.
 */

/** One chunk, in the order of the index (C order of the grid of chunks). */
export interface IndexedChunk {
  /** Where its key is: size (4 bytes), filter mask (4), offsets. */
  readonly key: number;
  /** Where its address is (8 bytes). */
  readonly child: number;
  readonly start: number;
  readonly size: number;
  /** Bit i says that filter i was left out. */
  readonly mask: number;
}

/** The index of one dataset. */
export interface ChunkIndex {
  readonly chunks: IndexedChunk[];
  /** Places of keys that belong to no chunk: sizes and masks in them mean nothing. */
  readonly idleKeys: number[];
  /** Places of addresses of nodes. */
  readonly links: number[];
}

const NODE_HEAD = 24;
/** HDF5 itself makes trees of a few levels. */
const LEVELS_AT_MOST = 8;

/**
 * All chunks of the index with its root at `root`; null if it is none, is damaged, or lacks chunks. `shape` and
 * `chunkShape` are those of the dataset.
 */
export function readChunkIndex(
  bytes: Buffer,
  root: number,
  shape: readonly number[],
  chunkShape: readonly number[],
): ChunkIndex | null {
  const rank = shape.length;
  const grid = shape.map((size, axis) => Math.ceil(size / chunkShape[axis]!));
  const count = grid.reduce((product, size) => product * size, 1);
  const keySize = 8 + 8 * (rank + 1);
  const index: ChunkIndex = { chunks: [], idleKeys: [], links: [] };
  const position = new Array<number>(rank).fill(0);

  const visit = (node: number, level: number): boolean => {
    if (node + NODE_HEAD > bytes.length || bytes.toString('latin1', node, node + 4) !== 'TREE') return false;
    if (bytes[node + 4] !== 1 || bytes[node + 5] !== level) return false;
    const used = bytes.readUInt16LE(node + 6);
    const end = node + NODE_HEAD + used * (keySize + 8) + keySize;
    if (used === 0 || end > bytes.length) return false;
    for (let k = 0; k < used; k++) {
      const key = node + NODE_HEAD + k * (keySize + 8);
      const child = key + keySize;
      const start = addressAt(bytes, child);
      if (start === null) return false;
      if (level > 0) {
        index.idleKeys.push(key);
        index.links.push(child);
        if (!visit(start, level - 1)) return false;
        continue;
      }
      if (index.chunks.length >= count) return false;
      for (let axis = 0; axis < rank; axis++)
        if (addressAt(bytes, key + 8 + 8 * axis) !== position[axis]! * chunkShape[axis]!) return false;
      if (addressAt(bytes, key + 8 + 8 * rank) !== 0) return false;
      const size = bytes.readUInt32LE(key);
      if (size === 0 || start + size > bytes.length) return false;
      index.chunks.push({ key, child, start, size, mask: bytes.readUInt32LE(key + 4) });
      advance(position, grid);
    }
    index.idleKeys.push(end - keySize);
    return true;
  };

  const level = root + NODE_HEAD <= bytes.length ? bytes[root + 5]! : LEVELS_AT_MOST;
  return level < LEVELS_AT_MOST && visit(root, level) && index.chunks.length === count ? index : null;
}

/** The address of the root of the index of a dataset, found by its "data layout" message; null if there is not exactly one. */
export function findChunkIndex(bytes: Buffer, chunkShape: readonly number[], itemSize: number): number | null {
  const rank = chunkShape.length;
  const dims = Buffer.alloc(4 * (rank + 1));
  for (const [axis, size] of [...chunkShape, itemSize].entries()) dims.writeUInt32LE(size, 4 * axis);
  const found: number[] = [];
  for (let at = bytes.indexOf(dims, 11); at >= 0; at = bytes.indexOf(dims, at + 1)) {
    // Version 3, class 2 (chunked), number of dimensions and one, address.
    if (bytes[at - 11] !== 3 || bytes[at - 10] !== 2 || bytes[at - 9] !== rank + 1) continue;
    const root = addressAt(bytes, at - 8);
    if (root !== null && root + 5 <= bytes.length && bytes.toString('latin1', root, root + 5) === 'TREE\x01')
      found.push(root);
  }
  return found.length === 1 ? found[0]! : null;
}

/** An address or offset below 2^53; null for any other, such as the undefined address. */
export function addressAt(bytes: Buffer, at: number): number | null {
  const high = bytes.readUInt32LE(at + 4);
  return high < 2 ** 21 ? high * 2 ** 32 + bytes.readUInt32LE(at) : null;
}

/** Writes an address. */
export function writeAddress(bytes: Buffer, at: number, address: number): void {
  bytes.writeUInt32LE(address % 2 ** 32, at);
  bytes.writeUInt32LE(Math.floor(address / 2 ** 32), at + 4);
}

function advance(position: number[], grid: readonly number[]): void {
  for (let axis = grid.length - 1; axis >= 0; axis--) {
    if (++position[axis]! < grid[axis]!) return;
    position[axis] = 0;
  }
}
