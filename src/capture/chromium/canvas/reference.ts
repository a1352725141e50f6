import { FilmgateError, messageOf } from '../../../errors';
import { findFFmpeg } from '../../../ffmpeg/findFFmpeg';
import { runFFmpeg } from '../../../ffmpeg/runFFmpeg';
import { TO_BT709 } from '../../../ffmpeg/toBt709';
import { frameBytes } from '../../../frames/format';
import { Deadline } from '../../../process/deadline';
import { debug } from '../../../process/debug';
import type { DrawnFormat } from './checkBeforehand';
import { differenceOf } from './difference';
import { inexact } from './inexact';

/** The same page in a browser of its own, of which screenshots are taken. */
export interface ReferencePage {
  /** Loads it anew, so that any frame may be next. */
  reload(deadline: Deadline): Promise<void>;
  /** Shows a frame. Frames are asked for in ascending order. */
  seek(index: number, deadline: Deadline): Promise<unknown>;
  /** A PNG of what is shown. */
  screenshot(deadline: Deadline): Promise<Buffer>;
  /** Gives up what it shows, and what that takes, until it is loaded anew. */
  rest(deadline: Deadline): Promise<void>;
}

/** Pixels of a frame that was drawn into a canvas. */
export interface DrawnFrame {
  readonly index: number;
  readonly data: Buffer;
}

// What the worker of the page does to the pixels: the fourth byte of a pixel is 255.
const CONVERT = { bgrx: 'format=bgra', yuv420p: `${TO_BT709},format=yuv420p` };
const FOLLOW_EVERY = 20; // frames
const STEP_TIME = 30; // seconds
const RESTS = Number.POSITIVE_INFINITY; // No frame comes after it: the page is loaded anew for the next one.

/** A frame to show, and whether the page has to be loaded anew for it. */
interface Shot {
  readonly index: number;
  readonly isBack: boolean;
}

/** Compares frames that were drawn into a canvas with screenshots: a canvas fails silently. */
export class Reference {
  /** What the page does next, one after the other. */
  private queue: Promise<unknown> = Promise.resolve();
  /** The last frame that it is to show, when all of that is done. */
  private last = -1;
  /** The last frame that it has shown. */
  private shown = -1;
  private state: 'ready' | 'resting' | 'loading' | 'failed' = 'ready';

  constructor(
    /** Loaded, and at no frame yet. */
    private readonly page: ReferencePage,
    private readonly options: {
      readonly format: DrawnFormat;
      /** Path of FFmpeg, if it was said. */
      readonly ffmpeg: string | undefined;
      /** Whether the page only moves forward. */
      readonly sequential: boolean;
      /** How long the page may take to load, in seconds. */
      readonly loadTimeout: number;
    },
  ) {}

  /** Whether a frame can be compared without waiting for the page for long. */
  isReady(index: number): boolean {
    if (this.state === 'failed') return true; // The comparison tries again, and is told.
    const isNear = this.last < index && this.shown >= index - 2 * FOLLOW_EVERY;
    return this.state === 'ready' && (isNear || !this.options.sequential);
  }

  /** Lets the page rest. */
  async rest(deadline: Deadline): Promise<void> {
    this.last = RESTS;
    this.state = 'resting';
    await this.page.rest(deadline);
  }

  /** Loads the page, if it rests. */
  wake(): void {
    if (this.state !== 'resting') return;
    this.state = 'loading';
    const loaded = this.queue.then(() => this.page.reload(new Deadline(this.options.loadTimeout)));
    this.queue = loaded.then(
      () => {
        this.last = -1;
        this.shown = -1;
        this.state = 'ready';
      },
      () => {
        this.state = 'failed';
      },
    );
  }

  /**
   * Takes a page that only moves forward along with a worker, in strides: else the next comparison would take it through all
   * frames at once, and longer than a frame may take.
   */
  follow(index: number): void {
    if (!this.options.sequential || this.state !== 'ready') return;
    while (index >= this.last + FOLLOW_EVERY) {
      const next = Math.min(index, Math.max(this.last, 0) + FOLLOW_EVERY);
      this.last = next;
      this.queue = this.queue.then(() => this.show(next, new Deadline(STEP_TIME))).catch(() => {}); // The next comparison is told.
    }
  }

  /** The pixels that frames should have, which are asked for in ascending order. One call is done after the other. */
  expect(indices: readonly number[], deadline: Deadline): Promise<Buffer[]> {
    const shots = indices.map((index): Shot => {
      const isBack = index <= this.last;
      this.last = index;
      return { index, isBack };
    });
    const expected = this.queue.then(() => this.pixelsOf(shots, deadline));
    this.queue = expected.catch(() => {});
    return expected;
  }

  /**
   * Compares frames with what they should be. What cannot be compared counts as different.
   *
   * @throws FilmgateError `CAPTURE_INEXACT`
   */
  async check(
    frames: readonly DrawnFrame[],
    deadline: Deadline,
    expected = this.expect(
      frames.map(({ index }) => index),
      deadline,
    ),
  ): Promise<void> {
    try {
      const pixels = await expected;
      for (const [at, { index, data }] of frames.entries()) {
        const difference = differenceOf(data, pixels[at] as Buffer);
        debug('frame %d drawn into a canvas: %s', index, difference ?? 'equal to a screenshot');
        if (difference) throw inexact(`frame ${index} differs from a screenshot ${difference}`);
      }
    } catch (error) {
      if (FilmgateError.is(error) && error.code === 'CAPTURE_INEXACT') throw error;
      throw inexact(`frames could not be compared with screenshots: ${messageOf(error)}`, error);
    }
  }

  /** FFmpeg starts while the page shows the first frame: it takes as long as that. */
  private async pixelsOf(shots: readonly Shot[], deadline: Deadline): Promise<Buffer[]> {
    const { format } = this.options;
    const { path } = await findFFmpeg(this.options.ffmpeg);
    const input = ['-f', 'image2pipe', '-c:v', 'png', '-i', 'pipe:0'];
    const args = [...input, '-vf', CONVERT[format.pixels], '-f', 'rawvideo', 'pipe:1'];
    const chunks: Buffer[] = [];
    await runFFmpeg(path, args, 'decode screenshots', {
      onInput: async (pictures) => {
        for (const shot of shots) pictures.write(await this.screenshot(shot, deadline));
      },
      onOutput: async (output) => {
        for await (const chunk of output) chunks.push(chunk);
      },
      stallLimit: 30,
    });
    const all = Buffer.concat(chunks);
    const bytes = frameBytes(format);
    return shots.map((_, at) => all.subarray(at * bytes, (at + 1) * bytes));
  }

  private async screenshot({ index, isBack }: Shot, deadline: Deadline): Promise<Buffer> {
    if (isBack) await this.page.reload(deadline);
    this.state = 'ready';
    await this.show(index, deadline);
    return this.page.screenshot(deadline);
  }

  private async show(index: number, deadline: Deadline): Promise<void> {
    await this.page.seek(index, deadline);
    this.shown = index;
  }
}
