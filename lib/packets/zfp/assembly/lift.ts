// zfp's lifting transform along one dimension of a block, in memory: four vectors at a time, a distance apart.
// Peter Lindstrom, "Fixed-rate compressed floating-point arrays", IEEE TVCG 20 (2014); zfp 1.0 (BSD-3).

function add<I>(a: v128, b: v128): v128 {
  return sizeof<I>() === 4 ? i32x4.add(a, b) : i64x2.add(a, b);
}

function sub<I>(a: v128, b: v128): v128 {
  return sizeof<I>() === 4 ? i32x4.sub(a, b) : i64x2.sub(a, b);
}

function half<I>(a: v128): v128 {
  return sizeof<I>() === 4 ? i32x4.shr_s(a, 1) : i64x2.shr_s(a, 1);
}

/** Vectors at `at`, `at + step`, `at + 2 * step`, `at + 3 * step`. */
export function forward<I>(at: usize, step: usize): void {
  let x = v128.load(at);
  let y = v128.load(at + step);
  let z = v128.load(at + 2 * step);
  let w = v128.load(at + 3 * step);
  x = half<I>(add<I>(x, w));
  w = sub<I>(w, x);
  z = half<I>(add<I>(z, y));
  y = sub<I>(y, z);
  x = half<I>(add<I>(x, z));
  z = sub<I>(z, x);
  w = half<I>(add<I>(w, y));
  y = sub<I>(y, w);
  w = add<I>(w, half<I>(y));
  y = sub<I>(y, half<I>(w));
  v128.store(at, x);
  v128.store(at + step, y);
  v128.store(at + 2 * step, z);
  v128.store(at + 3 * step, w);
}

/** The inverse of {@link forward}, but for the bits that it rounds off. */
export function inverse<I>(at: usize, step: usize): void {
  let x = v128.load(at);
  let y = v128.load(at + step);
  let z = v128.load(at + 2 * step);
  let w = v128.load(at + 3 * step);
  y = add<I>(y, half<I>(w));
  w = sub<I>(w, half<I>(y));
  y = add<I>(y, w);
  w = sub<I>(w, sub<I>(y, w));
  z = add<I>(z, x);
  x = sub<I>(x, sub<I>(z, x));
  y = add<I>(y, z);
  z = sub<I>(z, sub<I>(y, z));
  w = add<I>(w, x);
  x = sub<I>(x, sub<I>(w, x));
  v128.store(at, x);
  v128.store(at + step, y);
  v128.store(at + 2 * step, z);
  v128.store(at + 3 * step, w);
}

/** Swaps rows and columns: of 4 rows of 4 for 32 bits, of 2 rows of 4 (into 4 vectors of 2, and back) for 64 bits. */
export function transpose4(at: usize): void {
  const a = v128.load(at);
  const b = v128.load(at, 16);
  const c = v128.load(at, 32);
  const d = v128.load(at, 48);
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ef = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(at, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(at, i64x2.shuffle(ab, cd, 1, 3), 16);
  v128.store(at, i64x2.shuffle(ef, gh, 0, 2), 32);
  v128.store(at, i64x2.shuffle(ef, gh, 1, 3), 48);
}

function rowsOfTwo(at: usize): void {
  const a = v128.load(at);
  const b = v128.load(at, 16);
  const c = v128.load(at, 32);
  const d = v128.load(at, 48);
  v128.store(at, i64x2.shuffle(a, c, 0, 2));
  v128.store(at, i64x2.shuffle(a, c, 1, 3), 16);
  v128.store(at, i64x2.shuffle(b, d, 0, 2), 32);
  v128.store(at, i64x2.shuffle(b, d, 1, 3), 48);
}

function vectorsOfTwo(at: usize): void {
  const x = v128.load(at);
  const y = v128.load(at, 16);
  const z = v128.load(at, 32);
  const w = v128.load(at, 48);
  v128.store(at, i64x2.shuffle(x, y, 0, 2));
  v128.store(at, i64x2.shuffle(z, w, 0, 2), 16);
  v128.store(at, i64x2.shuffle(x, y, 1, 3), 32);
  v128.store(at, i64x2.shuffle(z, w, 1, 3), 48);
}

/** Along x: rows of 4 that lie one after another, `bytes` in all. */
function alongRows<I>(at: usize, bytes: usize, back: bool): void {
  for (let p = at; p < at + bytes; p += 64) {
    if (sizeof<I>() === 4) transpose4(p);
    else rowsOfTwo(p);
    if (back) inverse<I>(p, 16);
    else forward<I>(p, 16);
    if (sizeof<I>() === 4) transpose4(p);
    else vectorsOfTwo(p);
  }
}

/** Along y (`step` is that of a row), z or w. */
function across<I>(at: usize, bytes: usize, step: usize, back: bool): void {
  for (let outer = at; outer < at + bytes; outer += 4 * step)
    for (let p = outer; p < outer + step; p += 16)
      if (back) inverse<I>(p, step);
      else forward<I>(p, step);
}

/** A whole block of 2 to 4 dimensions, x first. */
export function forwardBlock<I>(at: usize, dims: i32): void {
  const bytes: usize = sizeof<I>() << (2 * dims);
  alongRows<I>(at, bytes, false);
  for (let d = 1; d < dims; d++) across<I>(at, bytes, sizeof<I>() << (2 * d), false);
}

/** A whole block of 2 to 4 dimensions, x last. */
export function inverseBlock<I>(at: usize, dims: i32): void {
  const bytes: usize = sizeof<I>() << (2 * dims);
  for (let d = dims - 1; d > 0; d--) across<I>(at, bytes, sizeof<I>() << (2 * d), true);
  alongRows<I>(at, bytes, true);
}

/** One row of 4, for blocks of one dimension. */
export function forwardRow<I>(at: usize): void {
  let x = load<I>(at);
  let y = load<I>(at, sizeof<I>());
  let z = load<I>(at, 2 * sizeof<I>());
  let w = load<I>(at, 3 * sizeof<I>());
  x = ((x + w) as I) >> (1 as I);
  w = (w - x) as I;
  z = ((z + y) as I) >> (1 as I);
  y = (y - z) as I;
  x = ((x + z) as I) >> (1 as I);
  z = (z - x) as I;
  w = ((w + y) as I) >> (1 as I);
  y = (y - w) as I;
  w = (w + (y >> (1 as I))) as I;
  y = (y - (w >> (1 as I))) as I;
  store<I>(at, x);
  store<I>(at, y, sizeof<I>());
  store<I>(at, z, 2 * sizeof<I>());
  store<I>(at, w, 3 * sizeof<I>());
}

/** The inverse of {@link forwardRow}. */
export function inverseRow<I>(at: usize): void {
  let x = load<I>(at);
  let y = load<I>(at, sizeof<I>());
  let z = load<I>(at, 2 * sizeof<I>());
  let w = load<I>(at, 3 * sizeof<I>());
  y = (y + (w >> (1 as I))) as I;
  w = (w - (y >> (1 as I))) as I;
  y = (y + w) as I;
  w = (w - (y - w)) as I;
  z = (z + x) as I;
  x = (x - (z - x)) as I;
  y = (y + z) as I;
  z = (z - (y - z)) as I;
  w = (w + x) as I;
  x = (x - (w - x)) as I;
  store<I>(at, x);
  store<I>(at, y, sizeof<I>());
  store<I>(at, z, 2 * sizeof<I>());
  store<I>(at, w, 3 * sizeof<I>());
}
