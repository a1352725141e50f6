import { createInterface } from 'node:readline';
import { FilmgateError } from '../../../errors';
import { ownWords } from '../../../ffmpeg/exitError';
import { spawnFFmpeg } from '../../../ffmpeg/spawnFFmpeg';
import { FORMATS } from './formats';

/** The pictures of a media file, in the order in which they are shown. */
export interface VideoTrack {
  /** When each frame begins, in ticks: whole numbers that ascend. */
  readonly ticks: readonly number[];
  /** Seconds in a tick. */
  readonly tick: number;
  /** When each frame begins, in seconds: exact where its rate is constant, whatever the ticks were rounded to. */
  readonly times: readonly number[];
  /** Indices of the frames that can be decoded without those before them. */
  readonly keyFrames: readonly number[];
  /** Name of the codec, as FFmpeg has it. */
  readonly codec: string;
  /** Whether pixels can be transparent. */
  readonly hasAlpha: boolean;
  /** Name of the pixel format of its frames, as FFmpeg has it. */
  readonly pixels: string;
  /** Name of the matrix that its colours are of, as FFmpeg has it, if it says so. */
  readonly matrix: string | undefined;
  /** Whether it has more brightness than a page can show: PQ or HLG. */
  readonly isHdr: boolean;
  /** Pixels in a line of a picture as it is stored, and lines. */
  readonly width: number;
  readonly height: number;
  /** Whether its pixels are square. */
  readonly isSquare: boolean;
}

/** What a media file holds. */
export interface MediaInfo {
  /** In seconds. */
  readonly duration: number;
  readonly video: VideoTrack | undefined;
  readonly hasAudio: boolean;
  /** Whether it ends before it should. */
  readonly isCut: boolean;
}

const INPUT = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-format_whitelist', FORMATS];
/** Such as `h264 (High), yuv420p(tv, bt709, progressive)`; a matrix that is not that of the rest: `bt470bg/bt709/bt709`. */
const PIXELS = /Video: [^,]+, (\w+)(?:\(([^)]*)\))?/;
const MATRIX = /(?<=^|, )(?:bt709|smpte170m|bt470bg|bt2020nc|bt2020c|fcc|smpte240m|gbr|ycgco)(?=[/,]|$)/;
const ALPHA_FORMAT = /\b(?:yuva\w+|rgba|bgra|argb|abgr|gbrap\w*|ya\d+\w*|rgba64\w*|pal8)\b/;

/**
 * Reads what is in a media file, without decoding it.
 *
 * @throws FilmgateError `MEDIA_INVALID`, `CANCELLED`; `ENCODE_FAILED` when somebody else has killed FFmpeg
 */
export async function probeMedia(ffmpeg: string, file: string, signal: AbortSignal): Promise<MediaInfo> {
  const packets = new PacketReader();
  const maps = ['-map', '0:V:0?', '-map', '0:a:0?', '-c', 'copy', '-f', 'framecrc', 'pipe:1'];
  const child = spawnFFmpeg(ffmpeg, [...INPUT, '-i', `file:${file}`, ...maps], ['ignore', 'pipe', 'pipe']);
  const abort = () => child.kill();
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  createInterface({ input: child.output(1) }).on('line', (line) => packets.read(line));
  const exit = await child.exited;
  signal.removeEventListener('abort', abort);
  if (exit.signal !== null) {
    const details = { exitCode: exit.code, signal: exit.signal };
    const code = signal.aborted ? 'CANCELLED' : 'ENCODE_FAILED';
    throw new FilmgateError(code, `FFmpeg was killed by ${exit.signal} while it looked at ${file}`, details);
  }
  if (packets.isEmpty) {
    const said = exit.stderr
      .split('\n')
      .filter((line) => /error|invalid|does not contain|not found/i.test(line));
    const details = { stderr: exit.stderr, exitCode: exit.code, signal: exit.signal };
    throw new FilmgateError(
      'MEDIA_INVALID',
      `FFmpeg finds no video or sound in it${ownWords(said.join('\n'))}`,
      details,
    );
  }
  return packets.info(exit.stderr);
}

interface Track {
  kind: string;
  codec: string;
  tick: number;
  width: number;
  height: number;
  isSquare: boolean;
  /** Time of each packet, and whether it is a key frame; in the order of decoding. */
  packets: { readonly at: number; readonly isKey: boolean }[];
  end: number;
}

