import {
  asBytes,
  type PictureFormat,
  type Screenshotter,
  type Send,
  screenshotOptions,
} from './screenshotter';

/** Screenshots of a page that lives on its own frame cycle: works with any Chrome, Chromium or Edge. */
export class PlainScreenshotter implements Screenshotter {
  private readonly options: object;

  constructor(
    private readonly send: Send,
    format: PictureFormat,
  ) {
    this.options = { ...screenshotOptions(format), captureBeyondViewport: false, fromSurface: true };
  }

  async tick(): Promise<void> {}

  async takePicture(): Promise<Buffer> {
    return asBytes((await this.send('Page.captureScreenshot', this.options)).data);
  }
}
