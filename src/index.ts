export { type InlineFrame, type InlineOptions, inline } from './capture/inline';
export type {
  CapturePlan,
  CaptureSession,
  CaptureSource,
  CaptureWorker,
  Fallback,
  FrameRequest,
  PortableSource,
  SourceDescription,
  SourceOverrides,
} from './capture/source';
export {
  defineScene,
  type Scene,
  type SceneBase,
  type SceneContext,
  type SceneFrame,
} from './capture/threads/scene';
export { type ThreadsOptions, threads } from './capture/threads/threads';
export {
  CODECS,
  type Codec,
  type CodecArgsInput,
  type CodecProfile,
  type CrfRange,
} from './encode/codecs';
export type { EncodeOptions } from './encode/encodeOptions';
export { Encoder, openEncoder } from './encode/encoder';
export type { EncodeResult, FrameWriter } from './encode/frameWriter';
export type { FFmpegOptions, OpenEncoderOptions } from './encode/planEncoder';
export { ERROR_KINDS, type ErrorCode, type ErrorDetails, type ErrorKind, FilmgateError } from './errors';
export { type FFmpeg, findFFmpeg } from './ffmpeg/findFFmpeg';
export type { EncodeProgress } from './ffmpeg/progressReader';
export { formatBytes, parseBytes } from './frames/bytes';
export type { CaptureTimes } from './frames/captureTimes';
export type { DetailEvent, ProcessUse } from './frames/detailEvents';
export type {
  CaptureEvent,
  PlannedRender,
  RenderEvent,
  RenderResult,
} from './frames/events';
export {
  type FrameFormat,
  type FrameSize,
  type ImageFormat,
  parseSize,
  type RawFormat,
  type RawPixels,
} from './frames/format';
export type { Frame } from './frames/frame';
export { type FrameRange, formatRange, parseRange } from './frames/range';
export { type FrameRate, type FrameRateInput, formatFrameRate, parseFrameRate } from './frames/rate';
export type { SoundRun } from './frames/sound';
export type { SourceIdentity } from './frames/sourceIdentity';
export { Gate, openGate } from './gate';
export type { RenderOptions, SourceOptions } from './plan/renderOptions';
export {
  type ContactSheet,
  type PreviewOptions,
  type PreviewResult,
  preview,
} from './preview/preview';
export type { ExitStatus } from './process/childProcess';
export type { Deadline } from './process/deadline';
export type { Bottleneck, Snapshot, WorkerSnapshot } from './progress/snapshot';
export { type SnapshotOptions, snapshots } from './progress/snapshots';
export { render } from './render';
export { type RenderVideoOptions, renderVideo } from './renderVideo';
export { type ByteLimit, FrameBudget, type Lease } from './schedule/frameBudget';
export { type PulledFrame, pullWindow } from './schedule/pullWindow';
export { reorder } from './schedule/reorder';
export { type Cleanup, withCleanup } from './schedule/withCleanup';
export type { AudioTrack } from './segments/audio';
export type { VerifiedSegment } from './segments/manifest';
export type { Segment } from './segments/segment';
export type { SegmentOptions } from './segments/segmentOptions';
export { cleanRender, type RenderStatus, renderStatus } from './segments/status';
export type { HeardRun, HeardSpan } from './sound/heardSound';
