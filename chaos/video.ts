import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { findFFmpeg } from '../src/ffmpeg/findFFmpeg';
import { parseFrameRate } from '../src/frames/rate';

/** What is in a video, as FFmpeg decodes it. */
export interface Content {
  /** A checksum for each decoded frame, by framemd5. */
  readonly sums: readonly string[];
  /** When each packet is shown, in seconds, in the order in which they are. */
  readonly times: readonly number[];
  /** How exactly the file can tell a time, in seconds. */
  readonly tick: number;
  /** Size of the file. */
  readonly bytes: number;
  /** A checksum of the decoded sound; undefined where there is none. */
  readonly sound: string | undefined;
  /** How long that is, in seconds. */
  readonly soundSeconds: number;
}

/** Frames as they come, in a time base in which none falls on another. */
const EVERY_FRAME = ['-map', '0:v', '-fps_mode', 'passthrough', '-enc_time_base', '1/90000'];

export async function contentOf(path: string): Promise<Content> {
  const frames = await lines(['-i', path, ...EVERY_FRAME, '-f', 'framemd5', '-']);
  const packets = await lines(['-i', path, '-map', '0', '-c', 'copy', '-f', 'framecrc', '-']);
  const video = /^#media_type (\d): video/m.exec(packets.join('\n'))?.[1];
  const hasSound = packets.some((line) => /^#media_type \d: audio/.test(line));
  const [over = 0, under = 1] =
    packets
      .find((line) => line.startsWith(`#tb ${video}: `))
      ?.slice(7)
      .split('/')
      .map(Number) ?? [];
  const tick = over / under;
  const ofVideo = packets.filter((line) => line.startsWith(`${video},`));
  return {
    sums: frames.filter((line) => !line.startsWith('#')).map((line) => line.split(',').pop()?.trim() ?? ''),
    times: ofVideo.map((line) => Number(line.split(',')[2]) * tick).sort((one, other) => one - other),
    tick,
    bytes: statSync(path).size,
    sound: hasSound ? (await lines(['-i', path, '-map', '0:a', '-f', 'md5', '-']))[0] : undefined,
    soundSeconds: hasSound ? await soundSecondsOf(path) : 0,
  };
}

/** The indices that the fixtures have painted into the frames. */
export async function indicesIn(path: string, width: number): Promise<number[]> {
  const rows = `crop=${width}:2:0:ih/4,scale=${width}:1:flags=area,format=gray`;
  const grey = await ffmpeg(['-i', path, ...EVERY_FRAME, '-vf', rows, '-f', 'rawvideo', '-']);
  return Array.from({ length: grey.length / width }, (_, frame) => {
    const row = grey.subarray(frame * width, (frame + 1) * width);
    return Array.from({ length: 16 }, (_, bit) =>
      (row[Math.floor(((bit + 0.5) * width) / 16)] ?? 0) > 127 ? 2 ** bit : 0,
    ).reduce((sum, value) => sum + value, 0);
  });
}

/** What a container may put before the first frame, in seconds: the sound's encoder begins a little earlier. */
const LATEST = 0.05;

/** What is wrong with the times of frames that should come at a constant rate; undefined where nothing is. */
export function timeProblem({ times, tick }: Content, fps: string): string | undefined {
  const { numerator, denominator } = parseFrameRate(fps);
  const first = times[0] ?? Number.POSITIVE_INFINITY;
  if (first > LATEST) return `its first frame is shown at ${first} s`;
  const isOff = (time: number, index: number) =>
    Math.abs(time - first - (index * denominator) / numerator) > tick * 1.01;
  const at = times.findIndex(isOff);
  return at < 0 ? undefined : `frame ${at} is shown at ${times[at]} s`;
}

const SAMPLES = 48_000; // a second.

async function soundSecondsOf(path: string): Promise<number> {
  const mono = ['-map', '0:a', '-ac', '1', '-ar', String(SAMPLES), '-f', 's16le', '-'];
  return (await ffmpeg(['-i', path, ...mono])).length / 2 / SAMPLES;
}

/** What is wrong with the length of the sound, which is the video's: to a packet of the codec, where the container rounds. */
export function soundProblem(
  { sound, soundSeconds }: Content,
  { fps, count }: { readonly fps: string; readonly count: number },
): string | undefined {
  const { numerator, denominator } = parseFrameRate(fps);
  const seconds = (count * denominator) / numerator;
  if (!sound) return 'it has no sound';
  return Math.abs(soundSeconds - seconds) > LATEST
    ? `its sound lasts for ${soundSeconds} s of ${seconds} s`
    : undefined;
}

async function lines(args: readonly string[]): Promise<string[]> {
  return (await ffmpeg(args)).toString().trim().split('\n');
}

export async function ffmpeg(args: readonly string[]): Promise<Buffer> {
  const { path } = await findFFmpeg();
  const all = ['-hide_banner', '-nostdin', '-loglevel', 'error', ...args];
  return new Promise((resolve, reject) => {
    execFile(path, all, { encoding: 'buffer', maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (error || stderr.length > 0) reject(new Error(`FFmpeg cannot read it: ${stderr}`));
      else resolve(stdout);
    });
  });
}
