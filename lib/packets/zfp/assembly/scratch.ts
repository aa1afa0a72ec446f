// Memory of the kernel's own, below what is handed in: one block on its way, and tables.

/** The values of one block, or its integers: up to 4^4 of 8 bytes. */
export const BLOCK = memory.data(2048, 16);
/** The upper 32 bits of coefficients in the order of coding; all there is of float32's. */
export const HIGH = memory.data(1024, 16);
/** The lower 32 bits of float64's coefficients. */
export const LOW = memory.data(1024, 16);
/** Coefficients by significance: the top bytes of 16 (or of each 16 of 64 or 256), then the next bytes, and so on. */
export const GROUPS = memory.data(2048, 16);
/** Bit planes, the top one first: 64 of up to 4 words of 64 bits; and what may be read beyond the last. */
export const PLANES = memory.data(2048 + 16, 16);

/** Codes of a byte of a bit plane, see {@link prepare}. */
export const EXPANDED = memory.data(512, 16);
/** What 4 bits of a plane are coded as, by how many are known to matter. */
export const ENCODED4 = memory.data(320, 16);
/** What 8 bits of a stream mean for a plane of 4, by how many are known to matter. */
export const DECODED4 = memory.data(5120, 16);

/** Fills the tables. Once, before anything else. */
export function prepare(): void {
  // The rest of a plane: a test "is there a one further on?" at its start and after each one, then zeros up to the next one,
  // and that. So a zero stays, and a one is followed by a test that says yes.
  for (let byte: u32 = 0; byte < 256; byte++) {
    let code: u32 = 0;
    let length: u32 = 0;
    for (let i: u32 = 0; i < 8; i++) {
      if ((byte >> i) & 1) code |= 3 << length;
      length += 1 + ((byte >> i) & 1);
    }
    store<u16>(EXPANDED + 2 * byte, <u16>code);
  }
  for (let n: u32 = 0; n <= 4; n++) {
    for (let plane: u32 = 0; plane < 16; plane++) {
      let code = plane & ((1 << n) - 1);
      let length = n;
      let at = n;
      while (at < 4) {
        const more = plane >> at !== 0;
        if (more) code |= 1 << length;
        length++;
        if (!more) break;
        while (at < 3 && !((plane >> at) & 1)) {
          at++;
          length++;
        }
        if (at < 3) code |= 1 << length++;
        at++;
      }
      store<u32>(ENCODED4 + 4 * (16 * n + plane), code | (length << 16) | (at << 24));
    }
    for (let bits: u32 = 0; bits < 256; bits++) {
      let plane = bits & ((1 << n) - 1);
      let length = n;
      let at = n;
      while (at < 4) {
        if (!((bits >> length++) & 1)) break;
        while (at < 3 && !((bits >> length++) & 1)) at++;
        plane |= 1 << at++;
      }
      store<u32>(DECODED4 + 4 * (256 * n + bits), plane | (length << 16) | (at << 24));
    }
  }
}
