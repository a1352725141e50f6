/// <reference lib="dom" />
/// <reference lib="webworker" />
import type { PageDriver } from './pageDriver';

/** What is written to the file. */
interface FileFormat {
  /** In device pixels. */
  readonly width: number;
  readonly height: number;
  /** A WebAssembly module that makes I420 of the pixels, in base64; empty where they stay as they are. */
  readonly toYuv: string;
}

/** How the host of a page is talked to, from outside: `window.__filmgateHost`. */
export interface CanvasHost {
  /** Makes a file of one frame, of that name. Resolves with why that cannot be, or with nothing. */
  open(file: string, toYuv: string): Promise<string>;
  /**
   * Writes the page as it is to the file, which has it already where nothing has changed since; with `dedupe`, that is enough.
   * Resolves with why that cannot be, or with nothing.
   */
  take(dedupe: boolean): Promise<string>;
}

/**
 * Runs in the host: a document with nothing but a canvas, and in it a frame with the page. The page is drawn into the canvas,
 * and the canvas handed to a worker that writes it to a file: nothing is copied on the way, compressed or sent.
 */
export function hostPage(writeFrames: string): void {
  type Drawing = CanvasRenderingContext2D & {
    drawElementImage(element: Element, x: number, y: number): void;
  };
  type Driven = Window & { __filmgate?: Pick<PageDriver, 'undrawable' | 'wholePicture'> };

  const canvas = document.querySelector('canvas') as HTMLCanvasElement;
  const frame = document.querySelector('iframe') as HTMLIFrameElement;
  const page = () => (frame.contentWindow as Driven).__filmgate;
  const options = { alpha: false, willReadFrequently: true };
  const context = canvas.getContext('2d', options) as Drawing;
  let worker: Worker | undefined;
  let isDrawn = false; // What the page shows is in the file.
  let isSeenThrough = false; // A canvas of the page's own was.
  canvas.addEventListener('paint', () => {
    isDrawn = false;
  });

  const ask = (message: object, transfer: Transferable[] = []) =>
    new Promise<string>((resolve) => {
      worker ??= new Worker(URL.createObjectURL(new Blob([writeFrames])));
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message: text }) => resolve(text || 'its worker failed');
      worker.postMessage(message, transfer);
    });

  /** `mustBeOpaque`: what lies behind a canvas of the page's own is not in it. */
  const write = async (from: HTMLCanvasElement | VideoFrame, mustBeOpaque: boolean) => {
    try {
      const picture = 'timestamp' in from ? from : new VideoFrame(from, { timestamp: 0 });
      return await ask({ picture, mustBeOpaque }, [picture]);
    } catch (error) {
      return String(error); // It has pictures of another origin in it.
    }
  };

  const drawOnColor = (whole: HTMLCanvasElement | VideoFrame, color: string) => {
    context.fillStyle = color;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(whole, 0, 0);
  };

  const host: CanvasHost = {
    async open(file, toYuv) {
      if (typeof context.drawElementImage !== 'function') return 'this browser cannot draw elements';
      frame.focus();
      const { width, height } = canvas;
      isDrawn = false;
      return ask({ width, height, toYuv, file });
    },
    async take(dedupe) {
      const isRepeat = dedupe && isDrawn;
      isDrawn = false;
      const whole = page()?.wholePicture?.take();
      const colorBehind =
        isSeenThrough && whole && !('timestamp' in whole) && page()?.wholePicture?.colorBehind(whole);
      if (whole && !colorBehind && (await write(whole, true)) === '') return '';
      isSeenThrough = whole !== undefined;
      const problem = page()?.undrawable() ?? 'the page went away';
      if (problem) return problem;
      if (whole && colorBehind) {
        drawOnColor(whole, colorBehind);
        return write(canvas, false);
      }
      isDrawn = 'onpaint' in canvas; // Chromium 143 does not tell of changes.
      if (isRepeat) return '';
      context.drawElementImage(frame, 0, 0);
      return write(canvas, false);
    },
  };
  Object.defineProperties(window, { __filmgateHost: { value: host }, __filmgate: { get: page } });
}

/** Runs in the host's worker, as a script of its own. Answers each message with what went wrong, or with nothing. */
export function frameWriter(): void {
  const UNUSED = 1024; // bytes at the beginning of the memory.
  let pixels = new Uint8Array();
  let frame = pixels;
  let convert = () => {};
  let file: FileSystemSyncAccessHandle | undefined;

  const useConverter = async ({ width, height, toYuv }: FileFormat) => {
    const module = Uint8Array.from(atob(toYuv), (letter) => letter.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(module);
    const { memory, convert: run } = instance.exports as unknown as {
      memory: WebAssembly.Memory;
      convert(from: number, to: number, width: number, height: number): void;
    };
    const [from, to] = [UNUSED, UNUSED + width * height * 4];
    const bytes = (width * height * 3) / 2;
    memory.grow(Math.ceil((to + bytes) / 65536));
    pixels = new Uint8Array(memory.buffer, from, width * height * 4);
    frame = new Uint8Array(memory.buffer, to, bytes);
    convert = () => run(from, to, width, height);
  };

  const open = async (format: FileFormat, name: string) => {
    if (format.toYuv) await useConverter(format);
    else {
      pixels = new Uint8Array(format.width * format.height * 4);
      frame = pixels;
    }
    const folder = await navigator.storage.getDirectory();
    file = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
    file.write(frame, { at: 0 });
    file.flush();
  };

  const isOpaque = () => {
    const all = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
    let common = 0xffffffff;
    for (let at = 0; at < all.length; at += 1) common &= all[at] as number;
    return common >>> 24 === 255;
  };

  const write = async (picture: VideoFrame, mustBeOpaque: boolean) => {
    const { format } = picture;
    const bytes = picture.allocationSize();
    if (format !== 'BGRX' && format !== 'BGRA') throw new Error(`the canvas has the pixels ${format}`);
    if (bytes !== pixels.length) throw new Error(`the canvas has ${bytes} bytes`);
    await picture.copyTo(pixels);
    if (mustBeOpaque && format === 'BGRA' && !isOpaque()) throw new Error('the canvas can be seen through');
    convert();
    const written = file?.write(frame, { at: 0 });
    if (written !== frame.length) throw new Error(`only ${written} bytes were written`);
  };

  self.onmessage = async ({ data }) => {
    try {
      await (data.picture ? write(data.picture, data.mustBeOpaque) : open(data, data.file));
      self.postMessage('');
    } catch (error) {
      self.postMessage(String(error));
    } finally {
      data.picture?.close();
    }
  };
}
