import { randomBytes } from 'node:crypto';
import { frameBytes } from '../../../frames/format';
import type { BeginFrame } from '../beginFrame';
import type { Screenshotter, Send } from '../screenshotter';
import type { DrawnFormat } from './checkBeforehand';
import { FrameFile } from './frameFile';
import { inexact } from './inexact';
import { TO_YUV } from './toYuv';

/** Where the pixels of a page go. */
export interface CanvasTarget {
  /** A folder in memory, for the profile of the browser. */
  readonly folder: string;
  readonly format: DrawnFormat;
  /** The pixels of each outstanding frame: one buffer for each slot, made when it is needed. Shared by all workers. */
  readonly slots: Buffer[];
}

/** Nobody looks at the window: what is painted need not be put together there. */
const UNSEEN = { noDisplayUpdates: true };
/** Frames, one of which is put together all the same: until then Chromium 143 keeps the texts of all (0.5 MB of 1,000). */
const SEEN_EVERY = 200;

/** Draws the page into the canvas that it is in, and reads the pixels from the file that they are written to. */
export class CanvasScreenshotter implements Screenshotter {
  private file: FrameFile | undefined;
  private begun = 0;

  constructor(
    private readonly send: Send,
    private readonly begin: BeginFrame,
    private readonly profile: string,
    private readonly target: CanvasTarget,
    private readonly dedupe: boolean,
  ) {}

  async open(): Promise<void> {
    this.close();
    const name = randomBytes(8).toString('hex'); // The page may have been loaded before, into the same browser.
    const toYuv = this.target.format.pixels === 'yuv420p' ? TO_YUV : '';
    await this.ask(`open('${name}', '${toYuv}')`);
    this.file = new FrameFile(this.profile, frameBytes(this.target.format));
  }

  async tick(): Promise<void> {
    await this.beginUnseen();
  }

  async takePicture(slot: number): Promise<Buffer> {
    await this.beginUnseen();
    await this.ask(`take(${this.dedupe})`);
    const { slots, format } = this.target;
    slots[slot] ??= Buffer.allocUnsafeSlow(frameBytes(format));
    this.file?.read(slots[slot]);
    return slots[slot];
  }

  private async beginUnseen(): Promise<void> {
    this.begun += 1;
    await this.begin(this.begun % SEEN_EVERY === 0 ? {} : UNSEEN);
  }

  close(): void {
    this.file?.close();
    this.file = undefined;
  }

  /** @throws FilmgateError `CAPTURE_INEXACT`, with what the host says */
  private async ask(call: string): Promise<void> {
    const expression = `__filmgateHost.${call}`;
    const answer = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    const problem = answer.exceptionDetails ? answer.exceptionDetails.text : answer.result.value;
    if (problem) throw inexact(problem);
  }
}
