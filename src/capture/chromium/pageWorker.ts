import { FilmgateError } from '../../errors';
import type { Frame } from '../../frames/frame';
import { captureFailed, reworded } from '../captureFailure';
import type { CaptureWorker, FrameRequest } from '../source';
import type { Page } from './page';
import type { PageListener } from './pageConsole';

/** Captures frames of one page, once `ready` has settled. */
export class PageWorker implements CaptureWorker {
  constructor(
    readonly ready: Promise<void>,
    private readonly page: Page,
    private readonly listener: PageListener,
  ) {}

  async capture({ index, deadline }: FrameRequest): Promise<Frame> {
    this.listener.index = index;
    const { worker } = this.listener;
    try {
      await this.page.evaluate(`__filmgate.seek(${index})`, deadline);
      const data = await this.page.takePicture(deadline);
      this.listener.check();
      return { index, data };
    } catch (error) {
      if (!FilmgateError.is(error)) throw captureFailed(index, error, worker);
      throw reworded(error, `frame ${index}: ${error.message}`, { frame: index, worker });
    }
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
