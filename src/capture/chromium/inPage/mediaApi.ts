/// <reference lib="dom" />
import type { PageMedia } from './media';
import type { MediaPictures } from './mediaPictures';
import type { MediaTimeline } from './mediaTimeline';

/**
 * Runs in the page, before its own scripts: what scripts see of `<video>` and `<audio>` is told by the page's clock, and
 * what they draw of a video is the frame of its moment. The browser itself loads none of them.
 */
export function replaceMediaApi(media: PageMedia, timeline: MediaTimeline, pictures: MediaPictures): void {
  type Getters = Record<string, (element: HTMLMediaElement) => unknown>;
  const { stateOf } = media;
  const ranges = (end: number) => ({ length: end > 0 ? 1 : 0, start: () => 0, end: () => end });
  const isLoaded = (element: HTMLMediaElement) => stateOf(element).info !== undefined;
  const duration = (element: HTMLMediaElement) => stateOf(element).info?.duration ?? Number.NaN;

  const getters: Getters = {
    duration,
    paused: (element) => stateOf(element).paused,
    ended: (element) => timeline.hasEnded(stateOf(element)),
    seeking: (element) => stateOf(element).seeks > 0,
    readyState: (element) => (isLoaded(element) ? 4 : 0),
    networkState: (element) => (isLoaded(element) ? 1 : stateOf(element).error ? 3 : 2),
    buffered: (element) => ranges(duration(element)),
    seekable: (element) => ranges(duration(element)),
    played: (element) => ranges(timeline.position(stateOf(element))),
    currentSrc: (element) => stateOf(element).source ?? '',
    error: (element) => (stateOf(element).error ? { code: 4, message: stateOf(element).error } : null),
  };
  const define = (target: object, name: string, property: PropertyDescriptor) =>
    Object.defineProperty(target, name, { configurable: true, enumerable: true, ...property });
  const defineGetters = (target: object, all: Getters) => {
    for (const [name, read] of Object.entries(all)) {
      define(target, name, {
        get(this: HTMLMediaElement) {
          return read(this);
        },
      });
    }
  };
  const Element = HTMLMediaElement.prototype;
  defineGetters(Element, getters);
  define(Element, 'currentTime', {
    get(this: HTMLMediaElement) {
      return timeline.position(stateOf(this));
    },
    set(this: HTMLMediaElement, value: number) {
      if (!Number.isFinite(Number(value))) throw new TypeError('The provided double value is non-finite.');
      media.seek(this, Number(value));
    },
  });
  const streams = new WeakMap<HTMLMediaElement, unknown>();
  // The browser would wait for it, and so would the page's load event.
  define(Element, 'srcObject', {
    get(this: HTMLMediaElement) {
      return streams.get(this) ?? null;
    },
    set(this: HTMLMediaElement, value: unknown) {
      streams.set(this, value);
      stateOf(this);
    },
  });
  const rate = Object.getOwnPropertyDescriptor(Element, 'playbackRate');
  define(Element, 'playbackRate', {
    get: rate?.get as () => number,
    set(this: HTMLMediaElement, value: number) {
      rate?.set?.call(this, value);
      const state = stateOf(this);
      timeline.move(state, timeline.position(state), Number(value));
    },
  });
  const method = (target: object, name: string, value: (this: never, ...args: never[]) => unknown) =>
    define(target, name, { value, writable: true });
  method(Element, 'play', function (this: HTMLMediaElement) {
    return media.play(this);
  });
  method(Element, 'pause', function (this: HTMLMediaElement) {
    media.pause(this);
  });
  method(Element, 'load', function (this: HTMLMediaElement) {
    media.reload(this);
  });
  method(Element, 'fastSeek', function (this: HTMLMediaElement, value: number) {
    media.seek(this, value);
  });
  method(Element, 'canPlayType', (type: string) => (/^(?:video|audio)\//.test(type) ? 'probably' : ''));
  method(Element, 'captureStream', function (this: HTMLMediaElement) {
    media.report(`captureStream of a ${this.localName}: a live stream cannot be rendered`);
    return new MediaStream();
  });

  const Video = HTMLVideoElement.prototype;
  const image = (element: HTMLMediaElement) => pictures.image(element as HTMLVideoElement);
  defineGetters(Video, {
    videoWidth: (element) => image(element)?.naturalWidth ?? 0,
    videoHeight: (element) => image(element)?.naturalHeight ?? 0,
  });

  let presented = 0;
  const requestFrame = window.requestAnimationFrame.bind(window); // On the page's clock.
  method(
    Video,
    'requestVideoFrameCallback',
    function (this: HTMLVideoElement, callback: VideoFrameRequestCallback) {
      const state = stateOf(this);
      const { at } = state;
      const before = state.paused ? undefined : timeline.frame(state);
      const check = (now: number) => {
        const frame = timeline.frame(state);
        if (frame === undefined || (frame === before && state.at === at))
          return void ids.set(id, requestFrame(check));
        ids.delete(id);
        presented += 1;
        const [width, height] = [this.videoWidth, this.videoHeight];
        const times = {
          presentationTime: now,
          expectedDisplayTime: now,
          mediaTime: state.info?.times?.[frame] ?? 0,
        };
        callback(now, { ...times, width, height, presentedFrames: presented });
      };
      const id = requestFrame(check);
      ids.set(id, id);
      media.markRead(this);
      return id;
    },
  );
  const ids = new Map<number, number>();
  method(Video, 'cancelVideoFrameCallback', (id: number) => cancelAnimationFrame(ids.get(id) ?? id));

  /** Has methods take a video's picture in its place. */
  const substitute = (target: { prototype: object } | undefined, names: string[]) => {
    for (const name of names) {
      const original = (target?.prototype as Record<string, unknown> | undefined)?.[name];
      if (typeof original !== 'function') continue;
      method(target?.prototype as object, name, function (this: unknown, ...args: unknown[]) {
        return original.apply(this, args.map(drawable));
      });
    }
  };
  const drawable = (given: unknown) => {
    if (!(given instanceof HTMLVideoElement)) return given;
    media.markRead(given);
    return pictures.image(given) ?? given;
  };
  substitute(window.CanvasRenderingContext2D, ['drawImage', 'createPattern']);
  substitute(window.OffscreenCanvasRenderingContext2D, ['drawImage', 'createPattern']);
  for (const context of [window.WebGLRenderingContext, window.WebGL2RenderingContext])
    substitute(context, ['texImage2D', 'texSubImage2D', 'texImage3D', 'texSubImage3D']);
  const { createImageBitmap: bitmap } = window;
  window.createImageBitmap = ((...args: [ImageBitmapSource]) =>
    bitmap(...(args.map(drawable) as [ImageBitmapSource]))) as typeof bitmap;
  if (typeof VideoFrame === 'function') {
    window.VideoFrame = new Proxy(VideoFrame, {
      construct: (target, [source, init = {}]) =>
        source instanceof HTMLVideoElement
          ? new target(drawable(source) as HTMLImageElement, { timestamp: source.currentTime * 1e6, ...init })
          : new target(source, init),
    });
  }

  const reportsGraph = (prototype: object | undefined, name: string) => {
    const original = (prototype as Record<string, unknown> | undefined)?.[name];
    if (typeof original !== 'function') return;
    method(prototype as object, name, function (this: AudioNode | BaseAudioContext, ...args: unknown[]) {
      const context = 'context' in this ? (this as AudioNode).context : this;
      if (context instanceof AudioContext) media.report('Web Audio: what it makes and changes is not heard');
      return original.apply(this, args);
    });
  };
  reportsGraph(window.AudioScheduledSourceNode?.prototype, 'start');
  reportsGraph(window.AudioBufferSourceNode?.prototype, 'start');
  reportsGraph(window.AudioContext?.prototype, 'createMediaElementSource');
  reportsGraph(window.AudioContext?.prototype, 'createMediaStreamSource');
}
