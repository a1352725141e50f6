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
  type SceneContext,
  type SceneFrame,
  type SceneOutline,
} from './capture/threads/scene';
export { type ThreadsOptions, threads } from './capture/threads/threads';
export { CODECS, type Codec, type CodecProfile, type CrfRange, type EncoderSettings } from './encode/codecs';
export { Encoder, openEncoder } from './encode/encoder';
export { type FFmpeg, findFFmpeg } from './encode/findFFmpeg';
export type { EncoderOptions } from './encode/plan';
export type { EncodeSettings } from './encode/settings';
export type { EncodeProgress, EncodeResult, ExitStatus, FrameWriter } from './encode/writer';
export { ERROR_KINDS, type ErrorCode, type ErrorKind, FilmgateError } from './errors';
export { formatBytes, parseBytes } from './frames/bytes';
export type { CaptureEvent, RenderEvent, RenderResult, RenderSummary } from './frames/events';
export {
  type FrameFormat,
  type FrameSize,
  type ImageFormat,
  parseSize,
  type RawFormat,
  type RawPixels,
} from './frames/format';
export type { Frame } from './frames/frame';
export type { SourceIdentity } from './frames/identity';
export { type FrameRange, formatRange, parseRange } from './frames/range';
export { type FrameRate, type FrameRateInput, formatFrameRate, parseFrameRate } from './frames/rate';
export { Gate, openGate } from './gate';
export type { FilmOptions, RenderOptions } from './plan';
export {
  type ContactSheet,
  type PreviewOptions,
  type PreviewResult,
  preview,
} from './preview';
export type { Bottleneck, Snapshot, WorkerSnapshot } from './progress/snapshot';
export { type SnapshotOptions, snapshots } from './progress/snapshots';
export { render } from './render';
export { type RenderVideoOptions, renderVideo } from './renderVideo';
export { type Close, closing } from './schedule/closing';
export { pullWindow } from './schedule/pullWindow';
export { reorder } from './schedule/reorder';
export { type ByteLimit, Room, type Tenant } from './schedule/room';
export type { AudioTrack } from './segments/audio';
export type { JoinOptions } from './segments/joinPlan';
export type { VerifiedSegment } from './segments/manifest';
export type { Segment } from './segments/segment';
export { cleanRender, type RenderStatus, renderStatus } from './segments/status';
