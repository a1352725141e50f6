import type { PlannedRender, RenderEvent } from '../../src/frames/events';

/** A plan for `count` frames with workers of these names; what else is in it can be given. */
export function summaryOf(
  count: number,
  workers: readonly string[],
  more: Partial<PlannedRender> = {},
): PlannedRender {
  return {
    output: 'out.mp4',
    size: { width: 64, height: 48 },
    fps: { numerator: 30, denominator: 1 },
    range: { first: 0, count },
    workers,
    window: 4,
    memory: 512e6,
    encoder: 'libx264',
    pixelFormat: 'yuv420p',
    ffmpeg: '7.0',
    segments: 1,
    resumedSegments: 0,
    resumedFrames: 0,
    lanes: 1,
    ...more,
  };
}

/** The most frames that were requested and not yet written. */
export function mostOutstanding(events: readonly RenderEvent[]): number {
  let [now, most] = [0, 0];
  for (const { type } of events) {
    if (type === 'requested') now += 1;
    if (type === 'written') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}
