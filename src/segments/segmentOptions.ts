import type { AudioTrack } from './audio';

/** How a video is put together from segments, and what is added to it. */
export interface SegmentOptions {
  /**
   * Length of a segment in seconds (`10`, `'10s'`) or in frames (`'300f'`), or `'off'`. Each is encoded to a file of its
   * own, verified, and not rendered again when this render is resumed. Default: 10 s, in videos of more than a
   * minute. Where the codec's files cannot be joined without loss (GIF, PNG, VP9 with alpha), there is one.
   */
  readonly segment?: number | string;
  /** Continues an unfinished render of this output: only what is not verified yet is rendered. Default false. */
  readonly resume?: boolean;
  /** Discards an unfinished render of this output, if there is one, and starts over. Default false. */
  readonly restart?: boolean;
  /** How many segments are encoded at once, each by an FFmpeg of its own, 1 to 64. Default 1. */
  readonly lanes?: number;
  /** Sound: files that FFmpeg reads, or `'a.mp3@2.5s,volume=0.5'`. They are mixed, and padded or cut to the length. */
  readonly audio?: readonly (string | AudioTrack)[];
  /** Whether the sound that a page plays is mixed into the video. Default true. */
  readonly pageAudio?: boolean;
}
