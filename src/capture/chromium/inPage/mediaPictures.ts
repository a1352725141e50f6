/// <reference lib="dom" />
import type { VirtualClock } from './clock';
import type { MediaAnswer } from './mediaAnswer';
import type { MediaState, MediaTimeline } from './mediaTimeline';

/** Fetches what elements show, and puts it into the page. */
export interface MediaPictures {
  /**
   * Finds out what an element's source is. Settles when its first picture is there too; rejects
   * when that is not the source's fault.
   */
  load(state: MediaState, tell: (type: string) => void): Promise<void>;
  /** Whether the picture that an element shows is the one of this moment. */
  isCurrent(state: MediaState): boolean;
  /** Shows the picture of this moment. Rejects when it cannot be had. */
  refresh(state: MediaState): Promise<void>;
  /** What canvases draw of an element. */
  image(element: HTMLVideoElement): HTMLImageElement | undefined;
}

/**
 * Runs in the page. A video shows its frames as its *poster*: so it stays the same element, and whatever the page's style
 * does to it (fit, radius, filters, blending, order) the browser itself does to the frame.
 */
export function showMediaPictures(clock: VirtualClock, timeline: MediaTimeline, base: string): MediaPictures {
  interface Picture {
    readonly media: string;
    readonly frame: number;
    readonly image: HTMLImageElement;
    readonly isShown: boolean;
  }
  const pictures = new WeakMap<HTMLMediaElement, Picture>();
  const ownPosters = new WeakMap<HTMLMediaElement, string>();
  const realFetch = window.fetch.bind(window);
  const RealImage = Image;
  const setAttribute = Element.prototype.setAttribute;
  const getAttribute = Element.prototype.getAttribute;

  const poster = Object.getOwnPropertyDescriptor(HTMLVideoElement.prototype, 'poster');
  Object.defineProperty(HTMLVideoElement.prototype, 'poster', {
    ...poster,
    get(this: HTMLVideoElement) {
      return ownPosters.get(this) ?? poster?.get?.call(this);
    },
    set(this: HTMLVideoElement, value: string) {
      if (ownPosters.has(this)) ownPosters.set(this, value);
      else poster?.set?.call(this, value);
    },
  });

  const fetchPicture = async (info: MediaAnswer, frame: number): Promise<HTMLImageElement> => {
    const image = new RealImage();
    const url = `${base}frame/${info.id}/${frame}`;
    image.crossOrigin = 'anonymous';
    const isLoaded = new Promise<boolean>((resolve) => {
      image.onload = () => resolve(true);
      image.onerror = () => resolve(false);
    });
    image.src = url;
    if (await isLoaded) return image; // Not decode(): it is decoded once more where it is drawn.
    const answer = await realFetch(url).then((response) => response.json());
    throw Object.assign(new Error(answer.error), { code: answer.code });
  };

  /** None that is of another source. */
  const pictureOf = ({ element, info }: MediaState) => {
    const picture = pictures.get(element);
    return picture?.media === info?.id ? picture : undefined;
  };

  /** As in a browser, its own poster is shown until it first plays. */
  const isCovered = ({ element, hasPlayed, placement }: MediaState) =>
    Boolean(ownPosters.get(element)) && !hasPlayed && !placement;

  const show = (state: MediaState, frame: number, image: HTMLImageElement) => {
    const { element } = state;
    if (element instanceof HTMLVideoElement && !ownPosters.has(element))
      ownPosters.set(element, getAttribute.call(element, 'poster') ?? '');
    const isShown = element instanceof HTMLVideoElement && !isCovered(state);
    pictures.set(element, { media: state.info?.id ?? '', frame, image, isShown });
    const own = ownPosters.get(element);
    if (!isShown && own && getAttribute.call(element, 'poster') !== own)
      setAttribute.call(element, 'poster', own);
    if (!isShown) return;
    setAttribute.call(element, 'crossorigin', 'anonymous'); // The poster is then the picture that has loaded already.
    setAttribute.call(element, 'poster', image.src);
  };

  const self: MediaPictures = {
    async load(state, tell) {
      const source = state.source as string;
      const isStale = () => state.source !== source;
      try {
        const answer = await realFetch(`${base}media?${encodeURIComponent(source)}`).then((got) =>
          got.json(),
        );
        if (isStale()) return;
        if (answer.error) throw Object.assign(new Error(answer.error), { code: answer.code });
        state.info = answer as MediaAnswer;
        if (state.info.times) await self.refresh(state);
        if (isStale()) return;
        for (const type of ['durationchange', 'loadedmetadata', 'loadeddata', 'canplay', 'canplaythrough'])
          tell(type);
      } catch (error) {
        if (isStale()) return;
        const { code = 'MEDIA_INVALID' } = error as { code?: string };
        if (code !== 'MEDIA_INVALID') throw error;
        state.error = error instanceof Error ? error.message : String(error);
        tell('error');
      }
    },
    isCurrent(state) {
      const frame = timeline.frame(state);
      const picture = pictureOf(state);
      return frame === undefined || (picture?.frame === frame && (picture.isShown || isCovered(state)));
    },
    async refresh(state) {
      const frame = timeline.frame(state);
      if (frame === undefined || !state.info) return;
      const known = pictureOf(state);
      const image = known?.frame === frame ? known.image : await fetchPicture(state.info, frame);
      show(state, frame, image);
      await clock.pause(); // The browser takes a new poster up in a task of its own.
    },
    image: (element) => pictures.get(element)?.image,
  };
  return self;
}
