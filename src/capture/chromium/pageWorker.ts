import { FilmgateError } from '../../errors';
import type { Frame } from '../../frames/frame';
import type { FrameRate } from '../../frames/rate';
import { captureFailed } from '../captureFailure';
import type { CaptureWorker, FrameRequest } from '../source';
import type { Page } from './page';
import type { PageListener } from './pageConsole';

/** Captures frames of one page, once `ready` has settled. */
export class PageWorker implements CaptureWorker {
  constructor(
    readonly ready: Promise<void>,
    private readonly page: Page,
    private readonly listener: PageListener,
    private readonly fps: FrameRate,
  ) {}

  async capture({ index, limit }: FrameRequest): Promise<Frame> {
    const { numerator, denominator } = this.fps;
    this.listener.index = index;
    try {
      await this.page.evaluate(`__filmgate.seek(${index},${numerator},${denominator})`, limit);
      const data = await this.page.takePicture(limit);
      this.listener.check();
      return { index, data };
    } catch (error) {
      if (!FilmgateError.is(error)) throw captureFailed(index, error);
      throw new FilmgateError(error.code, `frame ${index}: ${error.message}`, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
