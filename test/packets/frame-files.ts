/**
 * Frames that the two ages of xdas wrote, with what they decode to: a few are committed in test/fixtures/packets, all are
 * in the shared folder (DASFLOW_SHARED/packets) where that is present.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the xdas that wrote a frame decodes it to. */
export interface ExpectedPacket {
  name: string | null;
  dims: string[];
  shape: number[];
  /** numpy's code, such as `<f8`. */
  dtype: string;
  attrs: Record<string, string | number | (string | number)[]>;
  coords: Record<
    string,
    {
      dim: string | null;
      type: string;
      dtype: string;
      values: (string | number)[];
      sampling_interval?: string | number;
      sampling_numerator?: string | number;
      sampling_denominator?: string | number;
      tolerance?: string | number;
    }
  >;
  encoding: Record<string, unknown> | null;
}

/** One frame. */
export interface ReferenceFrame {
  xdas: '0.2.7' | '0.2.10';
  name: string;
  bytes: Uint8Array;
  expected: ExpectedPacket;
  /** The decoded values, little-endian, C order. */
  values(): Uint8Array;
}

const root = process.cwd();
const fixtures = join(root, 'test', 'fixtures', 'packets');
const shared = join(process.env.DASFLOW_SHARED ?? join(root, '..', 'shared'), 'packets');

function framesIn(folder: string): ReferenceFrame[] {
  return (['0.2.7', '0.2.10'] as const).flatMap((xdas) => {
    const here = join(folder, `xdas-${xdas}`);
    const { cases } = JSON.parse(readFileSync(join(here, 'manifest.json'), 'utf8')) as {
      cases: Record<string, ExpectedPacket>;
    };
    return Object.entries(cases).map(([name, expected]) => ({
      xdas,
      name,
      bytes: readFileSync(join(here, `${name}.nc`)),
      expected,
      values: () => readFileSync(join(here, `${name}.bin`)),
    }));
  });
}

/** The committed frames. */
export function committedFrames(): ReferenceFrame[] {
  return framesIn(fixtures);
}

/** All 100 frames, or a reason to skip. */
export function allFrames(): { frames: ReferenceFrame[]; skip?: undefined } | { frames: []; skip: string } {
  return existsSync(shared) ? { frames: framesIn(shared) } : { frames: [], skip: `no reference packets in ${shared}` };
}

/** One committed frame by name. */
export function committedFrame(xdas: ReferenceFrame['xdas'], name: string): ReferenceFrame {
  const frame = committedFrames().find((each) => each.xdas === xdas && each.name === name);
  if (!frame) throw new Error(`no committed frame ${xdas} ${name}`);
  return frame;
}

/** A frame of 15 kB on which HDF5 loops for ever. */
export function endlessFrame(): Uint8Array {
  return readFileSync(join(fixtures, 'hostile', 'endless-loop.nc'));
}
