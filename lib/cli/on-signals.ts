/** The signals of a command: the first SIGINT or SIGTERM drains, a second one aborts. */
export interface CommandSignals {
  /** Aborted by the first: reading ends, what was received goes through, sinks finish. */
  readonly stop: AbortSignal;
  /** Aborted by the second: everything is destroyed. */
  readonly abort: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

/** Listens for SIGINT and SIGTERM. */
export function onSignals(): CommandSignals {
  const stop = new AbortController();
  const abort = new AbortController();
  const listener = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) abort.abort(new Error(`${signal} for the second time`));
    else stop.abort(new Error(signal));
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    stop: stop.signal,
    abort: abort.signal,
    release: () => {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}

/** What `work` gives; null where the first signal came before it had begun (it then rejects with the reason of the signal). */
export async function unlessStopped<T>(work: Promise<T>, signals: CommandSignals): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (signals.stop.aborted && error === signals.stop.reason) return null;
    throw error;
  }
}
