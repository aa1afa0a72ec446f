import type { Writable } from 'node:stream';
import type { Monitor, Phase } from './monitor.js';

/** Undoes what a meter did to its target. */
export type Unmeter = () => void;

/**
 * Adds the time that an atom's `push` and `flush` take to a monitor's `process` phase, by putting timed methods on this
 * one instance. Returns what takes them off again.
 */
export function meterAtom(atom: object, monitor: Monitor): Unmeter {
  return meterMethods(atom, ['push', 'flush'], (call) => {
    const start = monitor.now();
    try {
      return call();
    } finally {
      monitor.spent('process', monitor.now() - start);
    }
  });
}

/**
 * Adds the time from each `_write` of a Writable until its callback, and of `_final`, to a monitor's phase. Returns what
 * takes the timed methods off again.
 */
export function meterWrites(sink: Writable, monitor: Monitor, phase: Phase = 'write'): Unmeter {
  return meterMethods(sink, ['_write', '_final'], (call, args) => {
    const start = monitor.now();
    const callback = args.at(-1) as (...results: unknown[]) => void;
    args[args.length - 1] = (...results: unknown[]) => {
      monitor.spent(phase, monitor.now() - start);
      callback(...results);
    };
    return call();
  });
}

type Method = (...args: unknown[]) => unknown;

function meterMethods(
  target: object,
  names: readonly string[],
  around: (call: () => unknown, args: unknown[]) => unknown,
): Unmeter {
  const methods = target as Record<string, Method | undefined>;
  const undo: Unmeter[] = [];
  for (const name of names) {
    const method = methods[name];
    if (typeof method !== 'function') continue;
    const own = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, {
      configurable: true,
      writable: true,
      value: (...args: unknown[]) => around(() => method.apply(target, args), args),
    });
    undo.push(() => {
      if (own) Object.defineProperty(target, name, own);
      else delete methods[name];
    });
  }
  return () => {
    for (const step of undo) step();
  };
}
