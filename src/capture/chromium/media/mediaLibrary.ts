import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FilmgateError, messageOf } from '../../../errors';
import { findFFmpeg } from '../../../ffmpeg/findFFmpeg';
import { digestOf, textDigest } from '../../../process/digest';
import { cacheDirectory } from '../cacheDirectory';
import type { MediaAnswer } from '../inPage/mediaAnswer';
import { FrameFiles } from './frameFiles';
import { DOWNLOAD, MediaCache } from './mediaCache';
import { type MediaInfo, probeMedia } from './probeMedia';

/** With what pictures are made: made in another way, they lie in another folder. */
const MADE_WITH = 'pictures 3';

interface Media {
  readonly path: string;
  readonly answer: MediaAnswer;
  readonly frames: FrameFiles | undefined;
}

export interface MediaLibraryOptions {
  /** Path of the FFmpeg to use, if it was said. */
  readonly ffmpeg: string | undefined;
  /** How many bytes of pictures are kept on the disk. */
  readonly cacheLimit: number;
}

/** The media of the pages of one render: what they are, and their frames as pictures. */
export class MediaLibrary {
  private readonly byUrl = new Map<string, Promise<Media>>();
  private readonly byId = new Map<string, Media>();
  private readonly closed = new AbortController();
  /** Why a picture could not be had, or a medium not be looked at. */
  private failure: FilmgateError | undefined;
  private opened: Promise<{ ffmpeg: string; cache: MediaCache }> | undefined;

  constructor(private readonly options: MediaLibraryOptions) {}

  /** The paths of the files that were asked for. */
  get files(): string[] {
    return [...this.byId.values()].map(({ path }) => path);
  }

  /**
   * What is behind a URL: the file, if it is one of the page's own.
   *
   * @throws FilmgateError `MEDIA_INVALID`, `FFMPEG_NOT_FOUND`, `DISK_FULL`
   */
  async describe(url: string, file: string | undefined): Promise<MediaAnswer> {
    let media = this.byUrl.get(url);
    if (!media) {
      media = this.open(url, file);
      this.byUrl.set(url, media);
    }
    try {
      return (await media).answer;
    } catch (cause) {
      const failure = asFailure(cause, messageOf(cause));
      if (failure.code !== 'MEDIA_INVALID') {
        this.failure = failure; // Else the page goes on without it, as in a browser.
        this.byUrl.delete(url); // Another worker may have more luck.
      }
      throw failure;
    }
  }

  /** Why a page failed, when it could say in words only what it was told here; otherwise what was thrown. */
  causeOf(thrown: unknown): unknown {
    const { failure } = this;
    return failure && messageOf(thrown).includes(failure.message.split('\n', 1)[0] as string)
      ? failure
      : thrown;
  }

  /** Path of a media file. */
  pathOf(id: string): string {
    return this.byId.get(id)?.path ?? '';
  }

  /**
   * The picture of a frame.
   *
   * @throws FilmgateError `MEDIA_INVALID`, `DISK_FULL`, `CANCELLED`
   */
  async frame(id: string, index: number): Promise<{ readonly data: Buffer; readonly type: string }> {
    const media = this.byId.get(id);
    if (!media?.frames || media.answer.times?.[index] === undefined)
      throw new Error(`there is no frame ${index} of ${id}`);
    try {
      const data = await media.frames.frame(index);
      return { data, type: media.frames.extension === 'png' ? 'image/png' : 'image/jpeg' };
    } catch (cause) {
      this.failure = asFailure(cause, `the video ${media.path} cannot be shown: ${messageOf(cause)}`);
      throw this.failure;
    }
  }

  /** Ends what is under way. Idempotent; settles when nothing of it runs any more. */
  async close(): Promise<void> {
    this.closed.abort();
    await Promise.allSettled(this.byUrl.values());
    await Promise.all([...this.byId.values()].map(({ frames }) => frames?.settled()));
  }

  private async open(url: string, file: string | undefined): Promise<Media> {
    this.opened ??= this.prepare();
    const { ffmpeg, cache } = await this.opened;
    const { signal } = this.closed;
    const path = file ?? (await download(url, cache.folder, signal));
    const info = await probeMedia(ffmpeg, path, signal);
    const id = (await digestOf(path, signal, MADE_WITH)).slice(0, 32);
    const known = this.byId.get(id);
    if (known) return known; // The same file under another URL.
    const { video } = info;
    const folder = join(cache.folder, id);
    const onGrown = () =>
      cache.prune([...this.byId.values()].flatMap(({ path, frames }) => [path, ...(frames?.inUse ?? [])]));
    const frames = video && new FrameFiles({ ffmpeg, file: path, video, folder, signal, onGrown });
    const media = { path, answer: answerOf(id, info), frames };
    this.byId.set(id, media);
    return media;
  }

  private async prepare() {
    const [{ path }, folder] = await Promise.all([
      findFFmpeg(this.options.ffmpeg, this.closed.signal),
      cacheDirectory('media', async () => {}),
    ]);
    return { ffmpeg: path, cache: new MediaCache(folder, this.options.cacheLimit) };
  }
}

/** A disk that is full is no fault of the medium. */
function asFailure(cause: unknown, message: string): FilmgateError {
  const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  const isOwn =
    FilmgateError.is(cause) && (cause.code !== 'ENCODE_FAILED' || typeof cause.signal === 'string');
  const code = isOwn ? cause.code : 'MEDIA_INVALID'; // FFmpeg fails at what it cannot read; killed it was by somebody.
  return new FilmgateError(isFull ? 'DISK_FULL' : code, message, { cause });
}

function answerOf(id: string, { duration, video, hasAudio, isCut }: MediaInfo): MediaAnswer {
  const hdr = video?.isHdr ? ['it is HDR (PQ or HLG), and shown as if it were not'] : [];
  const cut = isCut ? [`the file is cut short: it ends after ${Number(duration.toFixed(3))} s`] : [];
  const problem = [...cut, ...hdr].join('; ') || undefined;
  return { id, duration, hasAudio, times: video?.times, problem };
}

/** Fetches what is not a file of the page's own, as FFmpeg needs to read it in any order. */
async function download(url: string, folder: string, signal: AbortSignal): Promise<string> {
  if (!/^(?:https?|data):/.test(url)) {
    throw new FilmgateError(
      'MEDIA_INVALID',
      `media of this kind cannot be read: ${/^[\w-]+:/.exec(url)?.[0]}; give a file or an http(s) URL`,
    );
  }
  const path = join(folder, `${textDigest(url).slice(0, 32)}${DOWNLOAD}`);
  const part = `${path}.${randomUUID()}`;
  mkdirSync(folder, { recursive: true });
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(part), { signal });
    renameSync(part, path);
    return path;
  } catch (cause) {
    rmSync(part, { force: true });
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw cause;
    throw new FilmgateError('MEDIA_INVALID', `it could not be fetched: ${messageOf(cause)}`, { cause });
  }
}
