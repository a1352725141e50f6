import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import {
  catchError,
  concat,
  from,
  ignoreElements,
  merge,
  type Observable,
  of,
  Subject,
  tap,
  throwError,
} from 'rxjs';
import type { CaptureSession } from '../capture/source';
import { FilmgateError, messageOf } from '../errors';
import type { EncodeProgress } from '../ffmpeg/progressReader';
import { formatRange } from '../frames/range';
import { diskError } from '../output/diskError';
import type { Output } from '../output/output';
import { openOutput } from '../output/planOutput';
import { segmentOutput } from '../output/segmentOutput';
import type { RenderPlan } from '../plan/renderPlan';
import { debug } from '../process/debug';
import { onProcessExit } from '../process/exitHook';
import type { RenderContext, Video, VideoEvent } from '../renderContext';
import { inLanes } from '../schedule/lanes';
import { PendingWork } from '../schedule/pendingWork';
import { PageSound } from '../sound/pageSound';
import { assembleVideo } from './assembleVideo';
import { checkAudioEncoder } from './audio';
import { EncodedTotal } from './encodedTotal';
import { manifestText } from './manifest';
import { ManifestStore } from './manifestStore';
import type { SegmentsPlan } from './planSegments';
import type { Segment } from './segment';
import { SegmentEncoders } from './segmentEncoders';

/** A video in segments: those that are not verified yet are rendered, then all are joined and published. */
export class SegmentedVideo implements Video {
  private readonly output: Output;
  private readonly stop = new AbortController();
  private readonly encoders: SegmentEncoders;
  private readonly pending = new PendingWork();
  private readonly reports = new Subject<VideoEvent>();
  private readonly encoded: EncodedTotal;
  private readonly store: ManifestStore;
  private readonly sound: PageSound | undefined;
  private readonly run = randomBytes(3).toString('hex'); // In file names: a killed run may still write to its own.
  private readonly removeExitHook: () => void;
  private isPublished = false;

  /**
   * Takes the output's work directory at once.
   *
   * @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`, `DISK_FULL`, `RENDER_UNFINISHED`
   */
  constructor(
    private readonly plan: RenderPlan,
    private readonly segments: SegmentsPlan,
    session: CaptureSession,
  ) {
    const { manifest, isResumable, earlierRun } = segments;
    this.output = openOutput(plan.encode.output);
    const { workDirectory } = this.output;
    const identify = () => session.identity?.() ?? { settings: {}, files: [] };
    this.store = new ManifestStore(isResumable ? workDirectory.manifest : undefined, manifest, identify);
    this.encoded = new EncodedTotal(manifest.verified);
    this.sound = segments.pageAudio ? this.openSound() : undefined;
    this.encoders = new SegmentEncoders(plan.encode, segments.args, this.sound);
    if (earlierRun) workDirectory.acquire(this.filesToResume, () => this.checkNotContinued());
    else this.output.begin();
    this.removeExitHook = onProcessExit(() => workDirectory.release(this.filesToKeep()));
  }

  get framesToCapture(): number {
    return this.segments.todo.reduce((sum, { count }) => sum + count, 0);
  }

  render(context: RenderContext): Observable<VideoEvent> {
    const { todo, segments, lanes, earlierRun } = this.segments;
    if (earlierRun?.publishedBytes !== undefined) return this.alreadyPublished(earlierRun.publishedBytes);
    const isLastRequest = ({ first, count }: Segment, event: VideoEvent) =>
      event.type === 'requested' && event.index === first + count - 1;
    this.sound?.checkRuns(this.store.verified.flatMap(({ sound = [] }) => sound));
    const video = concat(
      this.pending.run(() => this.store.begin()).pipe(ignoreElements()),
      from(earlierRun?.invalid ?? []),
      inLanes(todo, lanes, (segment) => this.renderSegment(segment, context), isLastRequest),
      of({ type: 'assembling', segments: segments.length } as const),
      this.pending.run(() => this.publish()),
    );
    return merge(video.pipe(tap({ complete: () => this.reports.complete() })), this.reports).pipe(
      catchError((error) => throwError(() => this.reason(error))),
    );
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.encoders.close();
    await this.pending.settled();
    await this.sound?.settled();
    this.removeExitHook();
    if (!this.isPublished) this.output.workDirectory.release(this.filesToKeep());
  }

