import { concat, from, interval, map, merge, NEVER, type Observable, of, tap } from 'rxjs';
import type { DetailEvent } from './frames/detailEvents';
import type { Capture } from './pipeline';
import type { RenderPlan } from './plan/renderPlan';
import { ResourceMeter } from './process/resourceMeter';
import type { Cleanup } from './schedule/withCleanup';
import { Thumbnails } from './thumbnails/thumbnails';

const METER_INTERVAL = 1000; // ms

/** What is told only when all events are asked for, apart from what the pool tells; and the capture that it looks at. */
export function watchDetail(
  { capture, encode, segments }: RenderPlan,
  pool: Capture,
  onCleanup: (cleanup: Cleanup) => void,
): { readonly capture: Capture; readonly events: Observable<DetailEvent> } {
  const thumbnails = new Thumbnails(encode.ffmpeg.path, capture.format);
  onCleanup(() => thumbnails.close());
  const meter = new ResourceMeter();
  const resources = interval(METER_INTERVAL).pipe(
    map((): DetailEvent => ({ type: 'resources', ...meter.measure() })),
  );
  const todo = new Set(segments?.todo);
  const planned = segments?.segments.map((segment) => ({
    range: { first: segment.first, count: segment.count },
    isResumed: !todo.has(segment),
  }));
  return {
    capture: {
      capture: (index, slot) => from(pool.capture(index, slot)).pipe(tap((frame) => thumbnails.offer(frame))),
    },
    events: concat(
      planned ? of<DetailEvent>({ type: 'segmentsPlanned', segments: planned }) : [],
      merge(thumbnails.events, resources, NEVER),
    ),
  };
}
