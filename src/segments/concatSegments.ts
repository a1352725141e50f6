import { writeFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { isMp4, MUXERS } from '../encode/ffmpegArguments';
import type { EncodePlan } from '../encode/planEncoder';
import { runFFmpeg } from '../ffmpeg/runFFmpeg';
import type { FrameRate } from '../frames/rate';
import { SAMPLE_RATE } from '../sound/samples';
import { audioEncoding, audioInputs, audioMix } from './audio';
import type { SegmentsPlan } from './planSegments';
import { timescale } from './segmentContainer';

/** The files of one video. */
export interface ConcatFiles {
  /** Names of the segments' files, in the folder of the list, and how many frames each has. */
  readonly segments: readonly { readonly file: string; readonly count: number }[];
  /** Where the list of them may be written. */
  readonly listFile: string;
  /** Where the video is written. */
  readonly target: string;
  /** The sound that its frames told of, mixed; without it, there is none. */
  readonly mix?: string | undefined;
}

/** What is asked of the video. Its container is `.mp4`, `.mov`, `.mkv` or `.webm`. */
export type ConcatPlan = Pick<EncodePlan, 'codec' | 'extension' | 'ffmpeg' | 'encoderTimeout'> & {
  readonly input: Pick<EncodePlan['input'], 'fps'>;
};

type Segments = ConcatFiles['segments'];

/** Frames by which an encoder may delay the decoding of a whole segment: what H.264 and H.265 allow. */
const MOST_DELAY = 16;

/**
 * Joins segments by copying their packets, and adds the sound. Rejects as `runFFmpeg` does.
 *
 * FFmpeg adds up the segments' durations to place each of them: they are written out, as differences of rounded times
 * since the beginning, so that the rounding does not add up too.
 */
export async function concatSegments(
  encode: ConcatPlan,
  { audio, faststart }: Pick<SegmentsPlan, 'audio' | 'faststart'>,
  files: ConcatFiles,
  signal: AbortSignal,
): Promise<void> {
  const { codec, extension, ffmpeg, input, encoderTimeout } = encode;
  const { segments, listFile, target, mix } = files;
  const frames = segments.reduce((sum, { count }) => sum + count, 0);
  await writeFile(listFile, listOf(files, input.fps));
  const sound =
    audio.length === 0 && mix === undefined
      ? ['-map', '0:v:0']
      : [
          ...['-filter_complex', audioMix(audio, frames, input.fps, mix), '-map', '0:v:0', '-map', '[sound]'],
          ...audioEncoding(codec, extension),
          ...(isMp4(extension) ? exactEnds(ffmpeg) : exactStarts(ffmpeg, extension)),
        ];
  const list = ['-f', 'concat', '-safe', '0', '-auto_convert', '0', '-i', `file:${resolve(listFile)}`];
  const args = [
    ...[...list, ...audioInputs(audio, mix)],
    ...[...sound, '-map_chapters', '-1', '-c:v', 'copy', ...packetFilters(encode, segments)],
    ...(codec === 'h265' && isMp4(extension) ? ['-tag:v', 'hvc1'] : []),
    ...(isMp4(extension) ? ['-video_track_timescale', String(ticks(segments, input.fps))] : []),
    ...(isMp4(extension) && faststart ? ['-movflags', '+faststart'] : []),
    ...['-f', MUXERS[extension] ?? extension.slice(1), target],
  ];
  const what = `join the segments to ${basename(target)}`;
  await runFFmpeg(ffmpeg.path, args, what, { signal, stallLimit: encoderTimeout, target });
}

function listOf({ listFile, segments }: ConcatFiles, { numerator, denominator }: FrameRate): string {
  const microseconds = (frame: number) => Math.round((frame * denominator * 1e6) / numerator);
  const lines = ['ffconcat version 1.0'];
  let first = 0;
  for (const { file, count } of segments) {
    const duration = (microseconds(first + count) - microseconds(first)) / 1e6;
    // In full: what FFmpeg makes of a relative name depends on the folder's, which may have a ? or a #.
    const url = `file:${resolve(dirname(listFile), file)}`.replaceAll("'", "'\\''");
    lines.push(`file '${url}'`, `duration ${duration.toFixed(6)}`);
    first += count;
  }
  return `${lines.join('\n')}\n`;
}

/**
 * MPEG-TS repeats between the frames what a decoder must know, and marks where they begin; the other containers have that
 * at their beginning, or not at all. And a segment of a frame or two is decoded with less delay than the others: where a
 * container keeps times of decoding, they are counted through, as in a video that is written in one go.
 */
function packetFilters({ codec, extension, input: { fps } }: ConcatPlan, segments: Segments): string[] {
  if (codec !== 'h264' && codec !== 'h265') return [];
  const [first = 0, ...others] = segments.map(({ count }) => count);
  const isFirstDelayed = first > MOST_DELAY || others.every((count) => count <= first);
  const frame = (ticks(segments, fps) * fps.denominator) / fps.numerator;
  const filters = [
    ...(isTs(segments) ? [`filter_units=remove_types=${codec === 'h264' ? '7|8|9' : '32-35'}`] : []),
    ...(isMp4(extension) && isFirstDelayed
      ? [`setts=pts=PTS:dts=STARTDTS+N*${frame}:duration=${frame}`]
      : []),
  ];
  return filters.length > 0 ? ['-bsf:v', filters.join(',')] : [];
}

/** Has an mp4 or mov say to the sample where its sound ends, and not to the millisecond: FFmpeg ≥ 5.1 can. */
function exactEnds({ version }: ConcatPlan['ffmpeg']): string[] {
  return versionOf(version) >= 5.1 ? ['-movie_timescale', String(SAMPLE_RATE)] : [];
}

/**
 * Has the frames of an mkv or webm begin at 0, and not after what a decoder of the sound needs before its first sample.
 * FFmpeg < 6 also forgets that for Opus, and puts it 6.5 ms before its time (LadybirdBrowser/ladybird#6685).
 */
function exactStarts({ version }: ConcatPlan['ffmpeg'], extension: string): string[] {
  const isEarly = extension === '.webm' && versionOf(version) < 6;
  return [
    ...['-avoid_negative_ts', 'disabled'],
    ...(isEarly ? ['-bsf:a', 'setts=pts=PTS-STARTPTS:dts=DTS-STARTDTS'] : []),
  ];
}

/** `5.1` of `5.1.9-0+deb12u1`; a version without numbers is newer than any with. */
function versionOf(version: string): number {
  return Number(/^n?(\d+\.\d+)/.exec(version)?.[1] ?? Number.POSITIVE_INFINITY);
}

function ticks(segments: Segments, fps: FrameRate): number {
  return timescale(extname(segments[0]?.file ?? ''), fps);
}

function isTs(segments: Segments): boolean {
  return segments.every(({ file }) => extname(file) === '.ts');
}
