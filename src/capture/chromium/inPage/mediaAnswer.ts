/** What a page is told of a media file. */
export interface MediaAnswer {
  /** By which its frames are asked for. */
  readonly id: string;
  /** In seconds. */
  readonly duration: number;
  readonly hasAudio: boolean;
  /** When each of its pictures begins, in seconds; undefined where there are none. */
  readonly times: readonly number[] | undefined;
  /** What of it is not shown as it should be, in words for a person. */
  readonly problem: string | undefined;
}
