import type { EncodeProgress } from '../ffmpeg/progressReader';
import type { VerifiedSegment } from './manifest';

/** What has been encoded in all segments together. */
export class EncodedTotal {
  private readonly parts = new Map<number, EncodeProgress>();

  constructor(verified: readonly VerifiedSegment[]) {
    for (const { segment, count: frames, bytes } of verified) this.parts.set(segment, { frames, bytes });
  }

  /** Takes in how far one segment is, and tells how far all are. */
  add(segment: number, progress: EncodeProgress): EncodeProgress {
    this.parts.set(segment, progress);
    const total = { frames: 0, bytes: 0 };
    for (const { frames, bytes } of this.parts.values()) {
      total.frames += frames;
      total.bytes += bytes;
    }
    return total;
  }
}
