import { execFile } from 'node:child_process';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { type FrameSize, frameBytes, hasHalvedChroma, type RawPixels } from '../../src/frames/format';

/** Small enough to be fast, large enough for every codec. */
export const SMALL: FrameSize = { width: 64, height: 48 };

/** What FFmpeg says of a video's stream. */
export interface Probe extends FrameSize {
  readonly codec: string;
  readonly pixelFormat: string;
  /** Frames per second, rounded as FFmpeg prints it; see {@link timeBase} for the exact rate. */
  readonly fps: number;
  /** What stands in brackets behind the pixel format, such as `tv, bt709, progressive`. */
  readonly colour: string;
  readonly seconds: number;
}

/** How a decoded frame's bytes are laid out. */
export type DecodedPixels = 'gray' | 'rgb24' | 'rgba';

export interface Decoded extends FrameSize {
  readonly frames: readonly Buffer[];
}

export interface DecodeOptions {
  readonly pixels?: DecodedPixels;
  /** Arguments before `-i`: a decoder (`-c:v libvpx-vp9` sees VP9's alpha), or a start number. */
  readonly input?: readonly string[];
}

/** Reads what `ffmpeg -i` prints: there is no ffprobe on a bare machine. */
export async function probe(path: string, input: readonly string[] = []): Promise<Probe> {
  const { stderr } = await ffmpeg([...input, '-i', path]);
  return firstVideo(path, stderr.toString());
}

function firstVideo(path: string, said: string): Probe {
  const stream =
    /Stream #\d.*?: Video: (\w+)[^,]*?(?:\([^)]*\) ?)*, (\w+)(?:\(([^)]*)\))?, (\d+)x(\d+)(.*)/.exec(said);
  if (!stream) throw new Error(`no video stream in ${path}:\n${said}`);
  const [, codec = '', pixelFormat = '', colour = '', width, height, rest = ''] = stream;
  const [hours, minutes, seconds] = (/Duration: ([\d:.]+)/.exec(said)?.[1] ?? '0:0:0').split(':').map(Number);
  return {
    codec,
    pixelFormat,
    colour,
    width: Number(width),
    height: Number(height),
    fps: Number(/([\d.]+) fps/.exec(rest)?.[1]),
    seconds: (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0),
  };
}

/** Every frame of a video, decoded. Colours are read by the video's own tags. */
export async function decode(path: string, options: DecodeOptions = {}): Promise<Decoded> {
  const { pixels = 'rgb24', input = [] } = options;
  const exact = `scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp,format=${pixels}`;
  const { code, stdout, stderr } = await ffmpeg([
    ...['-nostats', ...input, '-i', path, '-fps_mode', 'passthrough'],
    ...['-vf', exact, '-f', 'rawvideo', 'pipe:1'],
  ]);
  if (code !== 0) throw new Error(`${path} cannot be decoded: ${stderr}`);
  const { width, height } = firstVideo(path, stderr.toString());
  const bytes = width * height * { gray: 1, rgb24: 3, rgba: 4 }[pixels];
  const count = stdout.length / bytes;
  return {
    width,
    height,
    frames: Array.from({ length: count }, (_, frame) => stdout.subarray(frame * bytes, (frame + 1) * bytes)),
  };
}

/** The indices that {@link paintIndex} painted into a video's frames, in the order in which they are shown. */
export async function decodeIndices(path: string, options: DecodeOptions = {}): Promise<number[]> {
  const { frames, ...size } = await decode(path, { ...options, pixels: 'gray' });
  return frames.map((frame) => readIndex(frame, size));
}

/** A checksum for each decoded frame, and the exact duration of one, as FFmpeg's framemd5 tells them. */
export async function frameMd5(path: string): Promise<{ timeBase: string; sums: string[] }> {
  const { stdout } = await ffmpeg(['-loglevel', 'error', '-i', path, '-f', 'framemd5', 'pipe:1']);
  const lines = stdout.toString().trim().split('\n');
  return {
    timeBase:
      lines
        .find((line) => line.startsWith('#tb 0:'))
        ?.slice(6)
        .trim() ?? '',
    sums: lines.filter((line) => !line.startsWith('#')).map((line) => line.split(',').pop()?.trim() ?? ''),
  };
}

