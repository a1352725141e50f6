import { FilmgateError } from '../../errors';
import type { Frame } from '../../frames/frame';
import type { FrameRate } from '../../frames/rate';
import { captureFailed } from '../failure';
import type { CaptureWorker, FrameRequest } from '../source';
import type { Page } from './page';
import type { PageEar } from './pageLog';

/** Captures frames of one page, once `ready` has settled. */
export class PageWorker implements CaptureWorker {
  constructor(
    readonly ready: Promise<void>,
    private readonly page: Page,
    private readonly ear: PageEar,
    private readonly fps: FrameRate,
  ) {}

  async capture({ index, limit }: FrameRequest): Promise<Frame> {
    const { numerator, denominator } = this.fps;
    this.ear.index = index;
    try {
      await this.page.evaluate(`__filmgate.seek(${index},${numerator},${denominator})`, limit);
      const data = await this.page.shoot(limit);
      this.ear.check();
      return { index, data };
    } catch (error) {
      if (!(error instanceof FilmgateError)) throw captureFailed(index, error);
      throw new FilmgateError(error.code, `frame ${index}: ${error.message}`, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
