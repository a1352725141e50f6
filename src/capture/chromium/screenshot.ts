import { asBytes, type PictureFormat, type Send, type Shutter, screenshotOptions } from './shutter';

/** Screenshots of a page that lives on its own frame cycle: works with any Chrome, Chromium or Edge. */
export class ScreenshotShutter implements Shutter {
  private readonly options: object;

  constructor(
    private readonly send: Send,
    format: PictureFormat,
  ) {
    this.options = { ...screenshotOptions(format), captureBeyondViewport: false, fromSurface: true };
  }

  async tick(): Promise<void> {}

  async shoot(): Promise<Buffer> {
    return asBytes((await this.send('Page.captureScreenshot', this.options)).data);
  }
}
