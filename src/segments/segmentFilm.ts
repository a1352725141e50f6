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
import { diskError } from '../encode/output/diskError';
import type { EncodePlan } from '../encode/plan';
import type { EncodeProgress, EncodeResult } from '../encode/writer';
import { FilmgateError, messageOf } from '../errors';
import type { RenderEvent } from '../frames/events';
import type { SourceIdentity } from '../frames/identity';
import type { FrameRange } from '../frames/range';
import { onProcessExit } from '../process/exitHook';
import type { Close } from '../schedule/closing';
import { inLanes } from '../schedule/lanes';
import { Pending } from '../schedule/pending';
import { assemble } from './assemble';
import { digestOf } from './digest';
import { EncodedTotal } from './encodedTotal';
import type { JoinPlan } from './joinPlan';
import { manifestText } from './manifest';
import { checkVideo } from './packets';
import type { Segment } from './segment';
import { ManifestStore } from './store';

/** What the segments of a render need of it. */
export interface SegmentFilmOptions {
  readonly encode: EncodePlan;
  readonly plan: JoinPlan;
  readonly range: FrameRange;
  readonly identify: () => SourceIdentity | undefined;
  /** How many segments are encoded at once. */
  readonly lanes: Observable<number>;
  /** Captures the frames of a range, and writes them. */
  readonly write: (range: FrameRange, encoder: Encoder) => Observable<RenderEvent>;
  readonly onClose: (close: Close) => void;
  /** The event of a finished video. */
  readonly finished: (video: EncodeResult) => RenderEvent;
}

/**
 * Renders the segments that are not there yet, joins them all, and puts the video in its place. Takes the output's
 * workplace at once.
 *
 * @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`, `RENDER_UNFINISHED`
 */
export function segmentFilm(options: SegmentFilmOptions): Observable<RenderEvent> {
  return new SegmentFilm(options).events();
}

class SegmentFilm {
  private readonly stop = new AbortController();
  private readonly encoders = new Set<Encoder>();
  private readonly pending = new Pending();
  private readonly reports = new Subject<RenderEvent>();
  private readonly encoded: EncodedTotal;
  private readonly store: ManifestStore;
  private readonly run = randomBytes(3).toString('hex'); // In file names: a killed run may still write to its own.
  private isPublished = false;

  constructor(private readonly options: SegmentFilmOptions) {
    const { encode, plan, identify, onClose } = options;
    const { workplace } = encode.output;
    const known = () => identify() ?? { settings: {}, files: [] };
    this.store = new ManifestStore(plan.isResumable ? workplace.manifest : undefined, plan.manifest, known);
    this.encoded = new EncodedTotal(plan.manifest.verified);
    if (plan.resumed)
      workplace.enter([basename(workplace.manifest), ...this.store.files], () => this.checkAlone());
    else encode.output.begin();
    const forgetExit = onProcessExit(() => workplace.leave(this.kept()));
    onClose(async () => {
      this.stop.abort();
      await Promise.all([...this.encoders].map((encoder) => encoder.destroy()));
      await this.pending.settled();
      forgetExit();
      if (!this.isPublished) workplace.leave(this.kept());
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
      this.pending.do(() => this.store.begin()).pipe(ignoreElements()),
      from(resumed?.refused ?? []),
      inLanes(todo, growing, (segment) => this.renderSegment(segment), isLast),
      of({ type: 'assembling', segments: segments.length } as const),
      this.pending.do(() => this.publish()),
    );
    return merge(film.pipe(tap({ complete: () => this.reports.complete() })), this.reports).pipe(
      catchError((error) => throwError(() => this.reason(error))),
    );
  }

  /** What another resumed render has verified since is not in the plan. */
  private checkAlone(): void {
    const { encode, plan } = this.options;
    const { workplace } = encode.output;
    if (manifestText(workplace.manifest) === plan.resumed?.text) return;
    const message = `output: another render of ${workplace.output} went on meanwhile; resume again`;
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
      const file = encode.output.workplace.path(name);
      await this.check(file, segment.count);
      this.report(segment, { frames: segment.count, bytes });
      await this.store.add({ ...segment, file: name, bytes, sha256: await digestOf(file, this.stop.signal) });
      const { first, count } = segment;
      return { type: 'segmentVerified', segment: segment.segment, range: { first, count }, bytes };
    };
    return concat(write(segment, encoder), this.pending.do(verify));
  }

  private async publish(): Promise<RenderEvent> {
    const { encode, plan, range, finished } = this.options;
    const { output, path, settings, encoderTimeout: stallLimit } = encode;
    const { workplace, target } = output;
    const segments = this.store.verified.map(({ file, count }) => ({ file, count }));
    const listFile = workplace.path('segments.txt');
    const faststart = settings.faststart !== false;
    const parts = { segments, listFile, faststart, audio: plan.audio, target, stallLimit };
    await assemble({ ...encode, ...parts }, this.stop.signal);
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
    encode.output.workplace.leave();
    this.isPublished = true;
    return of(finished({ output: encode.path, frames: range.count, bytes }));
  }

  private check(file: string, count: number): Promise<void> {
    const { fps, ffmpeg, encoderTimeout: stallLimit } = this.options.encode;
    return checkVideo(ffmpeg.path, file, { count, fps, stallLimit }, this.stop.signal);
  }

  /** Why the film failed: whoever noticed it first, a folder that is gone is the output's. */
  private reason(error: unknown): unknown {
    const { folder } = this.options.encode.output.workplace;
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
