import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFFmpeg } from '../../../ffmpeg/runFFmpeg';
import { FORMATS } from './formats';
import { COMPLETE } from './mediaCache';
import type { VideoTrack } from './probeMedia';

/** A file whose pictures are wanted, and where they are put. */
export interface FrameFilesOptions {
  readonly ffmpeg: string;
  readonly file: string;
  readonly video: VideoTrack;
  /** A folder that may hold pictures of an earlier render. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Called when more has been put into the folder. */
  readonly onGrown: () => void;
}

/** Frames that are extracted in one go, at the least and at the most: the first of them is a key frame if that can be. */
const LEAST = 24;
const MOST = 256;
const MOST_WITH_ALPHA = 48; // PNGs are ten times as large.
const TRIES = 3;

/**
 * The frames of a video as pictures in files: extracted in ranges, by one FFmpeg each, when the first frame of a range
 * is asked for; and the range after it, when the second half is reached. So what is decoded and not shown is bounded,
 * and so is what lies on the disk ahead of the render.
 */
export class FrameFiles {
  /** Name extension of the pictures. */
  readonly extension: 'png' | 'jpg';
  private readonly starts: readonly number[];
  private readonly ranges = new Map<number, Range>();
  private current = 0;

  constructor(private readonly options: FrameFilesOptions) {
    this.extension = options.video.hasAlpha ? 'png' : 'jpg';
    this.starts = rangeStarts(options.video);
  }

  /** Folders of the ranges that will be asked for next: not to be removed. */
  get inUse(): string[] {
    return [this.current, this.current + 1].flatMap((range) => this.ranges.get(range)?.folder ?? []);
  }

  /** A frame's picture, when it is there. Rejects as `runFFmpeg` does. */
  async frame(index: number): Promise<Buffer> {
    const range = this.starts.findLastIndex((start) => start <= index);
    const [start = 0, end = this.options.video.ticks.length] = this.starts.slice(range, range + 2);
    const tick = this.options.video.ticks[index] as number;
    this.current = range;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const picture = await this.open(range).picture(tick);
      if (index - start >= (end - start) / 2 && end < this.options.video.ticks.length) this.open(range + 1);
      if (picture) return picture;
      this.ranges.delete(range); // Another render has removed its files: a cache is no store.
    }
    throw new Error(`frame ${index} of it could not be decoded`);
  }

  /** Settles when nothing is extracted any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.ranges.values()].map(({ done }) => done));
  }

  private open(range: number): Range {
    let opened = this.ranges.get(range);
    if (!opened) {
      const name = `${this.starts[range]}-`;
      opened = new Range(this.options.folder, name, this.extension, (folder) => this.extract(range, folder));
      // Whoever asks for a frame is told of a failure; another worker tries again.
      opened.done.then(this.options.onGrown, () => this.ranges.delete(range));
      this.ranges.set(range, opened);
    }
    return opened;
  }

  private async extract(range: number, folder: string): Promise<void> {
    const { ffmpeg, file, video, signal } = this.options;
    const [start = 0, end = video.ticks.length] = this.starts.slice(range, range + 2);
    // One microsecond before its time, which FFmpeg would round: frames that begin before are decoded and dropped.
    const from = Math.floor((video.ticks[start] as number) * video.tick * 1e6 - 1) / 1e6;
    const alphaDecoder = { vp9: 'libvpx-vp9', vp8: 'libvpx' }[video.hasAlpha ? video.codec : ''];
    const args = [
      ...['-copyts', '-start_at_zero', ...(start > 0 ? ['-ss', from.toFixed(6)] : [])],
      ...(alphaDecoder ? ['-c:v', alphaDecoder] : []), // FFmpeg's own drops the alpha channel.
      ...[
        '-format_whitelist',
        FORMATS,
        '-i',
        `file:${file}`,
        '-map',
        '0:V:0',
        '-frames:v',
        String(end - start),
      ],
      // Each file is called by its frame's time in ticks of the source, and appears when it is whole.
      ...['-vf', pictureFilter(video), '-fps_mode', 'passthrough', '-enc_time_base', '-1'],
      ...(video.hasAlpha ? ['-compression_level', '1'] : ['-q:v', '2']),
      ...['-f', 'image2', '-frame_pts', '1', '-atomic_writing', '1', join(folder, `%d.${this.extension}`)],
    ];
    await runFFmpeg(ffmpeg, args, `extract frames ${start} to ${end - 1} of ${file}`, { signal });
  }
}

/** Frames that are extracted together, into a folder of their own: another render may do the same at this moment. */
class Range {
  readonly folder: string;
  /** Settles when all of it is there. */
  readonly done: Promise<void>;
  private isDone = false;

