/// <reference lib="dom" />
import type { VirtualClock } from './clock';
import type { PageMedia } from './media';
import type { PageDriver } from './pageDriver';
import type { PageRoots } from './roots';

/** What a picture of the page needs besides its time: fonts, images, frames and videos. */
export interface PageAssets {
  /** Whether all of them are there. Asks for what the browser would put off. */
  areReady(): boolean;
  /** Decodes what has come. Settles with the fonts and images that are pending now. */
  begin(): Promise<unknown>;
  /** Settles when all of them are there, or will never be. */
  settle(): Promise<void>;
  /** What is missing, in words for a person: empty when nothing is. */
  missing(): string[];
}

/** Runs in the page. Images that are broken, and lazy ones out of sight, are not waited for. */
export function watchAssets(
  clock: VirtualClock,
  roots: PageRoots,
  media: PageMedia,
  innerStages: () => PageDriver[],
): PageAssets {
  const children = () => innerStages().map(({ assets }) => assets);
  const decoded = new WeakMap<HTMLImageElement, string>();

  const isInSight = (image: HTMLImageElement) => {
    const { top, left, bottom, right } = image.getBoundingClientRect();
    return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  };

  const pendingImages = () =>
    roots.query<HTMLImageElement>('img').filter((image) => {
      if (decoded.get(image) === image.currentSrc && image.complete) return false;
      if (image.complete) return image.naturalWidth > 0;
      if (image.loading !== 'lazy') return true;
      if (!isInSight(image)) return false;
      image.loading = 'eager'; // The browser would begin some frames later.
      return true;
    });

  const pendingFonts = () => {
    if (document.fonts.size === 0) return [];
    document.documentElement.getBoundingClientRect(); // A font begins to load when text is laid out.
    return document.fonts.status === 'loading'
      ? [...document.fonts].filter((font) => font.status === 'loading')
      : [];
  };

  const pendingFrames = () =>
    roots.query<HTMLIFrameElement>('iframe').filter((frame) => {
      return frame.contentDocument && frame.contentDocument.readyState !== 'complete';
    });

  const decode = async (image: HTMLImageElement) => {
    const source = image.currentSrc;
    await image.decode().catch(() => {});
    if (source || image.complete) decoded.set(image, image.currentSrc);
  };

  const fileName = (address: string) => address.split(/[?#]/)[0]?.split('/').pop() || address;
  const named = (kind: string, names: string[]) =>
    names.length > 0 ? [`${kind}: ${[...new Set(names)].join(', ')}`] : [];

  const areReady = () =>
    pendingFonts().length === 0 &&
    pendingImages().length === 0 &&
    pendingFrames().length === 0 &&
    media.areReady() &&
    children().every((child) => child.areReady());

  const begin = (): Promise<unknown> =>
    Promise.all([
      pendingFonts().length > 0 ? document.fonts.ready : undefined,
      pendingFrames().length > 0 ? clock.pause(5) : undefined,
      ...pendingImages().map(decode),
      media.begin(),
      ...children().map((child) => child.begin()),
    ]);

  return {
    areReady,
    begin,
    async settle() {
      // Again and again, because what is waited for may leave the page meanwhile, and then never settle.
      while (!areReady()) {
        await Promise.race([begin(), clock.pause(50)]);
        await clock.pause();
      }
    },
    missing: () => [
      ...named(
        'fonts',
        pendingFonts().map(({ family }) => family.replace(/^["']|["']$/g, '')),
      ),
      ...named(
        'images',
        pendingImages().map((image) => fileName(image.currentSrc || image.src)),
      ),
      ...named(
        'frames',
        pendingFrames().map((frame) => fileName(frame.src || 'srcdoc')),
      ),
      ...named('media', media.missing()),
      ...children().flatMap((child) => child.missing()),
    ],
  };
}
