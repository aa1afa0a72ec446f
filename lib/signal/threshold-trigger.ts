/** Threshold trigger along one axis, resumable: on at a threshold, off below half of it, a pick at the maximum between. */
import type { TypedArray } from '../dtype.js';
import { expectLength, type Lanes, laneCount, sampleCount } from './lanes.js';
import { asFloat64 } from './to-float64.js';

/** State of {@link thresholdTrigger}, one element for each lane (lane = o * inner + i). */
export interface TriggerState {
  /** Samples so far. */
  offset: number;
  /** 1 where a trigger is on. */
  readonly status: Uint8Array;
  /** Sample, counted since the run began, of the maximum of the last trigger. Exact up to 2^53. */
  readonly index: Float64Array;
  /** Value of that maximum. */
  readonly value: Float64Array;
}

/** Picks: one element for each, in the order of lanes and, within a lane, of samples. */
export interface Picks {
  /** Lane, o * inner + i. */
  readonly lanes: number[];
  /** Sample, counted since the run began; may lie in a chunk that is gone. */
  readonly indices: number[];
  readonly values: number[];
}

/** A fresh state: all triggers off. */
export function triggerState(lanes: Lanes): TriggerState {
  const count = laneCount(lanes);
  return {
    offset: 0,
    status: new Uint8Array(count),
    index: new Float64Array(count),
    value: new Float64Array(count),
  };
}

/**
 * Runs the trigger over a chunk and returns the picks whose triggers it turned off; `state` is updated.
 *
 * - `x`: characteristic function, any dtype, laid out as `lanes` says; not changed.
 * - `on`: threshold of each lane. A trigger turns on at a value >= it, and off at a value below half of it; its pick is
 *   the first sample of its maximum. An infinite threshold never triggers, nor does NaN.
 *
 * Any cutting gives the same picks, in another order.
 */
export function thresholdTrigger(x: TypedArray, lanes: Lanes, on: Float64Array, state: TriggerState): Picks {
  const { outer, length, inner } = lanes;
  expectLength(x, sampleCount(lanes), 'x', `(${outer}, ${length}, ${inner})`);
  const count = laneCount(lanes);
  expectLength(on, count, 'on', `(${count})`);
  expectLength(state.status, count, 'status', `(${count})`);
  const values = asFloat64(x);
  const { status, index, value, offset } = state;
  const picks: Picks = { lanes: [], indices: [], values: [] };
  for (let lane = 0; lane < count; lane++) {
    const first = Math.floor(lane / inner) * length * inner + (lane % inner);
    const threshold = on[lane];
    const off = threshold / 2;
    if (threshold === Number.POSITIVE_INFINITY) continue;
    for (let t = 0, i = first; t < length; t++, i += inner) {
      const sample = values[i];
      if (status[lane] === 0) {
        if (!(sample >= threshold)) continue;
        status[lane] = 1;
        index[lane] = offset + t;
        value[lane] = sample;
      } else {
        if (sample > value[lane]) {
          index[lane] = offset + t;
          value[lane] = sample;
        }
        if (!(sample < off)) continue;
        status[lane] = 0;
        take(picks, lane, state);
      }
    }
  }
  state.offset += length;
  return picks;
}

/** Turns off the triggers that are still on and returns their picks: the end of a run. */
export function closeTriggers(state: TriggerState): Picks {
  const picks: Picks = { lanes: [], indices: [], values: [] };
  for (const [lane, on] of state.status.entries()) if (on) take(picks, lane, state);
  state.status.fill(0);
  return picks;
}

function take(picks: Picks, lane: number, { index, value }: TriggerState): void {
  picks.lanes.push(lane);
  picks.indices.push(index[lane]);
  picks.values.push(value[lane]);
}
