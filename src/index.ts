export { type InlineFrame, type InlineOptions, inline } from './capture/inline';
export type {
  CapturePlan,
  CaptureSession,
  CaptureSource,
  CaptureWorker,
  FrameRequest,
  SourceDescription,
  SourceOverrides,
} from './capture/source';
export {
  defineScene,
  type Scene,
  type SceneBase as SceneOutline,
  type SceneContext,
  type SceneFrame,
} from './capture/threads/scene';
export { type ThreadsOptions, threads } from './capture/threads/threads';
export {
  CODECS,
  type Codec,
  type CodecArgsInput as EncoderSettings,
  type CodecProfile,
  type CrfRange,
} from './encode/codecs';
export type { EncodeOptions as EncodeSettings } from './encode/encodeOptions';
export { Encoder, openEncoder } from './encode/encoder';
export type { EncodeProgress, EncodeResult, ExitStatus, FrameWriter } from './encode/frameWriter';
export type { OpenEncoderOptions as EncoderOptions } from './encode/planEncoder';
export { ERROR_KINDS, type ErrorCode, type ErrorDetails, type ErrorKind, FilmgateError } from './errors';
export { type FFmpeg, findFFmpeg } from './ffmpeg/findFFmpeg';
export { formatBytes, parseBytes } from './frames/bytes';
export type {
  CaptureEvent,
  PlannedRender as RenderSummary,
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
export type { SourceIdentity } from './frames/sourceIdentity';
export { Gate, openGate } from './gate';
export type { RenderOptions, SourceOptions as FilmOptions } from './plan/planRender';
export {
  type ContactSheet,
  type PreviewOptions,
  type PreviewResult,
  preview,
} from './preview/preview';
export type { Deadline } from './process/deadline';
export type { Bottleneck, Snapshot, WorkerSnapshot } from './progress/snapshot';
export { type SnapshotOptions, snapshots } from './progress/snapshots';
export { render } from './render';
export { type RenderVideoOptions, renderVideo } from './renderVideo';
export { type ByteLimit, FrameBudget as Room, type Lease as Tenant } from './schedule/frameBudget';
export { pullWindow } from './schedule/pullWindow';
export { reorder } from './schedule/reorder';
export { type Cleanup as Close, withCleanup as closing } from './schedule/withCleanup';
export type { AudioTrack } from './segments/audio';
export type { VerifiedSegment } from './segments/manifest';
export type { SegmentOptions as JoinOptions } from './segments/planSegments';
export type { Segment } from './segments/segment';
export { cleanRender, type RenderStatus, renderStatus } from './segments/status';
