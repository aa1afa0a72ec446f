/** The public names of dasflow, and nothing else. */
import './register-kinds.js';

export { Atom, type CallFlags, type ChunkFunction, type Memory } from './atoms/atom.js';
export type { AtomCounters, AtomNotice } from './atoms/atom-report.js';
export type { Chunk } from './atoms/chunk.js';
export { release } from './atoms/chunk-memory.js';
export { type CoefficientFilter, type FilteredWithState, lfilter, sosfilt } from './atoms/coefficient-filters.js';
export { CommonModeRemoval, type CommonModeRemovalOptions } from './atoms/common-mode-removal.js';
export { asFunction, atomized, compose, type FunctionForm } from './atoms/compose.js';
export { Despike, type DespikeOptions } from './atoms/despike.js';
export { detrend } from './atoms/detrend.js';
export { Diff, type DiffOptions } from './atoms/diff.js';
export { Differentiate, type DifferentiateOptions } from './atoms/differentiate.js';
export { DownSample, type DownSampleOptions } from './atoms/down-sample.js';
export { Envelope, type EnvelopeOptions } from './atoms/envelope.js';
export { Filter, type FilterOptions } from './atoms/filter.js';
export { FIRFilter, type FIRFilterOptions } from './atoms/fir-filter.js';
export { FKFilter, type FKFilterOptions } from './atoms/fk-filter.js';
export {
  commonModeRemoval,
  despike,
  diff,
  differentiate,
  downSample,
  envelope,
  filter,
  fkFilter,
  gainControl,
  integrate,
  oneBit,
  rechunk,
  resample,
  rms,
  spectralWhitening,
  stack,
  stalta,
  stft,
  strainRateToStrain,
  trigger,
} from './atoms/functions.js';
export { GainControl, type GainControlOptions } from './atoms/gain-control.js';
export { hilbert } from './atoms/hilbert.js';
export { IIRFilter, type IIRFilterOptions } from './atoms/iir-filter.js';
export { Integrate, type IntegrateOptions } from './atoms/integrate.js';
export { LFilter, type LFilterOptions } from './atoms/lfilter.js';
export { segmentMeanRemoval, slidingMeanRemoval } from './atoms/mean-removal.js';
export { medfilt } from './atoms/medfilt.js';
export { OneBit, type OneBitOptions } from './atoms/one-bit.js';
export type { AtomOptions } from './atoms/options.js';
export { HERE, Partial, type PartialOptions, wholeRecord } from './atoms/partial.js';
export { Polyphase, type PolyphaseOptions } from './atoms/polyphase.js';
export { Rechunk, type RechunkOptions } from './atoms/rechunk.js';
export { decimate, resampleFourier, resamplePoly } from './atoms/record-resampling.js';
export * as reductions from './atoms/reductions.js';
export { type AtomMaker, type AtomSpec, atomFromSpec, atomNames, registerAtom } from './atoms/registry.js';
export { Resample, type ResampleOptions } from './atoms/resample.js';
export { ResamplePoly, type ResamplePolyOptions } from './atoms/resample-poly.js';
export { RMS, type RMSOptions } from './atoms/rms.js';
export type { SavedState } from './atoms/saved-state.js';
export type { JudgedSeam, Seam } from './atoms/seam.js';
export type { FillSettings, OnDiscontinuity, OnOverlap, SeamOptions, SeamPolicy } from './atoms/seam-policy.js';
export { Sequential, type SequentialOptions } from './atoms/sequential.js';
export * as signal from './atoms/signal.js';
export { SOSFilter, type SOSFilterOptions } from './atoms/sos-filter.js';
export * as spectral from './atoms/spectral.js';
export { SpectralWhitening, type SpectralWhiteningOptions } from './atoms/spectral-whitening.js';
export { fft, ifft, irfft, rfft } from './atoms/spectrum.js';
export { Stack, type StackOptions } from './atoms/stack.js';
export { STALTA, type STALTAOptions } from './atoms/stalta.js';
export type { AtomState, MemoryValue, StateArray, StateValue } from './atoms/state.js';
export { STFT, type STFTOptions } from './atoms/stft.js';
export { StrainRateToStrain, type StrainRateToStrainOptions } from './atoms/strain-rate-to-strain.js';
export { taper } from './atoms/taper.js';
export { Trigger, type TriggerOptions } from './atoms/trigger.js';
export { UpSample, type UpSampleOptions } from './atoms/up-sample.js';
export type { WholeRecordFunction } from './atoms/whole-record.js';
export { filtfilt, sosfiltfilt } from './atoms/zerophase.js';
export type { SamplingRatio } from './coordinates/constant-step.js';
export {
  type Availability,
  AxisCoordinate,
  Coordinate,
  type CoordinateType,
  type Discontinuity,
  type SplitKind,
} from './coordinates/coordinate.js';
export { type CoordinateLike, Coordinates, type CoordsInput } from './coordinates/coordinates.js';
export { DenseCoordinate, type DenseInit } from './coordinates/dense-coordinate.js';
export { InterpCoordinate, type InterpInit } from './coordinates/interp-coordinate.js';
export { SampledCoordinate, type SampledInit } from './coordinates/sampled-coordinate.js';
export { ScalarCoordinate, type ScalarInit } from './coordinates/scalar-coordinate.js';
export { type Slice, slice } from './coordinates/slice.js';
export type { Attrs, AttrValue } from './dataarray/attributes.js';
export { type ConcatOptions, concat, concatenate } from './dataarray/concat.js';
export { DataArray, type Indexer, type LabelIndexer, type SelOptions } from './dataarray/data-array.js';
export type { DataArrayInit } from './dataarray/data-array-init.js';
export * as elementwise from './dataarray/elementwise.js';
export { split } from './dataarray/split.js';
export type { NdArray, NestedArray, StridedView } from './dataarray/strided.js';
export {
  type CollectionInput,
  type CollectionItem,
  type CollectionQuery,
  DataCollection,
  DataMapping,
  DataSequence,
  type LeafEntry,
  type LeafOperation,
} from './datacollection/data-collection.js';
export type { CollectionLeaf, LazyLeaf } from './datacollection/leaf.js';
export * from './dtype.js';
export * from './errors.js';
export type { ArrayFile, Range } from './files/array-file.js';
export { type ChunkFolderOptions, chunkFileName } from './files/chunk-folder.js';
export {
  AUTO_CHUNK_BYTES,
  DataArrayLoader,
  type DataArrayLoaderOptions,
  type LoaderChunks,
  type LoaderFileOptions,
} from './files/data-array-loader.js';
export {
  DataArrayWriter,
  type DataArrayWriterOptions,
  type DataArrayWriterStatistics,
} from './files/data-array-writer.js';
export { DataFrameWriter, type DataFrameWriterOptions } from './files/data-frame-writer.js';
export type { AxisType, CoordinateTypes } from './files/formats/coordinate-types.js';
export type { FileFormat, FormatOptions } from './files/formats/file-format.js';
export { type Engine, formatNames, registerFormat } from './files/formats/format-registry.js';
export { Hdf5Objects, Hdf5Reader } from './files/hdf5/hdf5-reader.js';
export type { JoinRunsOptions } from './files/join-runs.js';
export { type JoinOptions, LazyArray, type LeftOut } from './files/lazy-array.js';
export type { ChannelNames } from './files/miniseed/channel-codes.js';
export type { RecordEncoding } from './files/miniseed/write-record-header.js';
export { type OpenDataArrayOptions, openDataArray, openMfDataArray } from './files/open-data-array.js';
export {
  type OpenDataCollectionOptions,
  openDataCollection,
  openMfDataCollection,
} from './files/open-data-collection.js';
export type { OpenMfDataArrayOptions, OpenProgress } from './files/open-many-files.js';
export { type OpenMfDataTreeOptions, openMfDataTree } from './files/open-mf-data-tree.js';
export { PacketWriter } from './files/packet-writer.js';
export { readCsv } from './files/read-csv.js';
export { type SaveDataCollectionOptions, saveDataCollection } from './files/save-data-collection.js';
export { SourceFile } from './files/source-file.js';
export { StreamWriter, type StreamWriterNotice, type StreamWriterStatistics } from './files/stream-writer.js';
export type { StreamWriterOptions } from './files/stream-writer-options.js';
export { RealTimeLoader, watch } from './files/watch/real-time-loader.js';
export type { LateFile, RealTimeStatistics, UnreadFile } from './files/watch/real-time-news.js';
export type { RealTimeLoaderOptions } from './files/watch/real-time-options.js';
export type { ZarrCodec, ZarrCodecName } from './files/zarr/zarr-codecs.js';
export { ZarrWriter, type ZarrWriterOptions, type ZarrWriterStatistics } from './files/zarr-writer.js';
export {
  type ASNFrames,
  type ASNLayout,
  asnLayout,
  type DecodeASNOptions,
  decodeASNFrame,
  encodeASNFrames,
} from './packets/asn/asn-frame.js';
export {
  type ASNDataType,
  type ASNHeader,
  type ASNRegion,
  type JsonValue,
  parseASNHeader,
} from './packets/asn/asn-header.js';
export { toStrainRate } from './packets/asn/strain-rate.js';
export {
  type BitshuffleOptions,
  type Blosc2Options,
  type BloscCodec,
  type BloscOptions,
  bitshuffle,
  blosc,
  blosc2,
  bzip2,
  type CodecName,
  type Compression,
  gzip,
  lz4,
  lzf,
  type ZfpOptions,
  zfp,
  zstd,
} from './packets/codecs.js';
export type { Encoding } from './packets/encoding.js';
export {
  type DecodeOptions,
  decodePacket,
  type EncodeOptions,
  type EndOfStreamOptions,
  encodePacket,
  endOfStreamPacket,
  fromBuffer,
  type Packet,
  toBytes,
} from './packets/packet.js';
export type { Dialect } from './packets/write-coordinates.js';
export { type WaterfallOptions, type WaterfallPanel, waterfall } from './plot/waterfall.js';
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
export { loadState, registerStateStore, type StateStore, saveState } from './processing/state-store.js';
export { type FIRBand, type FIRDesign, firwin, kaiserBeta, kaiserord } from './signal/design/firwin.js';
export {
  type FrequencyResponse,
  freqz,
  type ResponseOptions,
  sosfreqz,
} from './signal/design/frequency-response.js';
export {
  type BandType,
  type FilterOutput,
  type FilterOutputs,
  type FilterType,
  type IIRDesign,
  iirfilter,
} from './signal/design/iirfilter.js';
export { getWindow, type WindowLike } from './signal/design/windows.js';
export { InstrumentSimulator, type SimulatorOptions } from './synthetics/instrument-simulator.js';
export { Wavefield, type WavefieldOptions } from './synthetics/wavefield.js';
export * as synthetics from './synthetics.js';
export { type ColumnInput, Table } from './table/table.js';
export * from './time.js';
export type { ASNPublisherOptions, ASNSubscriberOptions } from './zeromq/asn-options.js';
export { ASNPublisher, type ASNPublisherStatistics } from './zeromq/asn-publisher.js';
export {
  ASNSubscriber,
  type ASNSubscriberStatistics,
  type Headerless,
  type HeaderNews,
} from './zeromq/asn-subscriber.js';
export type { Lost, LostPackets, LostSamples, Restart } from './zeromq/delivery-counter.js';
export { getFreePort } from './zeromq/get-free-port.js';
export type { SenderOptions, ZMQPublisherOptions } from './zeromq/publisher-options.js';
export type { Policy } from './zeromq/send-with-policy.js';
export type { ConnectionOptions } from './zeromq/socket-options.js';
export type { OnMalformed, ReceiverOptions, ZMQSubscriberOptions } from './zeromq/subscriber-options.js';
export { ZMQPublisher, type ZMQPublisherStatistics } from './zeromq/zmq-publisher.js';
export { type Malformed, ZMQSubscriber, type ZMQSubscriberStatistics } from './zeromq/zmq-subscriber.js';
