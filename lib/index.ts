/** The public names of dasflow, and nothing else. */
export * from './dtype.js';
export * from './errors.js';
export * from './time.js';
