/**
 * Sets options of a bound socket that take effect at once. zeromq.js (6.8) warns that they would not: its list of such options
 * lacks ZMQ_XPUB_WELCOME_MSG, which libzmq reads whenever a peer comes (our tests see it). That one warning is withheld while `set` runs; all others go through.
 */
export function setLiveOption(set: () => void): void {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (warning !== 'Socket option will not take effect until next connect/bind.')
      (emitWarning as (...all: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    set();
  } finally {
    process.emitWarning = emitWarning;
  }
}
