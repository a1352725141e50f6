import { FilmgateError } from '../../errors';
import type { Frame } from '../../frames/frame';
import { captureFailed, reworded } from '../captureFailure';
import type { CaptureWorker, FrameRequest } from '../source';
import type { ShownFrame } from './inPage/pageDriver';
import type { MediaLibrary } from './media/mediaLibrary';
import type { Page } from './page';
import type { PageListener } from './pageConsole';

/** Captures frames of one page, once `ready` has settled. */
export class PageWorker implements CaptureWorker {
  constructor(
    readonly ready: Promise<void>,
    private readonly page: Page,
    private readonly listener: PageListener,
    private readonly media: MediaLibrary,
  ) {}

  async capture({ index, deadline }: FrameRequest): Promise<Frame> {
    this.listener.index = index;
    const { worker } = this.listener;
    try {
      const seek = `__filmgate.seek(${index})`;
      const { sounds, problems, failed } = await this.page.evaluate<ShownFrame>(seek, deadline);
      const data = await this.page.takePicture(deadline);
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
