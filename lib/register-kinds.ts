/**
 * Puts the package's own kinds of sources and sinks into the registry of `lib/processing`, which itself imports neither sockets
 * nor files. Imported once, for its effect, by `lib/index.ts`.
 */
import { resolve } from 'node:path';
import { z } from 'zod';
import { DataArray } from './dataarray/data-array.js';
import { ArgumentError, DasflowError } from './errors.js';
import { DataArrayLoader } from './files/data-array-loader.js';
import { DataArrayWriter, type DataArrayWriterOptions } from './files/data-array-writer.js';
import { DataFrameWriter } from './files/data-frame-writer.js';
import { chooseFormat } from './files/formats/format-registry.js';
import { LazyArray } from './files/lazy-array.js';
import { openDataCollection } from './files/open-data-collection.js';
import { writeCollection } from './files/save-data-collection.js';
import { decodeState, encodeState, readStateFile, writeStateFile } from './files/state-file.js';
import { StreamWriter } from './files/stream-writer.js';
import type { StreamWriterOptions } from './files/stream-writer-options.js';
import { RealTimeLoader } from './files/watch/real-time-loader.js';
import type { RealTimeLoaderOptions } from './files/watch/real-time-options.js';
import { resolveCodecs, type ZarrCodec } from './files/zarr/zarr-codecs.js';
import { ZarrWriter, type ZarrWriterOptions } from './files/zarr-writer.js';
import { type Encoding, resolveEncoding } from './packets/encoding.js';
import { registerCollectionStore } from './processing/collection-store.js';
import { type ChunkSink, type SinkKind, type SourceKind, sinkKinds, sourceKinds } from './processing/registry.js';
import { absolute, registerArrays } from './processing/resolve-endpoint.js';
import { registerStateStore } from './processing/state-store.js';
import { InstrumentSimulator, type SimulatorOptions } from './synthetics/instrument-simulator.js';
import { ASNPublisher, type ASNPublisherOptions } from './zeromq/asn-publisher.js';
import { ASNSubscriber, type ASNSubscriberOptions } from './zeromq/asn-subscriber.js';
import { ZMQPublisher, type ZMQPublisherOptions } from './zeromq/zmq-publisher.js';
import { ZMQSubscriber, type ZMQSubscriberOptions } from './zeromq/zmq-subscriber.js';

const count = z.number().int().min(1);
const seconds = z.number().min(0);
const transports = ['tcp', 'ipc', 'inproc'];

/** Options of subscribers and of publishers, whatever they speak. */
const receiving = {
  timeout: z.number().positive().nullable().optional(),
  highWaterMark: count.optional(),
  receiveHighWaterMark: count.optional(),
  onMalformed: z.enum(['skip', 'error']).optional(),
  maxMessageSize: count.optional(),
  receiveBufferSize: count.optional(),
  heartbeat: seconds.optional(),
};
const sending = {
  policy: z.enum(['drop', 'block']).optional(),
  highWaterMark: count.optional(),
  sendHighWaterMark: count.optional(),
  sendBufferSize: count.optional(),
  heartbeat: seconds.optional(),
  linger: seconds.or(z.literal(Number.POSITIVE_INFINITY)).optional(),
  waitForSubscribers: z.number().int().min(0).default(0),
  waitTimeout: seconds.nullable().default(60),
};

/** An array that every encoding without chunks fits, so that its mistakes are found before there is data. */
const probe = { dims: ['first'], shape: [4], dtype: 'float32' } as const;

/** How values are stored. Codecs and their options are checked by the code that uses them; chunks once there is an array. */
const encoding = z
  .looseObject({
    chunks: z
      .union([z.array(z.number().int().min(1)), z.record(z.string(), z.number().int().min(1)), z.boolean()])
      .optional(),
  })
  .superRefine(({ chunks: _chunks, ...codec }, context) => {
    try {
      resolveEncoding(codec as Encoding, probe);
    } catch (error) {
      if (!(error instanceof DasflowError)) throw error;
      context.addIssue({ code: 'custom', message: error.message.replace(/^encoding: /, '') });
    }
  });

