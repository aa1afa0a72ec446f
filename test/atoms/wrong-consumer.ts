/** A deliberately wrong atom: it says that it consumes its input, and gives the sum of it and the chunk before. */
import { Atom, type Chunk, DataArray, elementwise } from '../../lib/index.js';

class Wrong extends Atom {
  #last: DataArray | null = null;

  override get consumesInput(): boolean {
    return true;
  }

  protected override call(chunk: Chunk): Chunk[] {
    const last = this.#last;
    this.#last = chunk as DataArray;
    return last
      ? [elementwise.add(chunk as DataArray, last.with({ coords: (chunk as DataArray).coords })) as DataArray]
      : [];
  }
}

const atom = new Wrong({});
for (let k = 0; k < 3; k++)
  atom.push(new DataArray({ data: new Float64Array(1e4), shape: [100, 100], dims: ['time', 'distance'] }), {
    chunkDim: 'time',
  });
