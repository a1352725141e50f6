import { FilmgateError } from '../../errors';
import { CaptureStopwatch } from '../../frames/captureTimes';
import type { Frame } from '../../frames/frame';
import { captureFailed, reworded } from '../captureFailure';
import type { CaptureWorker, FrameRequest } from '../source';
import type { CanvasProof } from './canvas/canvasProof';
import type { ShownFrame } from './inPage/pageDriver';
import type { MediaLibrary } from './media/mediaLibrary';
import type { Page } from './page';
import type { PageListener } from './pageConsole';

/** Captures frames of one page, once `ready` has settled. */
export class PageWorker implements CaptureWorker {
  private captured = 0;
  private readonly number: number;

  constructor(
    readonly ready: Promise<void>,
    private readonly page: Page,
    private readonly listener: PageListener,
    private readonly media: MediaLibrary,
    /** Where the page is drawn into a canvas. */
    private readonly proof?: CanvasProof,
  ) {
    this.number = proof?.numberWorker() ?? 0;
  }

  async capture({ index, slot, deadline, times }: FrameRequest): Promise<Frame> {
    this.listener.index = index;
    const { worker } = this.listener;
    const stopwatch = new CaptureStopwatch(times);
    try {
      const seek = `__filmgate.seek(${index})`;
      const { sounds, problems, failed } = await this.page.evaluate<ShownFrame>(seek, deadline);
      stopwatch.lap('seek');
      const data = await this.page.takePicture(deadline, slot, stopwatch);
      this.proof?.checkRequests(this.listener);
      await this.proof?.checkFrame({ index, data }, this.captured, this.number, deadline);
      this.captured += 1;
      for (const text of failed) this.listener.report('request', text);
      for (const text of problems) this.listener.report('unsupported', text);
      this.listener.check();
      if (sounds.length === 0) return { index, data };
      return {
        index,
        data,
        sound: sounds.map((sound) => ({ ...sound, media: this.media.pathOf(sound.media) })),
      };
    } catch (thrown) {
      const error = this.media.causeOf(thrown);
      if (!FilmgateError.is(error)) throw captureFailed(index, error, worker);
      throw reworded(error, `frame ${index}: ${error.message}`, { frame: index, worker });
    }
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