const storage = {
  encoding: encoding.optional(),
  dialect: z.enum(['both', 'cf-1.13', 'cf-1.9']).optional(),
  nonFinite: z.enum(['error', 'allow']).optional(),
  codecWorkers: count.optional(),
};

/** Codecs of a Zarr store, checked by the code that uses them. */
const zarrCodecs = z.array(z.unknown()).superRefine((value, context) => {
  try {
    resolveCodecs(value as ZarrCodec[], 1);
  } catch (error) {
    if (!(error instanceof DasflowError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

/** A format by name, or by name with its options: `febus`, or `{ febus: { overlaps: [5, 5] } }`. */
const engine = z
  .union([z.string(), z.record(z.string(), z.record(z.string(), z.unknown()).nullable())])
  .nullable()
  .superRefine((value, context) => {
    try {
      chooseFormat(value);
    } catch (error) {
      if (!(error instanceof DasflowError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

/** Sizes of chunks along one dimension, or `auto`. */
const chunkSizes = z.union([z.literal('auto'), z.record(z.string(), z.union([z.number().int().min(1), z.string()]))]);

/** A file, folder or glob of files of any format, read by `DataArrayLoader`. */
export const filesSource: SourceKind = {
  name: 'files',
  schemes: ['file'],
  options: z.strictObject({
    chunks: chunkSizes.optional(),
    prefetch: z.number().int().min(0).optional(),
    dim: z.string().min(1).optional(),
    regular: z.boolean().optional(),
    engine: engine.optional(),
    tolerance: z.union([seconds, z.string().min(1)]).optional(),
    onBroken: z.enum(['error', 'skip']).optional(),
    onMisfit: z.enum(['error', 'skip']).optional(),
    onOverlap: z.enum(['error', 'trim']).optional(),
    index: z.string().min(1).optional(),
  }),
  open(path, options, context) {
    const { chunks = context.chunks ?? 'auto', ...rest } = options as Record<string, unknown> & { chunks?: 'auto' };
    return new DataArrayLoader(path, chunks, rest);
  },
};

/** A folder that grows (`watch://FOLDER`, relative ones too), read by `RealTimeLoader`; it has no end of its own. */
export const watchSource: SourceKind = {
  name: 'watch',
  schemes: ['watch'],
  accepts: (url) => url.length > 'watch://'.length,
  options: z.strictObject({
    engine: engine.optional(),
    pattern: z.string().min(1).optional(),
    chunks: chunkSizes.optional(),
    dim: z.string().min(1).optional(),
    regular: z.boolean().optional(),
    existing: z.enum(['skip', 'process']).optional(),
    settle: seconds.optional(),
    patience: seconds.optional(),
    interval: z.number().min(0.01).optional(),
    events: z.boolean().optional(),
    window: seconds.optional(),
    lookAhead: count.optional(),
    onLate: z.enum(['trim', 'error']).optional(),
    onBroken: z.enum(['skip', 'error']).optional(),
    position: z.string().min(1).optional(),
    timeout: z.number().positive().nullable().optional(),
    highWaterMark: count.optional(),
  }),
  open(url, options, { baseDir, chunks: asked }) {
    const { chunks = asked, position, ...rest } = options as RealTimeLoaderOptions;
    return new RealTimeLoader(url.slice('watch://'.length), {
      ...rest,
      ...(chunks !== undefined && { chunks }),
      ...(position !== undefined && { position: resolve(baseDir, position) }),
    });
  },
};

/** Arrays from a ZeroMQ publisher, received by `ZMQSubscriber`; ends with the stream unless `endOfStream` is false. */
export const zmqSource: SourceKind = {
  name: 'zmq',
  schemes: transports,
  options: z.strictObject({
    ...receiving,
    endOfStream: z.boolean().default(true),
    deadline: z.number().positive().optional(),
    maxBytes: count.optional(),
    codecWorkers: count.optional(),
  }),
  open(url, options) {
    const subscriber = new ZMQSubscriber(url, { endOfStream: true, ...(options as ZMQSubscriberOptions) });
    return Object.assign(subscriber, { unbounded: true });
  },
};

/** Arrays to ZeroMQ subscribers, sent by `ZMQPublisher`. */
export const zmqSink: SinkKind = {
  name: 'zmq',
  schemes: transports,
  takes: 'arrays',
  options: z.strictObject({
    ...storage,
    greeting: z.boolean().optional(),
    ...sending,
  }),
  async open(url, options, { abort }) {
    const { waitForSubscribers: _count, waitTimeout: _timeout, ...rest } = options;
    const publisher = new ZMQPublisher(url, { ...(rest as ZMQPublisherOptions), ...(abort && { signal: abort }) });
    await publisher.ready;
    return publisher;
  },
  async wait(sink, options, { signal }) {
    const { waitForSubscribers: least, waitTimeout } = options as {
      waitForSubscribers: number;
      waitTimeout: number | null;
    };
    if (least === 0) return;
    const publisher = sink as ZMQPublisher | ASNPublisher;
    const aborted = new Promise<never>((_resolve, reject) => {
      const abort = () => reject(signal!.reason as Error);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
    await Promise.race([publisher.waitForSubscribers(least, waitTimeout), aborted]);
  },
};

/** Arrays from an OptoDAS instrument (`asn+tcp://host:port`), received by `ASNSubscriber`; it has no end of its own. */
export const asnSource: SourceKind = {
  name: 'asn',
  schemes: transports.map((transport) => `asn+${transport}`),
  options: z.strictObject({
    ...receiving,
    values: z.enum(['raw', 'strain rate']).optional(),
    tolerance: z.union([seconds, z.string().min(1)]).optional(),
  }),
  open(url, options) {
    return Object.assign(new ASNSubscriber(url, options as ASNSubscriberOptions), { unbounded: true });
  },
};

/** Arrays sent as an OptoDAS instrument sends them (`asn+tcp://host:port`), by `ASNPublisher`. */
export const asnSink: SinkKind = {
  name: 'asn',
  schemes: transports.map((transport) => `asn+${transport}`),
  takes: 'arrays',
  options: z.strictObject(sending),
  async open(url, options, { abort }) {
    const { waitForSubscribers: _count, waitTimeout: _timeout, ...rest } = options;
    const publisher = new ASNPublisher(url, { ...(rest as ASNPublisherOptions), ...(abort && { signal: abort }) });
    await publisher.ready;
    return publisher;
  },
  wait: zmqSink.wait,
};

/** A made-up instrument (`simulator://optodas`), of `InstrumentSimulator`. */
export const simulatorSource: SourceKind = {
  name: 'simulator',
  schemes: ['simulator'],
  accepts: (url) => /^simulator:\/\/optodas\/?$/i.test(url),
  options: z.strictObject({
    channels: count.optional(),
    rate: z.number().positive().optional(),
    samples: count.optional(),
    seed: z.number().int().optional(),
    start: z.string().min(1).optional(),
    duration: z.number().positive().optional(),
    dx: z.number().positive().optional(),
    cars: seconds.optional(),
    quakes: seconds.optional(),
  }),
  open: (_url, options) => new InstrumentSimulator(options as SimulatorOptions),
};

/** Tables to a Parquet file, written by `DataFrameWriter`. */
export const parquetSink: SinkKind = {
  name: 'parquet',
  schemes: ['file'],
  takes: 'tables',
  accepts: (path) => /\.parquet$/i.test(path),
  options: z.strictObject({ mode: z.literal('overwrite').optional() }),
  open: (path, options) => new DataFrameWriter(path, { ...options, createDirs: true }),
};

/** Tables to a CSV file, written by `DataFrameWriter`. */
export const csvSink: SinkKind = {
  name: 'csv',
  schemes: ['file'],
  takes: 'tables',
  accepts: (path) => /\.csv$/i.test(path),
  options: z.strictObject({ mode: z.enum(['overwrite', 'append']).optional() }),
  open: (path, options) => new DataFrameWriter(path, { ...options, createDirs: true }),
};

/** Arrays to a Zarr store, written by `ZarrWriter`. */
export const zarrSink: SinkKind = {
  name: 'zarr',
  schemes: ['file'],
  takes: 'arrays',
  accepts: (path) => /\.zarr[/\\]?$/i.test(path),
  options: z.strictObject({
    chunks: z.union([z.array(count), z.record(z.string(), count)]).optional(),
    codecs: zarrCodecs.optional(),
    mode: z.enum(['overwrite', 'append']).optional(),
  }),
  open: (path, options, { chunkDim }) =>
    new ZarrWriter(path, { dim: chunkDim, ...(options as ZarrWriterOptions), createDirs: true }),
};

/** Arrays to NetCDF files in a folder, written by `DataArrayWriter`. */
export const folderSink: SinkKind = {
  name: 'folder',
  schemes: ['file'],
  takes: 'arrays',
  options: z.strictObject({ ...storage, mode: z.enum(['overwrite', 'append']).optional() }),
  open(path, options, { chunkDim }): ChunkSink {
    if (/\.(nc|nc4|h5|hdf5|json|txt|tsv|xlsx?|feather|sqlite|ya?ml)$/i.test(path))
      throw new ArgumentError(
        'ADDRESS',
        `${path} looks like one file; allowed: a folder (arrays become numbered NetCDF files in it), a *.zarr path (arrays), a *.csv or *.parquet path (tables)`,
      );
    return new DataArrayWriter(path, { ...(options as DataArrayWriterOptions), createDirs: true, dim: chunkDim });
  },
};

/** A code or template for all channels, or one for each. */
const codes = z.union([z.string(), z.array(z.string()).min(1)]).optional();
const records = z.strictObject({
  network: codes,
  station: codes,
  location: codes,
  channel: codes,
  dataquality: z.enum(['D', 'R', 'Q', 'M']).optional(),
  mode: z.enum(['overwrite', 'append']).optional(),
  recordLength: count.optional(),
  encoding: z.enum(['STEIM2', 'STEIM1', 'INT32', 'FLOAT32', 'FLOAT64']).optional(),
  onOverlap: z.enum(['error', 'trim']).optional(),
  dim: z.string().min(1).optional(),
});

/** Arrays to an SDS archive of miniSEED day files (`sds://archive`, `sds:///data/archive`), written by `StreamWriter`. */
export const sdsSink: SinkKind = {
  name: 'sds',
  schemes: ['sds'],
  takes: 'arrays',
  options: records.extend({ sdsType: z.string().optional() }),
  open(url, options, { baseDir }) {
    return new StreamWriter(absolute(url.slice('sds://'.length), baseDir), options as StreamWriterOptions);
  },
};

/** Arrays to one miniSEED file (`*.mseed`), written by `StreamWriter`. */
export const miniseedSink: SinkKind = {
  name: 'miniseed',
  schemes: ['file'],
  takes: 'arrays',
  accepts: (path) => /\.(mseed|miniseed)$/i.test(path),
  options: records,
  open: (path, options) =>
    new StreamWriter(path, { ...(options as StreamWriterOptions), outputFormat: 'flat', createDirs: true }),
};

sourceKinds
  .register(filesSource)
  .register(watchSource)
  .register(zmqSource)
  .register(asnSource)
  .register(simulatorSource);
sinkKinds
  .register(folderSink)
  .register(zarrSink)
  .register(csvSink)
  .register(parquetSink)
  .register(sdsSink)
  .register(miniseedSink)
  .register(zmqSink)
  .register(asnSink);
registerStateStore({ encode: encodeState, decode: decodeState, write: writeStateFile, read: readStateFile });
registerCollectionStore({
  write: (path, collection, values) => writeCollection(collection, path, values, { createDirs: true }),
  open: openDataCollection,
});
registerArrays((array, context) => {
  if (array instanceof DataArray || array instanceof LazyArray)
    return new DataArrayLoader(array, context.chunks ?? 'auto');
  throw new ArgumentError('BAD_ARGUMENT', 'an array to process is a DataArray or a LazyArray');
});
