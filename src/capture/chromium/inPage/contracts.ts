/// <reference lib="dom" />

/** The name of a contract between a page and Filmgate. */
export type PageContract = 'filmgate' | 'hyperframes-engine' | 'page';

/** What a page says of itself. */
export interface PageDescription {
  readonly contract: PageContract;
  /** In seconds. */
  readonly duration?: number;
  /** In CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Whether there are `<audio>` or `<video>` elements in it. */
  readonly hasMedia: boolean;
  /** What the page uses and is not in the picture, in words for a person. */
  readonly unsupported: string[];
  /** Media that could not be loaded, and why. */
  readonly failed?: string[];
}

/** A page under one of the contracts. */
export interface OpenContract {
  /** What seeks, in words for a person. */
  readonly name: string;
  /** What has to settle before the page can be described. */
  readonly promises: readonly PromiseLike<unknown>[];
  /** What it still waits for, in words for a person: empty when nothing. */
  waitsFor(): string;
  /** What has to settle after that: such as a seek that the page has begun by itself. */
  settled?(): PromiseLike<unknown>;
  describe(): Omit<PageDescription, 'hasMedia' | 'failed'>;
  seek?(seconds: number): unknown;
}

/** Runs in the page, when it has loaded. Throws what is wrong with how it keeps its contract. */
export function openContract(): OpenContract {
  interface Seekable {
    duration?: number;
    width?: number;
    height?: number;
    ready?: PromiseLike<unknown>;
    buildReady?: Record<string, PromiseLike<unknown>>;
    seek?(seconds: number): unknown;
  }
  const page = window as unknown as {
    filmgate?: Seekable;
    __hf?: Seekable;
    __hfStartupError?: string;
    __hfWaitForSeekCompletion?(): unknown;
  };
  const size = (given: { width?: number | undefined; height?: number | undefined } | undefined) => ({
    ...(given?.width ? { width: given.width } : {}),
    ...(given?.height ? { height: given.height } : {}),
  });

  const filmgate = (own: Seekable): OpenContract => {
    if (typeof own.seek !== 'function') throw new TypeError('window.filmgate.seek should be a function');
    return {
      name: 'window.filmgate',
      promises: own.ready ? [own.ready] : [],
      waitsFor: () => '',
      describe() {
        const { duration } = own;
        const isValid = typeof duration === 'number' && duration > 0 && Number.isFinite(duration);
        if (!isValid) throw new TypeError('window.filmgate.duration should be a number of seconds above 0');
        return { contract: 'filmgate', duration, ...size(own), unsupported: [] };
      },
      seek: (seconds) => own.seek?.(seconds),
    };
  };

  const engine = (own: Seekable): OpenContract => ({
    name: 'window.__hf',
    promises: Object.values(own.buildReady ?? {}),
    waitsFor() {
      if (page.__hfStartupError) throw new Error(page.__hfStartupError);
      return Number(own.duration) > 0 ? '' : 'window.__hf.duration to be above 0';
    },
    describe: () => {
      const root =
        document.querySelector<HTMLElement>('[data-composition-id][data-root="true"]') ??
        document.querySelector<HTMLElement>('[data-composition-id]');
      const { width, height } = root?.dataset ?? {};
      const given = { width: Number(width) || undefined, height: Number(height) || undefined };
      return {
        contract: 'hyperframes-engine',
        duration: Number(own.duration),
        ...size(given),
        unsupported: [],
      };
    },
    settled: async () => page.__hfWaitForSeekCompletion?.(),
    async seek(seconds) {
      await own.seek?.(seconds);
      await page.__hfWaitForSeekCompletion?.();
    },
  });

  if (page.filmgate) return filmgate(page.filmgate);
  if (typeof page.__hf?.seek === 'function') return engine(page.__hf);
  const isComposition = document.querySelector('[data-composition-id]') !== null;
  const unsupported = isComposition
    ? ['data-composition-id: render the files of the HyperFrames project']
    : [];
  return {
    name: 'the page',
    promises: [],
    waitsFor: () => '',
    describe: () => ({ contract: 'page', unsupported }),
  };
}
