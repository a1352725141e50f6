/** A stretch of a media file that is heard in the video, as one frame knows it. All times are in seconds. */
export interface SoundRun {
  /** The same run has the same id at every frame that tells of it, whichever worker captured that frame. */
  readonly id: string;
  /** What FFmpeg reads: the absolute path of a file, or an `http(s)` URL. */
  readonly media: string;
  /** When in the video it begins to be heard. */
  readonly start: number;
  /** Where in the media it begins. */
  readonly from: number;
  /** Seconds of media for each second of video; the pitch stays as it is. */
  readonly rate: number;
  /** Whether the media begins again where it ends. */
  readonly loop: boolean;
  /** Where in the media it then begins: not after `from`. Default 0. */
  readonly loopFrom?: number;
  /** How long the media is, for a loop to begin again there. Default: as long as its sound. */
  readonly duration?: number;
  /** When in the video it stops, if that is known. Else it does with the media, or at the first frame that does not tell of it. */
  readonly end?: number;
  /** How loud it is at this frame, 1 being as the media has it. */
  readonly volume: number;
}
