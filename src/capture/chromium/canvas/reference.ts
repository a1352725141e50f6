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

const CHECK_EVERY = 200; // frames of a worker.
const QUARTERS = 4; // of that: workers begin at different ones. At the same one they would wait for one another, and see the same moment of the film.
const AHEAD = 50; // frames of a worker, before it compares one, in which a page that rests is loaded, and catches up.
const LOAD_TIME = 60; // seconds
const RESTS = Number.POSITIVE_INFINITY; // No frame comes after it: the page is loaded anew for the next one.
// What the worker of the page does to the pixels: the fourth byte of a pixel is 255.
const CONVERT = { bgrx: 'format=bgra', yuv420p: `${TO_BT709},format=yuv420p` };
const FOLLOW_EVERY = 20; // frames
const STEP_TIME = 30; // seconds

/** Compares frames that were drawn into a canvas with screenshots: a canvas fails silently. */
export class Reference {
  private last = -1;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    /** Loaded, and at no frame yet. */
    private readonly page: ReferencePage,
    private readonly options: {
      readonly format: DrawnFormat;
      /** Path of FFmpeg, if it was said. */
      readonly ffmpeg: string | undefined;
    },
  ) {}

  /**
   * Whether a worker's frame is one to compare.
   *
   * @param count - how many it has captured before
   * @param number - the worker's, from 0
   */
  isDue(count: number, number: number): boolean {
    const first = (QUARTERS - (number % QUARTERS)) * (CHECK_EVERY / QUARTERS);
    return count >= first && (count - first) % CHECK_EVERY === 0;
  }

  /** Lets the page rest until a comparison is near. */
  async rest(deadline: Deadline): Promise<void> {
    this.last = RESTS;
    await this.page.rest(deadline);
  }

  /** Loads a page that rests, if a comparison is near: a worker would wait for it. */
  wake(count: number, number: number): void {
    if (this.last !== RESTS || !this.isDue(count + AHEAD, number)) return;
    this.last = -1;
    this.queue = this.queue
      .then(() => this.page.reload(new Deadline(LOAD_TIME)))
      .catch(() => {
        this.last = RESTS; // The comparison tries again, and is told.
      });
  }

  /**
   * Takes a page that only moves forward along with a worker, in strides, unless it rests: else the next comparison would take
   * it through all frames at once, and longer than a frame may take.
   */
  follow(index: number): void {
    if (this.last === RESTS) return;
    this.queue = this.queue.then(async () => {
      while (index >= this.last + FOLLOW_EVERY) {
        this.last = Math.min(index, Math.max(this.last, 0) + FOLLOW_EVERY);
        await this.page.seek(this.last, new Deadline(STEP_TIME)).catch(() => {}); // The next comparison is told.
      }
    });
  }

  /** The pixels that frames should have, which are asked for in ascending order. One call is done after the other. */
  expect(indices: readonly number[], deadline: Deadline): Promise<Buffer[]> {
    const expected = this.queue.then(() => this.pixelsOf(indices, deadline));
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
  private async pixelsOf(indices: readonly number[], deadline: Deadline): Promise<Buffer[]> {
    const { format } = this.options;
    const { path } = await findFFmpeg(this.options.ffmpeg);
    const input = ['-f', 'image2pipe', '-c:v', 'png', '-i', 'pipe:0'];
    const args = [...input, '-vf', CONVERT[format.pixels], '-f', 'rawvideo', 'pipe:1'];
    const chunks: Buffer[] = [];
    await runFFmpeg(path, args, 'decode screenshots', {
      onInput: async (pictures) => {
        for (const index of indices) pictures.write(await this.screenshot(index, deadline));
      },
      onOutput: async (output) => {
        for await (const chunk of output) chunks.push(chunk);
      },
      stallLimit: 30,
    });
    const all = Buffer.concat(chunks);
    const bytes = frameBytes(format);
    return indices.map((_, at) => all.subarray(at * bytes, (at + 1) * bytes));
  }

  private async screenshot(index: number, deadline: Deadline): Promise<Buffer> {
    if (index <= this.last) await this.page.reload(deadline);
    this.last = index;
    await this.page.seek(index, deadline);
    return this.page.screenshot(deadline);
  }
}
