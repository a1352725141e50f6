import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { merge, type Observable } from 'rxjs';
import { chromium } from '../capture/chromium/chromium';
import { hyperframes } from '../capture/hyperframes/hyperframes';
import { WorkerPool } from '../capture/pool';
import type { CaptureSession, CaptureSource } from '../capture/source';
import { threads } from '../capture/threads/threads';
import { FilmgateError } from '../errors';
import type { EncodeProgress } from '../ffmpeg/progressReader';
import type { RenderEvent } from '../frames/events';
import { frameBytes } from '../frames/format';
import { segmentOutput } from '../output/segmentOutput';
import { WorkDirectory } from '../output/workDirectory';
import { planRender } from '../plan/planRender';
import type { RenderOptions } from '../plan/renderOptions';
import type { RenderPlan } from '../plan/renderPlan';
import { FrameBudget } from '../schedule/frameBudget';
import { checkAudioEncoder } from '../segments/audio';
import type { SegmentsPlan } from '../segments/planSegments';
import { type EncodedSegment, SegmentEncoders } from '../segments/segmentEncoders';
import { PageSound } from '../sound/pageSound';
import type { Storage } from '../storage/storage';
import { describeEnvironment, differences, type Machine } from './environment';
import { describeFilm } from './filmPlan';
import { readRequest } from './filmRequest';
import type { FilmPlan, FilmRequest } from './schemas';
import { unpackSource } from './sourceCache';

/** A segment's file on this machine, verified. */
export interface RenderedSegment extends EncodedSegment {
  readonly path: string;
}

/** Who hears of a segment in the making. */
export interface RenderListener<Event> {
  /** FFmpeg has put out so much of it. */
  encoded(progress: EncodeProgress): void;
  /** It is verified, and lies at a path of this machine until this settles. What it returns is the last event. */
  verified(segment: RenderedSegment): Promise<Event>;
}

/**
 * One film on one machine: planned once, with workers that stay for all segments that the machine renders of it. It
 * takes everything from storage, and puts nothing there.
 */
export class FilmSession {
  private readonly pool: WorkerPool;
  private readonly budget: FrameBudget;
  private readonly encoders: SegmentEncoders;
  private readonly stop = new AbortController();
  private readonly sound: PageSound | undefined;
  private nextFrame = 0;

  private constructor(
    /** How the film is rendered, as every machine has to see it. */
    readonly plan: FilmPlan,
    private readonly rendered: RenderPlan & { readonly segments: SegmentsPlan },
    private readonly session: CaptureSession,
    private readonly work: WorkDirectory,
    /** Absolute path of the folder that the film's source was unpacked to. */
    readonly sourceFolder: string,
    withWorkers: boolean,
  ) {
    const { capture, pool, encode, segments } = rendered;
    this.budget = new FrameBudget(capture.window, {
      total: pool.memory,
      perFrame: frameBytes(capture.format),
    });
    const { maxTries, frameTimeout } = pool;
    const names = withWorkers ? pool.workers : [];
    const open = session.prepare(capture);
    this.pool = new WorkerPool({ names, open, format: capture.format, maxTries, frameTimeout });
    const tools = {
      ffmpeg: encode.ffmpeg.path,
      signal: this.stop.signal,
      stallLimit: encode.encoderTimeout,
    };
    this.sound = segments.pageAudio
      ? new PageSound(tools, () => checkAudioEncoder(encode, this.stop.signal))
      : undefined;
    this.encoders = new SegmentEncoders(encode, segments.args, this.sound);
  }

  /**
   * Unpacks a film's source and plans it. Without workers it can only tell the plan.
   *
   * @throws FilmgateError what `render` can say before its first frame, and `FILM_UNKNOWN`, `JOB_INVALID`,
   * `PLAN_DIFFERS`, `STORAGE_DAMAGED`, `STORAGE_FAILED`
   */
  static async open(
    storage: Storage,
    id: string,
    machine: Machine,
    { signal, withWorkers = true }: { readonly signal: AbortSignal; readonly withWorkers?: boolean },
  ): Promise<FilmSession> {
    const request = await readRequest(storage, id);
    await checkEnvironment(request, machine, signal);
    const { source } = request;
    const folder = source.digest === null ? '' : await unpackSource(storage, source.digest, machine.cache);
    const audio = [];
    for (const { digest, file, ...track } of request.audio) {
      audio.push({ ...track, path: join(await unpackSource(storage, digest, machine.cache), file) });
    }
    const work = scratch(machine);
    let session: CaptureSession | undefined;
    try {
      session = openSource(request, folder, machine).open();
      const closeEarly = () => void session?.close();
      signal.addEventListener('abort', closeEarly, { once: true });
      const options = renderOptions(request, audio, work.path(`film${request.extension}`), machine);
      const rendered = await planRender(options, session, signal, true);
      signal.removeEventListener('abort', closeEarly);
      signal.throwIfAborted();
      const plan = rendered as RenderPlan & { readonly segments: SegmentsPlan };
      return new FilmSession(describeFilm(plan), plan, session, work, folder, withWorkers);
    } catch (error) {
      await session?.close();
      work.release();
      throw signal.aborted
        ? new FilmgateError('CANCELLED', 'the film was cancelled', { cause: error })
        : error;
    }
  }

