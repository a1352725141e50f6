/** Calls a method of the DevTools protocol, of one page. */
// biome-ignore lint/suspicious/noExplicitAny: what a method answers is the protocol's, and differs by method.
export type Send = (method: string, params?: object) => Promise<any>;

/** How a page is asked for its picture: the small interface behind which the modes of capture stand. */
export interface Screenshotter {
  /** Prepares for a page that has been loaded. */
  open?(): Promise<void>;
  /** Lets the page's own frame cycle run once, where it does not run by itself. */
  tick(): Promise<void>;
  /**
   * A picture of the page as it is now: a whole PNG or JPEG file, or pixels.
   *
   * @param slot - no other outstanding picture has it: where pixels go
   */
  takePicture(slot: number): Promise<Buffer>;
  /** Lets go of what is outside of the browser. */
  close?(): void;
}

/** What the pictures are. */
export interface PictureFormat {
  readonly image: 'png' | 'jpeg';
  /** Quality of a JPEG, from 1 to 100. */
  readonly quality: number;
}

/** The options of the DevTools protocol for such a picture. `optimizeForSpeed` makes PNG nearly as fast as JPEG. */
export function screenshotOptions({ image, quality }: PictureFormat) {
  return image === 'png'
    ? { format: image, optimizeForSpeed: true }
    : { format: image, quality, optimizeForSpeed: true };
}

/** A picture as bytes: small ones arrive as the protocol's base64. */
export function asBytes(picture: Buffer | string): Buffer {
  return typeof picture === 'string' ? Buffer.from(picture, 'base64') : picture;
}
