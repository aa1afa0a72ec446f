/**
 * Loaded before other test files (`node --import`): every atom that says that it consumes its input, nested ones too, gets each
 * array on memory that is taken away as soon as the atom has answered. Whoever kept a view of it then throws `RELEASED`.
 * With `DASFLOW_RECYCLING=poison` what was taken away is lent again, full of NaN.
 */
import { Atom } from '../../lib/atoms/atom.js';
import type { Chunk } from '../../lib/atoms/chunk.js';
import { sharesMemory } from '../../lib/atoms/chunk-memory.js';
import { DataArray } from '../../lib/dataarray/data-array.js';
import { partsDType, typedArrayConstructor } from '../../lib/dtype.js';
import { lendMemory, returnMemory } from '../../lib/signal/recycled-memory.js';

function lentCopy(chunk: Chunk): Chunk {
  if (!(chunk instanceof DataArray) || chunk.empty) return chunk;
  const { values } = chunk;
  const memory = new (typedArrayConstructor(partsDType(chunk.dtype)))(lendMemory(values.byteLength), 0, values.length);
  (memory as Float64Array).set(values as Float64Array);
  return chunk.with({ data: memory, shape: chunk.shape, dtype: chunk.dtype });
}

let taken = 0;

function poisoned(this: Atom, original: (chunk: Chunk, ...rest: never[]) => Chunk[], chunk: Chunk, ...rest: never[]) {
  const input = this.consumesInput ? lentCopy(chunk) : chunk;
  const given = original.call(this, input, ...rest);
  if (input !== chunk && input instanceof DataArray && !input.released)
    if (!given.some((output) => sharesMemory(input, output)) && returnMemory(input.data.data.buffer)) taken++;
  return given;
}

const { push, run } = Atom.prototype;
Atom.prototype.push = function (...args) {
  return poisoned.call(this, push as never, ...(args as unknown as [Chunk]));
};
Atom.prototype.run = function (...args) {
  return poisoned.call(this, run as never, ...(args as unknown as [Chunk]));
};

process.on('exit', () => console.log(`poisoned inputs: ${taken}`));