const UNKNOWN = { kind: '', codec: '', tick: 1, width: 0, height: 0, isSquare: true, end: 0 };

/** Reads what FFmpeg's `framecrc` writes of packets that are copied. */
class PacketReader {
  private readonly tracks: Track[] = [];

  get isEmpty(): boolean {
    return this.tracks.every(({ packets, end }) => packets.length === 0 && end === 0);
  }

  read(line: string): void {
    const header = /^#(\w+) (\d+): (.*)$/.exec(line);
    if (header) this.readHeader(header[1] as string, Number(header[2]), header[3] as string);
    if (line.startsWith('#') || line === '') return;
    const [stream, , time, duration] = line.split(',', 4).map(Number) as [number, number, number, number];
    const track = this.track(stream);
    track.end = Math.max(track.end, time + duration);
    // Only key frames have no flags written out. Discarded packets (0x4) are decoded and not shown.
    const flags = Number(/F=(0x[0-9A-F]+)/.exec(line)?.[1] ?? 1);
    if (track.kind === 'video' && (flags & 4) === 0)
      track.packets.push({ at: time, isKey: (flags & 1) !== 0 });
  }

  info(said: string): MediaInfo {
    const [video] = this.tracks.filter(({ kind, packets }) => kind === 'video' && packets.length > 0);
    const ends = this.tracks.map(({ end, tick }) => end * tick);
    return {
      duration: Math.max(...ends),
      video: video && describeVideo(video, said),
      hasAudio: this.tracks.some(({ kind, end }) => kind === 'audio' && end > 0),
      isCut: /partial file|File ended prematurely|Truncated|truncat/.test(said),
    };
  }

  private readHeader(name: string, stream: number, value: string): void {
    const track = this.track(stream);
    const [first = 0, second = 1] = value.split(/[/:]/).map(Number);
    if (name === 'tb') track.tick = first / second;
    if (name === 'media_type') track.kind = value;
    if (name === 'codec_id') track.codec = value;
    if (name === 'dimensions') [track.width = 0, track.height = 0] = value.split('x').map(Number);
    if (name === 'sar') track.isSquare = first === second || first === 0;
  }

  private track(stream: number): Track {
    this.tracks[stream] ??= { ...UNKNOWN, packets: [] };
    return this.tracks[stream];
  }
}

function describeVideo(track: Track, said: string): VideoTrack {
  const { codec, tick, width, height, isSquare, packets } = track;
  const shown = [...packets].sort((one, other) => one.at - other.at);
  const line = said.split('\n').find((text) => /Stream #0:\d+.*: Video: /.test(text)) ?? '';
  const [, pixels = '', colours = ''] = PIXELS.exec(line) ?? [];
  const ticks = shown.map(({ at }) => at);
  return {
    ticks,
    tick,
    times: exactTimes(ticks, tick, Number(/([\d.]+) fps/.exec(line)?.[1])),
    keyFrames: shown.flatMap(({ isKey }, index) => (isKey ? [index] : [])),
    codec,
    hasAlpha: ALPHA_FORMAT.test(line) || /alpha_mode\s*: 1/i.test(said) || codec === 'gif',
    pixels,
    matrix: MATRIX.exec(colours)?.[0],
    isHdr: /\b(?:smpte2084|arib-std-b67)\b/.test(line),
    width,
    height,
    isSquare,
  };
}

/**
 * In ticks of a millisecond, as WebM has them, every third frame of 30 a second would begin after the time at which a film
 * of the same rate shows it. So where all frames are within a tick of a constant rate, that rate is what counts.
 */
function exactTimes(ticks: readonly number[], tick: number, said: number): number[] {
  const rate =
    [24, 30, 48, 60, 120].map((full) => (full * 1000) / 1001).find((ntsc) => Math.abs(ntsc - said) < 0.01) ??
    said;
  const first = ticks[0] ?? 0;
  const isFine = tick * rate < 0.25; // Coarser ticks are those of the rate itself.
  const exact = (index: number) => first * tick + index / rate;
  const isConstant = isFine && ticks.every((at, index) => Math.abs(exact(index) - at * tick) < tick);
  return ticks.map((at, index) => (isConstant ? exact(index) : at * tick));
}
