import type { FilmgateError } from '../errors';
import type { FrameRange } from '../frames/range';
import type { FrameRate } from '../frames/rate';
import type { Writer } from '../pipeline';
import { type HeardRun, HeardSound, isAudible, joinHeard } from './heardSound';
import { type Medium, probeMedium, type SoundTools } from './media';
import { mixSound } from './mixSound';

/** The sound that the frames of one video tell of: collected, checked as soon as it is known, and mixed at the end. */
export class PageSound {
  /** Resolves with why, as soon as a medium turns out to be one that cannot be heard. */
  readonly failed: Promise<FilmgateError>;
  private fail: (error: FilmgateError) => void = () => {};
  private readonly media = new Map<string, Promise<Medium | undefined>>();
  private checking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tools: SoundTools,
    /** Rejects where the video cannot have sound. Called when the first is heard. */
    private readonly checkVideo: () => Promise<void>,
  ) {
    this.failed = new Promise((resolve) => {
      this.fail = resolve;
    });
  }

  /** A writer that takes what frames tell, before it hands them on. */
  listen(writer: Writer): { readonly writer: Writer; readonly heard: HeardSound } {
    const heard = new HeardSound();
    const listening: Writer = {
      failed: Promise.race([writer.failed, this.failed]),
      writeFrame: (data, frame) => {
        heard.add(frame);
        for (const { media, volume } of frame.sound ?? []) if (volume > 0) this.check(media);
        return writer.writeFrame(data, frame);
      },
    };
    return { writer: listening, heard };
  }

  /** Checks what runs need, such as those of an earlier render. */
  checkRuns(runs: readonly HeardRun[]): void {
    for (const { media } of runs.filter(isAudible)) this.check(media);
  }

  /**
   * Mixes what is heard in all segments, in ascending order, to a file. Returns whether anything is.
   *
   * @throws FilmgateError `AUDIO_INVALID`, `ENCODER_MISSING`, `CANCELLED`
   */
  async mix(
    segments: readonly (readonly HeardRun[])[],
    video: { readonly range: FrameRange; readonly fps: FrameRate },
    path: string,
  ): Promise<boolean> {
    const heard = [];
    for (const run of joinHeard(segments).filter(isAudible)) {
      const medium = await this.check(run.media);
      if (medium) heard.push({ run, medium });
    }
    return mixSound(this.tools, heard, video, path);
  }

  /** Settles when nothing is being checked any more. */
  async settled(): Promise<void> {
    await this.checking;
  }

  /** One after the other: workers and encoders are busy. */
  private check(media: string): Promise<Medium | undefined> {
    const known = this.media.get(media);
    if (known) return known;
    const isFirst = this.media.size === 0;
    const checked = this.checking.then(async () => {
      if (isFirst) await this.checkVideo();
      return probeMedium(this.tools, media);
    });
    this.media.set(media, checked);
    this.checking = checked.catch(this.fail);
    return checked;
  }
}
