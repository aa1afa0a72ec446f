// Blocks in an array, in the order in which they are coded: x fastest. Where a block is not full, its missing values are
// zfp's padding: the first of three is repeated, of two the second and then the first, of one that one.
import { BLOCK } from './scratch';

/** Where the current array begins, and its sizes; those of missing dimensions are 1. */
let base: usize = 0;
let nx: usize = 1;
let ny: usize = 1;
let nz: usize = 1;
let nw: usize = 1;
/** Where the current block begins. */
let x: usize = 0;
let y: usize = 0;
let z: usize = 0;
let w: usize = 0;

function blocks(size: usize): usize {
  return (size + 3) >> 2;
}

/** Goes to a block of an array. */
export function openArray(at: usize, sx: usize, sy: usize, sz: usize, sw: usize, block: usize): void {
  base = at;
  nx = sx;
  ny = sy;
  nz = sz;
  nw = sw;
  x = 4 * (block % blocks(nx));
  block /= blocks(nx);
  y = 4 * (block % blocks(ny));
  block /= blocks(ny);
  z = 4 * (block % blocks(nz));
  w = 4 * (block / blocks(nz));
}

/** Goes to the next block. */
export function nextBlock(): void {
  x += 4;
  if (x < nx) return;
  x = 0;
  y += 4;
  if (y < ny) return;
  y = 0;
  z += 4;
  if (z < nz) return;
  z = 0;
  w += 4;
}

/** The address of the block's first value. */
function here<T>(): usize {
  return base + (((w * nz + z) * ny + y) * nx + x) * sizeof<T>();
}

/** Bytes from a row to the next. */
export function rowBytes<T>(): usize {
  return nx * sizeof<T>();
}

/** Of a full block of two dimensions the address, else 0. */
export function full2<T>(): usize {
  return nx - x >= 4 && ny - y >= 4 ? here<T>() : 0;
}

function padded(i: usize, count: usize): usize {
  return i < count ? i : i === 2 && count === 2 ? 1 : 0;
}

function copyRow<T>(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  if (sizeof<T>() === 8) v128.store(to, v128.load(from, 16), 16);
}

/** The current block, to BLOCK. */
export function gather<T>(dims: i32): void {
  const cx = min<usize>(4, nx - x);
  const cy = min<usize>(4, ny - y);
  const cz = min<usize>(4, nz - z);
  const cw = min<usize>(4, nw - w);
  const from = here<T>();
  const row = nx * sizeof<T>();
  const plane = row * ny;
  const volume = plane * nz;
  let to = BLOCK;
  for (let l: usize = 0; l < (dims > 3 ? 4 : 1); l++)
    for (let k: usize = 0; k < (dims > 2 ? 4 : 1); k++)
      for (let j: usize = 0; j < (dims > 1 ? 4 : 1); j++) {
        const start = from + padded(l, cw) * volume + padded(k, cz) * plane + padded(j, cy) * row;
        if (cx === 4) copyRow<T>(start, to);
        else
          for (let i: usize = 0; i < 4; i++)
            store<T>(to + i * sizeof<T>(), load<T>(start + padded(i, cx) * sizeof<T>()));
        to += 4 * sizeof<T>();
      }
}

/** BLOCK, to the current block. */
export function scatter<T>(): void {
  const cx = min<usize>(4, nx - x);
  const cy = min<usize>(4, ny - y);
  const cz = min<usize>(4, nz - z);
  const cw = min<usize>(4, nw - w);
  const to = here<T>();
  const row = nx * sizeof<T>();
  const plane = row * ny;
  const volume = plane * nz;
  for (let l: usize = 0; l < cw; l++)
    for (let k: usize = 0; k < cz; k++)
      for (let j: usize = 0; j < cy; j++) {
        const from = BLOCK + (16 * l * 4 + 16 * k + 4 * j) * sizeof<T>();
        const start = to + l * volume + k * plane + j * row;
        if (cx === 4) copyRow<T>(from, start);
        else for (let i: usize = 0; i < cx; i++) store<T>(start + i * sizeof<T>(), load<T>(from + i * sizeof<T>()));
      }
}