  /** What another run has verified since is not in the plan. */
  private checkNotContinued(): void {
    const { workDirectory } = this.output;
    if (manifestText(workDirectory.manifest) === this.segments.earlierRun?.manifestText) return;
    const message = `output: another render of ${workDirectory.output} continued it meanwhile; resume again`;
    throw new FilmgateError('OUTPUT_BUSY', message);
  }

  private openSound(): PageSound {
    const { encode } = this.plan;
    const { signal } = this.stop;
    const tools = { ffmpeg: encode.ffmpeg.path, signal, stallLimit: encode.encoderTimeout };
    return new PageSound(tools, () => checkAudioEncoder(encode, signal));
  }

  private renderSegment(segment: Segment, context: RenderContext): Observable<VideoEvent> {
    const { workDirectory } = this.output;
    const number = String(segment.segment + 1).padStart(5, '0');
    const name = `segment-${number}-${this.run}${this.segments.extension}`;
    debug('segment %d: frames %s to %s', segment.segment + 1, formatRange(segment), name);
    return this.encoders.encode<VideoEvent>(segment, segmentOutput(workDirectory, name), context, {
      encoded: (progress) => this.report(segment, progress),
      verified: async (encoded) => {
        await this.store.add({ ...segment, file: name, ...encoded });
        const { first, count } = segment;
        return {
          type: 'segmentVerified',
          segment: segment.segment,
          range: { first, count },
          bytes: encoded.bytes,
        };
      },
    });
  }

  private async publish(): Promise<VideoEvent> {
    const { workDirectory, target } = this.output;
    const { audio, faststart } = this.segments;
    const plan = { encode: this.plan.encode, range: this.plan.capture.range, audio, faststart };
    const path = (name: string) => workDirectory.path(name);
    const files = { segments: this.store.verified, path, target };
    await assembleVideo(plan, files, this.sound, this.stop.signal);
    await this.store.publishing(target);
    this.stop.signal.throwIfAborted();
    const bytes = await this.output.publish();
    this.isPublished = true;
    return this.published(bytes);
  }

  /** All that is left to do where the earlier run was killed after it had published the video. */
  private alreadyPublished(bytes: number): Observable<VideoEvent> {
    this.output.workDirectory.release();
    this.isPublished = true;
    return of(this.published(bytes));
  }

  private published(bytes: number): VideoEvent {
    const { capture, encode } = this.plan;
    const video = { output: encode.output.path, frames: capture.range.count, bytes };
    return { type: 'published', video };
  }

  /** Why the render failed: whoever noticed it first, a folder that is gone is the output's. */
  private reason(error: unknown): unknown {
    const { folder } = this.output.workDirectory;
    if (existsSync(folder)) return diskError(`${folder} cannot be written to`, error);
    const message = `output: ${folder} was removed while it was in use: ${messageOf(error)}`;
    return new FilmgateError('OUTPUT_UNWRITABLE', message, { cause: error });
  }

  private report({ segment }: Segment, progress: EncodeProgress): void {
    this.reports.next({ type: 'encoded', ...this.encoded.add(segment, progress) });
  }

  private get filesToResume(): string[] {
    return [basename(this.output.workDirectory.manifest), ...this.store.files];
  }

  /** Names of the files that stay if the render ends now. */
  private filesToKeep(): string[] {
    const isWorthIt = this.segments.isResumable && this.store.verified.length > 0;
    return isWorthIt ? this.filesToResume : [];
  }
}
