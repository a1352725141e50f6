import type { EncodePlan } from '../encode/planEncoder';
import type { FrameRange } from '../frames/range';
import type { PageSound } from '../sound/pageSound';
import { concatSegments } from './concatSegments';
import type { VerifiedSegment } from './manifest';
import type { SegmentsPlan } from './planSegments';
import { verifyVideo } from './verifyVideo';

/** What must be known to put a video together from its segments. */
export interface AssemblyPlan extends Pick<SegmentsPlan, 'audio' | 'faststart'> {
  readonly encode: Pick<EncodePlan, 'codec' | 'extension' | 'ffmpeg' | 'encoderTimeout'> & {
    readonly input: Pick<EncodePlan['input'], 'fps'>;
  };
  readonly range: FrameRange;
}

/** Where its files are. */
export interface AssemblyFiles {
  /** All segments in order, their files in the folder that `path` tells of. */
  readonly segments: readonly VerifiedSegment[];
  /** The path of a file of this name. */
  path(name: string): string;
  /** Where the video is written. */
  readonly target: string;
}

/**
 * Joins the segments, adds the sound, and checks the whole. Rejects as `concatSegments`, `PageSound.mix` and
 * `verifyVideo` do.
 */
export async function assembleVideo(
  { encode, range, audio, faststart }: AssemblyPlan,
  { segments, path, target }: AssemblyFiles,
  sound: PageSound | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { fps } = encode.input;
  const heard = segments.map(({ sound: runs = [] }) => runs);
  const mix = path('sound.s32');
  const hasMix = (await sound?.mix(heard, { range, fps }, mix)) ?? false;
  const files = { segments, listFile: path('segments.txt'), target, mix: hasMix ? mix : undefined };
  await concatSegments(encode, { audio, faststart }, files, signal);
  const expected = { count: range.count, fps, stallLimit: encode.encoderTimeout };
  await verifyVideo(encode.ffmpeg.path, target, expected, signal);
}
