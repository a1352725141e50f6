import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import {
  catchError,
  concat,
  from,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  Subject,
  tap,
  throwError,
} from 'rxjs';
import { Encoder } from '../encode/encoder';
import type { EncodeResult } from '../encode/frameWriter';
import type { EncodePlan } from '../encode/planEncoder';
import { FilmgateError, messageOf } from '../errors';
import type { EncodeProgress } from '../ffmpeg/progressReader';
import type { RenderEvent } from '../frames/events';
import type { FrameRange } from '../frames/range';
import type { SourceIdentity } from '../frames/sourceIdentity';
import { diskError } from '../output/diskError';
import { onProcessExit } from '../process/exitHook';
import { inLanes } from '../schedule/lanes';
import { PendingWork } from '../schedule/pendingWork';
import type { Cleanup } from '../schedule/withCleanup';
import { concatSegments } from './concatSegments';
import { digestOf } from './digest';
import { EncodedTotal } from './encodedTotal';
import { manifestText } from './manifest';
import { ManifestStore } from './manifestStore';
import type { SegmentsPlan } from './planSegments';
import type { Segment } from './segment';
import { verifyVideo } from './verifyVideo';

/** What the segments of a render need of it. */
export interface SegmentedRenderOptions {
  readonly encode: EncodePlan;
  readonly plan: SegmentsPlan;
  readonly range: FrameRange;
  readonly identify: () => SourceIdentity | undefined;
  /** How many segments are encoded at once. */
  readonly lanes: Observable<number>;
  /** Captures the frames of a range, and writes them. */
  readonly write: (range: FrameRange, encoder: Encoder) => Observable<RenderEvent>;
  readonly onClose: (close: Cleanup) => void;
  /** The event of a finished video. */
  readonly finished: (video: EncodeResult) => RenderEvent;
}

/**
 * Renders the segments that are not there yet, joins them all, and puts the video in its place. Takes the output's
 * workDirectory at once.
 *
 * @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`, `RENDER_UNFINISHED`
 */
export function renderSegments(options: SegmentedRenderOptions): Observable<RenderEvent> {
  return new SegmentedRender(options).events();
}

class SegmentedRender {
  private readonly stop = new AbortController();
  private readonly encoders = new Set<Encoder>();
  private readonly pending = new PendingWork();
  private readonly reports = new Subject<RenderEvent>();
  private readonly encoded: EncodedTotal;
  private readonly store: ManifestStore;
  private readonly run = randomBytes(3).toString('hex'); // In file names: a killed run may still write to its own.
  private isPublished = false;

  constructor(private readonly options: SegmentedRenderOptions) {
    const { encode, plan, identify, onClose } = options;
    const { workDirectory } = encode.output;
    const known = () => identify() ?? { settings: {}, files: [] };
    this.store = new ManifestStore(
      plan.isResumable ? workDirectory.manifest : undefined,
      plan.manifest,
      known,
    );
    this.encoded = new EncodedTotal(plan.manifest.verified);
    if (plan.resumed)
      workDirectory.acquire([basename(workDirectory.manifest), ...this.store.files], () => this.checkAlone());
    else encode.output.begin();
    const forgetExit = onProcessExit(() => workDirectory.release(this.kept()));
    onClose(async () => {
      this.stop.abort();
      await Promise.all([...this.encoders].map((encoder) => encoder.destroy()));
      await this.pending.settled();
      forgetExit();
      if (!this.isPublished) workDirectory.release(this.kept());
    });
  }

  events(): Observable<RenderEvent> {
    const { plan, lanes } = this.options;
    const { todo, segments, resumed } = plan;
    if (resumed?.publishedBytes !== undefined) return this.finish(resumed.publishedBytes);
    const isLast = ({ first, count }: Segment, event: RenderEvent) =>
      event.type === 'requested' && event.index === first + count - 1;
    const growing = lanes.pipe(
      map((count, times) => {
        if (times > 0) this.reports.next({ type: 'laneAdded', lanes: count });
        return count;
      }),
    );
    const film = concat(
      this.pending.run(() => this.store.begin()).pipe(ignoreElements()),
      from(resumed?.invalid ?? []),
      inLanes(todo, growing, (segment) => this.renderSegment(segment), isLast),
      of({ type: 'assembling', segments: segments.length } as const),
      this.pending.run(() => this.publish()),
    );
    return merge(film.pipe(tap({ complete: () => this.reports.complete() })), this.reports).pipe(
      catchError((error) => throwError(() => this.reason(error))),
    );
  }

