/** The public names of dasflow, and nothing else. */
import './register-kinds.js';

export { Atom } from './atoms/atom.js';
export type { Chunk } from './atoms/chunk.js';
export { AxisCoordinate, Coordinate } from './coordinates/coordinate.js';
export { ScalarCoordinate } from './coordinates/scalar-coordinate.js';
export { DataArray } from './dataarray/data-array.js';
export * from './dtype.js';
export * from './errors.js';
export type { ArrayFile, Range } from './files/array-file.js';
export { type ChunkFolderOptions, chunkFileName } from './files/chunk-folder.js';
export {
  AUTO_CHUNK_BYTES,
  DataArrayLoader,
  type DataArrayLoaderOptions,
  type LoaderChunks,
} from './files/data-array-loader.js';
export {
  DataArrayWriter,
  type DataArrayWriterOptions,
  type DataArrayWriterStatistics,
} from './files/data-array-writer.js';
export { DataFrameWriter, type DataFrameWriterOptions } from './files/data-frame-writer.js';
export { type JoinOptions, LazyArray } from './files/lazy-array.js';
export { openDataArray, openMfDataArray } from './files/open-data-array.js';
export { PacketWriter } from './files/packet-writer.js';
export { readCsv } from './files/read-csv.js';
export { ChunkGate, type ChunkGateOptions } from './processing/chunk-gate.js';
export type {
  BranchDeclaration,
  EndpointDeclaration,
  Pipeline,
  PipelineDeclaration,
  SourceDeclaration,
  StageDeclaration,
} from './processing/declared/declaration.js';
export { type DefinePipelineOptions, definePipeline, readPipeline } from './processing/declared/define-pipeline.js';
export {
  type PipelineStatistics,
  type RunPipelineOptions,
  runPipeline,
  type SinkStatistics,
} from './processing/declared/run-pipeline.js';
export type { YamlOptions } from './processing/declared/yaml-document.js';
export { FanOut } from './processing/fan-out.js';
export {
  formatBytes,
  Monitor,
  type MonitorOptions,
  type MonitorSnapshot,
  monitorLine,
  type Phase,
} from './processing/monitor.js';
export { Pacer, type PacerOptions } from './processing/pacer.js';
export { type ProcessOptions, process, type SinkLike, type SourceLike } from './processing/process.js';
export { type Processor, type ProcessorOptions, processor } from './processing/processor.js';
export {
  type ChunkSink,
  type ChunkSizes,
  type ChunkSource,
  type Kind,
  type OpenContext,
  Registry,
  type SinkKind,
  type SourceKind,
  sinkKinds,
  sourceKinds,
} from './processing/registry.js';
export { type ProcessResult, ResultWriter, type ResultWriterOptions } from './processing/result-writer.js';
export { Table } from './table/table.js';
export * from './time.js';
export { ZMQPublisher, type ZMQPublisherOptions, type ZMQPublisherStatistics } from './zeromq/zmq-publisher.js';
export { ZMQSubscriber, type ZMQSubscriberOptions, type ZMQSubscriberStatistics } from './zeromq/zmq-subscriber.js';