const GRID = 4;

/**
 * A frame that bears its index as a grid of 4 × 4 black and white blocks, one for each of 16 bits: big enough to
 * outlive any codec.
 */
export function paintIndex(index: number, size: FrameSize = SMALL, pixels: RawPixels = 'rgba'): Buffer {
  const { width, height } = size;
  const frame = Buffer.alloc(
    frameBytes({ pixels, ...size }),
    hasHalvedChroma({ pixels, ...size }) ? 128 : 255,
  );
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = Math.floor((y * GRID) / height) * GRID + Math.floor((x * GRID) / width);
      const isWhite = (index >> bit) & 1;
      const at = y * width + x;
      if (hasHalvedChroma({ pixels, ...size })) frame[at] = isWhite ? 235 : 16;
      else if (pixels === 'rgb24') frame.fill(isWhite * 255, at * 3, at * 3 + 3);
      else frame.fill(isWhite * 255, at * 4, at * 4 + 3);
    }
  }
  return frame;
}

/** Reads from a frame's grey values the index that {@link paintIndex} painted. */
export function readIndex(grey: Uint8Array, { width, height }: FrameSize): number {
  let index = 0;
  for (let bit = 0; bit < GRID * GRID; bit++) {
    const x = Math.floor((((bit % GRID) + 0.5) * width) / GRID);
    const y = Math.floor(((Math.floor(bit / GRID) + 0.5) * height) / GRID);
    if ((grey[y * width + x] ?? 0) > 127) index |= 1 << bit;
  }
  return index;
}

/** A frame of one colour, given as red, green, blue and (for rgba) alpha from 0 to 255. */
export function paintFlat(colour: readonly number[], { width, height }: FrameSize = SMALL): Buffer {
  return Buffer.alloc(width * height * colour.length, Buffer.from(colour));
}

/** The mean of each channel over a decoded frame. */
export function meanColour(frame: Uint8Array, channels: number): number[] {
  const sums = new Array<number>(channels).fill(0);
  frame.forEach((value, at) => {
    sums[at % channels] = (sums[at % channels] ?? 0) + value;
  });
  return sums.map((sum) => (sum * channels) / frame.length);
}

/** One RGBA frame as a PNG or JPEG file, made by FFmpeg. */
export async function encodeImage(rgba: Uint8Array, size: FrameSize, image: 'png' | 'jpeg'): Promise<Buffer> {
  const codec =
    image === 'png'
      ? ['-c:v', 'png', '-compression_level', '0']
      : ['-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj444p'];
  const { stdout, stderr } = await ffmpeg(
    [
      ...['-loglevel', 'error', '-f', 'rawvideo', '-pixel_format', 'rgba'],
      ...['-video_size', `${size.width}x${size.height}`, '-i', 'pipe:0'],
      ...[...codec, '-f', 'image2pipe', 'pipe:1'],
    ],
    rgba,
  );
  if (stdout.length === 0) throw new Error(`no ${image} was made: ${stderr}`);
  return stdout;
}

/** Runs the FFmpeg that Filmgate would use. */
async function ffmpeg(
  args: readonly string[],
  input?: Uint8Array,
): Promise<{ code: number; stdout: Buffer; stderr: Buffer }> {
  const { path } = await findFFmpeg();
  return new Promise((resolve) => {
    const options = { encoding: 'buffer', maxBuffer: 2 ** 28 } as const;
    const child = execFile(path, ['-hide_banner', '-nostdin', ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, stdout, stderr });
    });
    child.stdin?.on('error', () => {}); // It may end before it has read all.
    child.stdin?.end(input);
  });
}