  /** What another resumed render has verified since is not in the plan. */
  private checkAlone(): void {
    const { encode, plan } = this.options;
    const { workDirectory } = encode.output;
    if (manifestText(workDirectory.manifest) === plan.resumed?.text) return;
    const message = `output: another render of ${workDirectory.output} went on meanwhile; resume again`;
    throw new FilmgateError('OUTPUT_BUSY', message);
  }

  private renderSegment(segment: Segment): Observable<RenderEvent> {
    const { encode, plan, write } = this.options;
    const name = `segment-${String(segment.segment + 1).padStart(5, '0')}-${this.run}${plan.extension}`;
    const encoder = new Encoder(plan.job(name));
    this.encoders.add(encoder);
    const progress = encoder.progress.subscribe((report) => this.report(segment, report));
    const verify = async (): Promise<RenderEvent> => {
      const { bytes } = await encoder.close();
      this.encoders.delete(encoder);
      progress.unsubscribe();
      const file = encode.output.workDirectory.path(name);
      await this.check(file, segment.count);
      this.report(segment, { frames: segment.count, bytes });
      await this.store.add({ ...segment, file: name, bytes, sha256: await digestOf(file, this.stop.signal) });
      const { first, count } = segment;
      return { type: 'segmentVerified', segment: segment.segment, range: { first, count }, bytes };
    };
    return concat(write(segment, encoder), this.pending.run(verify));
  }

  private async publish(): Promise<RenderEvent> {
    const { encode, plan, range, finished } = this.options;
    const { output, path, settings, encoderTimeout: stallLimit } = encode;
    const { workDirectory, target } = output;
    const segments = this.store.verified.map(({ file, count }) => ({ file, count }));
    const listFile = workDirectory.path('segments.txt');
    const faststart = settings.faststart !== false;
    const parts = { segments, listFile, faststart, audio: plan.audio, target, stallLimit };
    await concatSegments({ ...encode, ...parts }, this.stop.signal);
    await this.check(target, range.count);
    await this.store.publishing(target);
    this.stop.signal.throwIfAborted();
    const bytes = await output.publish();
    this.isPublished = true;
    return finished({ output: path, frames: range.count, bytes });
  }

  /** All that is left to do where the earlier run was killed after it had moved the video to its place. */
  private finish(bytes: number): Observable<RenderEvent> {
    const { encode, range, finished } = this.options;
    encode.output.workDirectory.release();
    this.isPublished = true;
    return of(finished({ output: encode.path, frames: range.count, bytes }));
  }

  private check(file: string, count: number): Promise<void> {
    const { fps, ffmpeg, encoderTimeout: stallLimit } = this.options.encode;
    return verifyVideo(ffmpeg.path, file, { count, fps, stallLimit }, this.stop.signal);
  }

  /** Why the film failed: whoever noticed it first, a folder that is gone is the output's. */
  private reason(error: unknown): unknown {
    const { folder } = this.options.encode.output.workDirectory;
    if (existsSync(folder)) return diskError(`${folder} cannot be worked in`, error);
    const message = `output: ${folder} was removed while it was worked in: ${messageOf(error)}`;
    return new FilmgateError('OUTPUT_UNWRITABLE', message, { cause: error });
  }

  private report({ segment }: Segment, progress: EncodeProgress): void {
    this.reports.next({ type: 'encoded', ...this.encoded.add(segment, progress) });
  }

  /** Names of the files that stay if the render ends now. */
  private kept(): string[] {
    if (!this.options.plan.isResumable || this.store.verified.length === 0) return [];
    return ['manifest.json', ...this.store.files];
  }
}