  constructor(
    parent: string,
    name: string,
    private readonly extension: string,
    extract: (folder: string) => Promise<void>,
  ) {
    mkdirSync(parent, { recursive: true });
    const known = readdirSync(parent)
      .filter((entry) => entry.startsWith(name))
      .map((entry) => join(parent, entry))
      .find((folder) => existsSync(join(folder, COMPLETE)));
    this.folder = known ?? mkdtempSync(join(parent, name));
    this.done = known ? this.use() : this.fill(extract);
  }

  /**
   * The picture that is shown from `tick` on: the last one before it, where the decoder gave none for that packet.
   * Undefined when it is gone.
   */
  async picture(tick: number): Promise<Buffer | undefined> {
    const path = join(this.folder, `${tick}.${this.extension}`);
    if (!existsSync(path) && !this.isDone) await this.waitFor(path);
    if (!existsSync(path)) await this.done;
    try {
      return await readFile(existsSync(path) ? path : this.lastBefore(tick));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private lastBefore(tick: number): string {
    const ticks = readdirSync(this.folder).flatMap((name) => Number(/^(-?\d+)\.\w+$/.exec(name)?.[1] ?? []));
    const shown = ticks.sort((one, other) => one - other).findLast((at) => at <= tick) ?? ticks[0];
    return join(this.folder, `${shown}.${this.extension}`);
  }

  private async use(): Promise<void> {
    this.isDone = true;
    if (existsSync(this.folder)) utimesSync(this.folder, new Date(), new Date());
  }

  private async fill(extract: (folder: string) => Promise<void>): Promise<void> {
    try {
      await extract(this.folder);
      const sizes = readdirSync(this.folder).map((name) => statSync(join(this.folder, name)).size);
      writeFileSync(join(this.folder, COMPLETE), String(sizes.reduce((sum, size) => sum + size, 0)));
    } catch (error) {
      rmSync(this.folder, { recursive: true, force: true });
      throw error;
    } finally {
      this.isDone = true;
    }
  }

  private async waitFor(path: string): Promise<void> {
    const watcher = watch(this.folder);
    const appeared = new Promise<void>((resolve) => {
      watcher.on('change', () => existsSync(path) && resolve());
      watcher.on('error', () => {}); // What is not seen is found when all is done.
      if (existsSync(path)) resolve();
    });
    await Promise.race([appeared, this.done]).finally(() => watcher.close());
  }
}

function rangeStarts({ ticks, keyFrames, hasAlpha }: VideoTrack): number[] {
  const keys = new Set(keyFrames);
  const most = hasAlpha ? MOST_WITH_ALPHA : MOST;
  const starts = [0];
  for (let index = 1; index < ticks.length; index += 1) {
    const length = index - (starts.at(-1) as number);
    if (length >= most || (length >= LEAST && keys.has(index))) starts.push(index);
  }
  return starts;
}

/** What the filter `colorspace` takes, where width and height are even. */
const PLAIN_PIXELS = /^yuvj?420p(?:1[02]le)?$/;
const PLAIN_MATRICES = ['bt709', 'smpte170m', 'bt470bg', 'smpte240m', 'fcc', 'bt2020nc'];

/**
 * Untagged colours are BT.709 in HD and BT.601 below, as browsers take them. A JPEG is BT.601 of full range: what `colorspace` cannot
 * make of them goes by RGB, which takes a frame of 1080p 38 CPU ms more (docs/performance-pages.md). `scale` would do so by itself,
 * but FFmpeg 7.0 then leaves the colours as they are.
 */
function pictureFilter({ hasAlpha, pixels, matrix, isSquare, width, height }: VideoTrack): string {
  const square = ["scale='if(gt(sar,1),iw*sar,iw)':'if(gt(sar,1),ih,ih/sar)'", 'setsar=1'];
  const known = matrix ?? (height >= 720 ? 'bt709' : 'smpte170m');
  const flags = 'flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp';
  const toRgb = `scale=${matrix ? '' : `in_color_matrix=${known}:`}${flags}`;
  const isPlain = PLAIN_PIXELS.test(pixels) && PLAIN_MATRICES.includes(known);
  const toJpeg =
    isPlain && isSquare && width % 2 === 0 && height % 2 === 0
      ? [`colorspace=iall=bt709:ispace=${known}:all=bt709:space=smpte170m:range=pc:format=yuv420p`]
      : [toRgb, 'format=gbrp', `scale=out_color_matrix=smpte170m:out_range=pc:${flags}`];
  const convert = hasAlpha ? [toRgb, 'format=rgba'] : [...toJpeg, 'format=yuvj420p'];
  return [...(isSquare ? [] : square), ...convert].join(',');
}
