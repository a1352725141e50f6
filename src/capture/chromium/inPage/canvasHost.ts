/// <reference lib="dom" />
/// <reference lib="webworker" />

/** The size of a frame, in device pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** How the host of a page is talked to, from outside: `window.__filmgateHost`. */
export interface CanvasHost {
  /** Makes a file of one frame, of that name. Resolves with why that cannot be, or with nothing. */
  open(file: string): Promise<string>;
  /** Writes the page as it is to the file. Resolves with why that cannot be, or with nothing. */
  take(): Promise<string>;
}

/**
 * Runs in the host: a document with nothing but a canvas, and in it a frame with the page. The page is drawn into the canvas,
 * and the canvas handed to a worker that writes it to a file: nothing is copied on the way, compressed or sent.
 */
export function hostPage(writeFrames: string): void {
  type Drawing = CanvasRenderingContext2D & {
    drawElementImage(element: Element, x: number, y: number): void;
  };
  type Driven = Window & { __filmgate?: { undrawable(): string } };

  const canvas = document.querySelector('canvas') as HTMLCanvasElement;
  const frame = document.querySelector('iframe') as HTMLIFrameElement;
  const page = () => (frame.contentWindow as Driven).__filmgate;
  const options = { alpha: false, willReadFrequently: true };
  const context = canvas.getContext('2d', options) as Drawing;
  let worker: Worker | undefined;

  const ask = (message: object, transfer: Transferable[] = []) =>
    new Promise<string>((resolve) => {
      worker ??= new Worker(URL.createObjectURL(new Blob([writeFrames])));
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message: text }) => resolve(text || 'its worker failed');
      worker.postMessage(message, transfer);
    });

  const host: CanvasHost = {
    async open(file) {
      if (typeof context.drawElementImage !== 'function') return 'this browser cannot draw elements';
      frame.focus();
      const { width, height } = canvas;
      return ask({ width, height, file });
    },
    async take() {
      const problem = page()?.undrawable() ?? 'the page went away';
      if (problem) return problem;
      context.drawElementImage(frame, 0, 0);
      const picture = new VideoFrame(canvas, { timestamp: 0 });
      return ask({ picture }, [picture]);
    },
  };
  Object.defineProperties(window, { __filmgateHost: { value: host }, __filmgate: { get: page } });
}

/** Runs in the host's worker, as a script of its own. Answers each message with what went wrong, or with nothing. */
export function frameWriter(): void {
  let pixels = new Uint8Array();
  let file: FileSystemSyncAccessHandle | undefined;

  const open = async ({ width, height }: Size, name: string) => {
    pixels = new Uint8Array(width * height * 4);
    const folder = await navigator.storage.getDirectory();
    file = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
    file.write(pixels, { at: 0 });
    file.flush();
  };

  const write = async (picture: VideoFrame) => {
    const { format } = picture;
    const bytes = picture.allocationSize();
    if (format !== 'BGRX' && format !== 'BGRA') throw new Error(`the canvas has the pixels ${format}`);
    if (bytes !== pixels.length) throw new Error(`the canvas has ${bytes} bytes`);
    await picture.copyTo(pixels);
    picture.close();
    const written = file?.write(pixels, { at: 0 });
    if (written !== pixels.length) throw new Error(`only ${written} bytes were written`);
  };

  self.onmessage = async ({ data }) => {
    try {
      await (data.picture ? write(data.picture) : open(data, data.file));
      self.postMessage('');
    } catch (error) {
      self.postMessage(String(error));
    }
  };
}
