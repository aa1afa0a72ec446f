/** The option of atoms like filters that halves what they give. */
import { z } from 'zod';
import { astype, cast } from '../dataarray/astype.js';
import { DataArray } from '../dataarray/data-array.js';
import { isComplexDType } from '../dtype.js';
import type { Chunk } from './chunk.js';

/**
 * For the schema of an atom: `dtype: 'float32'` makes its output float32, and complex output complex64. The atom computes
 * and keeps its state as it does without (in scipy's result type, most often float64); each chunk is rounded when it is given, so
 * that the result is that of the atom, rounded once, at any cutting. In a pipeline it is passed to the stages that
 * are to have it; the next stage then computes from rounded samples. Default: scipy's result type.
 */
export const castOption = { dtype: z.literal('float32').optional() };

/** A chunk as float32 (complex64), where it is an array and not so already. Memory: a new array. */
export function castOutput(chunk: Chunk): Chunk {
  if (!(chunk instanceof DataArray) || chunk.dtype === 'float32' || chunk.dtype === 'complex64') return chunk;
  if (!isComplexDType(chunk.dtype)) return astype(chunk, 'float32');
  const { coords, name, attrs } = chunk;
  const data = cast(chunk.data, 'float32').data;
  return new DataArray({
    data,
    shape: [...chunk.shape],
    dtype: 'complex64',
    dims: [...chunk.dims],
    coords,
    name,
    attrs,
  });
}
