import { setTimeout as pause } from 'node:timers/promises';
import { FilmgateError } from '../../errors';
import type { BeginFrame } from './beginFrame';
import { asBytes, type PictureFormat, type Screenshotter, screenshotOptions } from './screenshotter';

const TRIES = 10;
const PATIENCE = 5; // ms between the first and the second try, and as much more after each.

/**
 * Frames are begun one by one, and nothing moves between them.
 *
 * A frame in which nothing changed can be told from its tick (`hasDamage`), at a tenth of a screenshot's cost, but the
 * first tick after a screenshot always claims damage. So while the page moves there are only screenshots; when one
 * equals the last, one tick is spent to clear the claim, and from then on ticks ask first.
 */
export class BeginFrameScreenshotter implements Screenshotter {
  private readonly screenshot: object;
  private last: Buffer | undefined;
  private isStill = false;

  constructor(
    private readonly begin: BeginFrame,
    format: PictureFormat,
    private readonly dedupe: boolean,
  ) {
    this.screenshot = screenshotOptions(format);
  }

  async tick(): Promise<void> {
    if ((await this.begin()).hasDamage) this.isStill = false;
  }

  async takePicture(): Promise<Buffer> {
    if (this.isStill && this.last && !(await this.begin()).hasDamage) return this.last;
    const picture = await this.take();
    if (this.dedupe) {
      this.isStill = this.last?.equals(picture) ?? false;
      if (this.isStill) await this.begin();
    }
    this.last = picture;
    return picture;
  }

  /** The compositor sometimes answers without a picture, most often for the first frames, and longest on a busy machine. */
  private async take(): Promise<Buffer> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { screenshotData } = await this.begin({ screenshot: this.screenshot });
      if (screenshotData) return asBytes(screenshotData);
      await pause((tries + 1) * PATIENCE);
    }
    throw new FilmgateError('CAPTURE_FAILED', `the browser gave no picture in ${TRIES} tries`);
  }
}
