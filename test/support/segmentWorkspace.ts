import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type InlineOptions, inline } from '../../src/capture/inline';
import type { RenderEvent, RenderResult } from '../../src/frames/events';
import type { FrameRange } from '../../src/frames/range';
import type { RenderOptions } from '../../src/plan/renderOptions';
import { render } from '../../src/render';
import { exactFrames } from './exactFrames';
import { exitListeners } from './exitListeners';
import { useFolder } from './folder';
import { openThreads } from './openThreads';
import { type RecordedFFmpeg, recordFFmpeg } from './recordedFFmpeg';
import { later } from './settle';
import { paintIndex } from './video';

const SIZE = { width: 64, height: 36 };

/** Frames that bear their indices, from a source that can be resumed. */
export function film(frames: number, options: Partial<InlineOptions> = {}) {
  return inline({
    format: { pixels: 'rgba', ...SIZE },
    fps: 30,
    frames,
    identity: 'indices',
    capture: ({ index }) => paintIndex(index, SIZE),
    ...options,
  });
}

/** What a render told until everything was closed. */
export interface Run {
  readonly events: readonly RenderEvent[];
  readonly result: RenderResult | undefined;
  readonly error: unknown;
}

/** Called with each event of a render, and how to unsubscribe from it. */
export type OnEvent = (event: RenderEvent, cancel: () => void) => void;

/** Renders, and settles when everything is closed, however it ended. */
export function run(options: RenderOptions, onEvent: OnEvent = () => {}): Promise<Run> {
  return new Promise((resolve) => {
    const events: RenderEvent[] = [];
    let error: unknown;
    const onClosed = () =>
      setImmediate(() => resolve({ events, error, result: ofType(events, 'finished')[0]?.result }));
    const subscription = render({ ...options, onClosed }).subscribe({
      next(event) {
        events.push(event);
        onEvent(event, () => subscription.unsubscribe());
      },
      error: (thrown) => (error = thrown),
    });
  });
}

/** The events of one type. */
export function ofType<T extends RenderEvent['type']>(events: readonly RenderEvent[], type: T) {
  return events.filter((event): event is Extract<RenderEvent, { type: T }> => event.type === type);
}

/** The frames that were asked for, in ascending order. */
export function requested({ events }: Run): number[] {
  return ofType(events, 'requested')
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

/** `first`, `first + 1`, … so many. */
export function countFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}

/** What is kept of a film when these of its segments, counted from 1, are verified. */
export function keeping(verified: readonly number[]): string[] {
  return verified.length === 0 ? [] : ['manifest.json', ...verified.map((segment) => `segment ${segment}`)];
}

let known: Promise<string[]> | undefined;

/** Checksums of the frames of {@link film}, from one undisturbed render of it in one go. */
export function undisturbed(): Promise<string[]> {
  known ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'filmgate-'));
    try {
      const output = join(folder, 'whole.mp4');
      const { error } = await run({ ...LOSSLESS, source: film(420), output, workers: 1, segment: 'off' });
      if (error) throw error;
      return (await exactFrames(output, { numerator: 30, denominator: 1 })).sums;
    } finally {
      rmSync(folder, { recursive: true });
    }
  })();
  return known;
}

/** So that decoded frames do not depend on where a segment begins. */
export const LOSSLESS = { crf: 0, pixelFormat: 'yuv444p', preset: 'ultrafast' } as const;

/** Options of which any may be left out, also those that the workspace gives. */
export type Asked = { readonly [Name in keyof RenderOptions]?: RenderOptions[Name] | undefined };

/** A place for renders in segments, with an FFmpeg under observation. */
export function useSegmentWorkspace() {
  const path = useFolder();
  let tools = '';
  let ffmpeg: RecordedFFmpeg;
  let listeners = 0;

  before(async () => {
    await undisturbed();
    tools = mkdtempSync(join(tmpdir(), 'filmgate-'));
    ffmpeg = await recordFFmpeg(join(tools, 'ffmpeg'));
  });
  after(() => rmSync(tools, { recursive: true, force: true }));
  beforeEach(() => {
    mkdirSync(path('out'));
    listeners = exitListeners();
  });

  const workspace = {
    path,
    output: () => path('out/film.mp4'),
    workDirectory: () => path('out/.film.mp4.filmgate'),
    ffmpeg: () => ffmpeg.path,

    /** Forty frames in segments of ten, if not told otherwise. */
    options(more: Asked = {}): RenderOptions {
      const usual = { ...LOSSLESS, source: film(40), output: workspace.output(), workers: 2, segment: '10f' };
      return { ...usual, ffmpeg: ffmpeg.path, ...more } as RenderOptions;
    },

    /** Renders until everything is closed, and checks that no process, thread or listener is left. */
    async run(more: Asked = {}, onEvent?: OnEvent): Promise<Run> {
      const ended = await run(workspace.options(more), onEvent);
      expect(ffmpeg.alive(), 'FFmpeg processes').to.deep.equal([]);
      expect(openThreads(), 'threads').to.equal(0);
      expect(exitListeners(), 'listeners').to.equal(listeners);
      return ended;
    },

    /** Leaves a film of forty frames unfinished: these of its segments, counted from 1, are verified. */
    async leave(verified: readonly number[], more: Asked = {}): Promise<Run> {
      const enough = later<void>();
      let seen = 0;
      const capture: InlineOptions['capture'] = async ({ index }) => {
        if (verified.includes(Math.floor(index / 10) + 1)) return paintIndex(index, SIZE);
        await enough.promise;
        throw new Error('the lamp broke');
      };
      const options = {
        source: film(40, { capture }),
        lanes: 4,
        workers: 40,
        window: 40,
        maxTries: 1,
        ...more,
      };
      const ended = await workspace.run(options, (event) => {
        if (event.type === 'planned') seen += event.plan.resumedSegments;
        if (event.type === 'segmentVerified') seen += 1;
        if (seen === verified.length) enough.resolve();
      });
      expect(ended.error).to.have.property('code', 'CAPTURE_FAILED');
      expect(workspace.kept()).to.deep.equal(keeping(verified));
      return ended;
    },

    /** Removes all that is in the output's folder. */
    clear() {
      rmSync(path('out'), { recursive: true });
      mkdirSync(path('out'));
    },

    /** What is in the output's folder. */
    files: () => readdirSync(path('out')).sort(),

    /** What is in the workDirectory, segments by their numbers from 1. */
    kept(): string[] {
      const names = existsSync(workspace.workDirectory()) ? readdirSync(workspace.workDirectory()) : [];
      return names.map((name) => name.replace(/^segment-0*(\d+)-\w+\.\w+$/, 'segment $1')).sort();
    },

    /** The path of a segment that is kept, by its number from 1. */
    segment(number: number): string {
      const start = `segment-${String(number).padStart(5, '0')}-`;
      const name = readdirSync(workspace.workDirectory()).find((name) => name.startsWith(start));
      return join(workspace.workDirectory(), name ?? `${start}is-not-there`);
    },

    /** Checks that nothing but a whole film is there: the frames of an undisturbed one, each at its exact time. */
    async expectWhole(
      { first, count }: FrameRange = { first: 0, count: 40 },
      fps = { numerator: 30, denominator: 1 },
    ) {
      expect(workspace.files()).to.deep.equal(['film.mp4']);
      const { sums, problem } = await exactFrames(workspace.output(), fps);
      expect(problem).to.equal(undefined);
      expect(sums).to.deep.equal((await undisturbed()).slice(first, first + count));
    },
  };
  return workspace;
}
