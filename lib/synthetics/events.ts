/** Things that happen at some time and are over some time later, drawn by stretches (slots) of time. */
export interface TimedEvent {
  /** The last second that it has something to add at. */
  readonly until: number;
}

/**
 * The events that are going on at a time. What begins in a slot follows from the number of the slot, so the answer does not
 * depend on what was asked before; asked for one time after the other, each slot is drawn once.
 */
export class Events<E extends TimedEvent> {
  readonly #slot: number;
  readonly #reach: number;
  readonly #draw: (slot: number) => E[];
  #first = 0;
  #last = -1;
  #events: E[] = [];

  /**
   * @param slot Seconds of a slot.
   * @param longest Seconds that an event can last.
   * @param draw The events that begin in a slot (the slot begins at `slot * seconds`).
   */
  constructor(slot: number, longest: number, draw: (slot: number) => E[]) {
    this.#slot = slot;
    this.#reach = Math.ceil(longest / slot);
    this.#draw = draw;
  }

  /** Events that began at `time` seconds or before and are not over; some of them may not have begun. */
  at(time: number): readonly E[] {
    const last = Math.floor(time / this.#slot);
    const first = last - this.#reach;
    if (last === this.#last) return this.#events;
    const isNext = last > this.#last && first <= this.#last + 1 && this.#last >= this.#first;
    const from = isNext ? this.#last + 1 : first;
    // Not `time`: an earlier time of the same slot may be asked for next.
    const goesOn = ({ until }: E) => until >= last * this.#slot;
    const kept = isNext ? this.#events.filter(goesOn) : [];
    for (let slot = from; slot <= last; slot++) kept.push(...this.#draw(slot).filter(goesOn));
    this.#events = kept;
    this.#first = first;
    this.#last = last;
    return kept;
  }
}

/** Places in [0, 1) of the arrivals of a Poisson process with `mean` of them on average, one after the other. */
export function* arrivals(mean: number, uniform: () => number): Generator<number> {
  const gap = () => -Math.log(1 - uniform()) / mean;
  for (let at = gap(); at < 1; at += gap()) yield at;
}