  /** The workers' names, for whoever shows them. */
  get workers(): readonly string[] {
    return this.rendered.pool.workers;
  }

  /** Most frames outstanding at a time. */
  get window(): number {
    return this.rendered.capture.window;
  }

  /** The most bytes that outstanding frames may hold. */
  get memory(): number {
    return this.rendered.pool.memory;
  }

  /** Version of the FFmpeg that encodes. */
  get ffmpegVersion(): string {
    return this.rendered.encode.ffmpeg.version;
  }

  /** How often a frame was tried again. */
  get retries(): number {
    return this.pool.retries;
  }

  /** The most frames that were outstanding at any moment. */
  get peak(): number {
    return this.budget.peak;
  }

  /** What happens on the workers, until the session is closed. */
  get events(): Observable<RenderEvent> {
    return this.session.events ? merge(this.pool.events, this.session.events) : this.pool.events;
  }

  /** Whether the workers may be asked for a segment: frames are only asked for in ascending order. */
  canRender(segment: number): boolean {
    return (this.plan.segments[segment]?.first ?? 0) >= this.nextFrame;
  }

  /** Renders a segment to a file of this machine. */
  render<Event>(
    number: number,
    attempt: string,
    { encoded, verified }: RenderListener<Event>,
  ): Observable<RenderEvent | Event> {
    const segment = this.plan.segments[number];
    if (!segment) throw new FilmgateError('JOB_INVALID', `the film has no segment ${number + 1}`);
    this.nextFrame = segment.first + segment.count;
    const output = segmentOutput(this.work, `${number}-${attempt}${this.plan.extension}`);
    return this.encoders.encode(
      segment,
      output,
      { budget: this.budget, pool: this.pool },
      {
        encoded,
        verified: async (segment) => {
          try {
            return await verified({ ...segment, path: output.target });
          } finally {
            await output.discard();
          }
        },
      },
    );
  }

  /** Ends everything; settles when no process and no file of it is left. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.encoders.close();
    await this.pool.close();
    await this.session.close();
    await this.sound?.settled();
    this.work.release();
  }
}

/** A folder of its own, with a lock: what a killed process leaves there is found by the next one. */
export function scratch({ cache }: Machine): WorkDirectory {
  const folder = join(cache, 'work');
  mkdirSync(folder, { recursive: true });
  const work = new WorkDirectory(join(folder, `${process.pid}-${Math.random().toString(16).slice(2, 10)}`));
  work.acquire();
  return work;
}

async function checkEnvironment(request: FilmRequest, machine: Machine, signal: AbortSignal): Promise<void> {
  const differing = differences(request.environment, await describeEnvironment(machine, signal));
  if (differing.length === 0) return;
  throw new FilmgateError('NO_WORKER', `this machine cannot render the film: it has ${differing.join(', ')}`);
}

function openSource({ source }: FilmRequest, folder: string, { browser }: Machine): CaptureSource {
  const path = source.digest === null ? source.entry : join(folder, source.entry);
  if (source.digest !== null && !path.startsWith(folder)) {
    throw new FilmgateError('JOB_INVALID', `the source is opened at ${source.entry}, which is outside of it`);
  }
  const options = { ...source.options, ...(browser === undefined ? {} : { browser }) };
  if (source.kind === 'scene') return threads(path, source.options);
  return source.kind === 'page' ? chromium(path, options) : hyperframes(path, options);
}

function renderOptions(
  { shape, run }: FilmRequest,
  audio: NonNullable<RenderOptions['audio']>,
  output: string,
  { ffmpeg }: Machine,
): Omit<RenderOptions, 'source'> & Pick<RenderOptions, 'source'> {
  const machine = ffmpeg === undefined ? {} : { ffmpeg };
  return { ...shape, ...run, ...machine, audio, output, overwrite: true } as unknown as RenderOptions;
}
