import { concat, type Observable } from 'rxjs';
import { Encoder } from '../encode/encoder';
import type { EncodePlan } from '../encode/planEncoder';
import type { EncodeProgress } from '../ffmpeg/progressReader';
import type { RenderEvent } from '../frames/events';
import type { Output } from '../output/output';
import { digestOf } from '../process/digest';
import { type RenderContext, renderFrames } from '../renderContext';
import { PendingWork } from '../schedule/pendingWork';
import type { PageSound } from '../sound/pageSound';
import type { VerifiedSegment } from './manifest';
import { SEGMENT_FILE } from './planSegments';
import type { Segment } from './segment';
import { verifyVideo } from './verifyVideo';

/** What is known of a segment's file, once it holds exactly its frames. */
export type EncodedSegment = Pick<VerifiedSegment, 'bytes' | 'sha256' | 'sound'>;

/** Who hears of a segment in the making. */
export interface SegmentListener<Event> {
  /** FFmpeg has put out so much of it. */
  encoded(progress: EncodeProgress): void;
  /** It is verified. What this returns is the last event. */
  verified(encoded: EncodedSegment): Promise<Event>;
}

/** Encodes segments of one video, each with an FFmpeg of its own, and checks them: on this machine or on many. */
export class SegmentEncoders {
  private readonly stop = new AbortController();
  private readonly encoders = new Set<Encoder>();
  private readonly pending = new PendingWork();

  constructor(
    private readonly plan: Pick<EncodePlan, 'input' | 'ffmpeg' | 'encoderTimeout'>,
    /** FFmpeg's arguments, with {@link SEGMENT_FILE} for the path of a segment's file. */
    private readonly args: readonly string[],
    private readonly sound: PageSound | undefined,
  ) {}

  /** Captures the frames of a segment, encodes them to the output's target, and verifies that. */
  encode<Event>(
    segment: Segment,
    output: Output,
    context: RenderContext,
    listener: SegmentListener<Event>,
  ): Observable<RenderEvent | Event> {
    const { input, ffmpeg, encoderTimeout } = this.plan;
    const file = output.target;
    const args = this.args.map((arg) => (arg === SEGMENT_FILE ? file : arg));
    const encoder = new Encoder({ input, ffmpeg, encoderTimeout, args }, output);
    this.encoders.add(encoder);
    const progress = encoder.progress.subscribe((report) => listener.encoded(report));
    const listening = this.sound?.listen(encoder);
    const verify = async (): Promise<Event> => {
      const { bytes } = await encoder.close();
      this.encoders.delete(encoder);
      progress.unsubscribe();
      const { signal } = this.stop;
      const expected = { count: segment.count, fps: input.fps, stallLimit: encoderTimeout };
      await verifyVideo(ffmpeg.path, file, expected, signal);
      listener.encoded({ frames: segment.count, bytes });
      const sha256 = await digestOf(file, signal);
      const sound = listening?.heard.runs ?? [];
      return listener.verified({ bytes, sha256, ...(sound.length > 0 ? { sound } : {}) });
    };
    return concat(renderFrames(context, segment, listening?.writer ?? encoder), this.pending.run(verify));
  }

  /** Ends what is going on; settles when no FFmpeg is left. */
  async close(): Promise<void> {
    this.stop.abort();
    await Promise.all([...this.encoders].map((encoder) => encoder.destroy()));
    await this.pending.settled();
  }
}
