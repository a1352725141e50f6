import { lastValueFrom, takeUntil, tap } from 'rxjs';
import { FilmgateError } from '../errors';
import type { FilmSession } from '../films/filmSession';
import { renderToStorage } from '../films/renderSegment';
import { readEntry } from '../films/segmentEntries';
import { aborted } from '../schedule/aborted';
import type { VerifiedSegment } from '../segments/manifest';
import type { Storage } from '../storage/storage';
import type { Farm } from './connect';
import type { HeldJob } from './heldJob';
import { Reporter } from './reporter';
import type { Sessions } from './sessions';

/** What rendering a segment takes. */
export interface SegmentTools {
  readonly farm: Farm;
  readonly storage: Storage;
  readonly sessions: Sessions;
  /** The machine's name. */
  readonly name: string;
}

/**
 * Renders the segment of a job, unless it is in storage already, and tells whoever follows the film. `left` is called as
 * soon as its last frame has been asked for: the next segment may begin then.
 */
export async function renderSegmentJob(
  { farm, storage, sessions, name }: SegmentTools,
  held: HeldJob,
  left: () => void,
): Promise<VerifiedSegment> {
  const { film, segment = 0 } = held.data;
  const known = await readEntry(storage, film, segment);
  const reporter = new Reporter(farm, held.data, name);
  try {
    const entry =
      known ??
      (await sessions.use(film, segment, held.dropped, (session) =>
        render(storage, session, held, reporter, left),
      ));
    const { first, count, bytes } = entry;
    reporter.add({ type: 'segmentVerified', segment, range: { first, count }, bytes });
    return entry;
  } finally {
    await reporter.close();
  }
}

async function render(
  storage: Storage,
  session: FilmSession,
  held: HeldJob,
  reporter: Reporter,
  left: () => void,
): Promise<VerifiedSegment> {
  const { film, segment = 0 } = held.data;
  const { first, count } = session.plan.segments[segment] ?? { first: 0, count: 0 };
  const encoded = (progress: { frames: number; bytes: number }) =>
    reporter.add({ type: 'encoded', ...progress });
  const listening = session.events.subscribe((event) => {
    const isOwn =
      !('index' in event) ||
      event.index === undefined ||
      (event.index >= first && event.index < first + count);
    if (isOwn) reporter.add(event);
  });
  const events = renderToStorage(storage, film, session, segment, encoded).pipe(
    takeUntil(aborted(held.dropped)),
    tap((event) => {
      if (event.type !== 'segmentDone') reporter.add(event);
      if (event.type === 'requested' && event.index === first + count - 1) left();
    }),
  );
  try {
    const last = await lastValueFrom(events, { defaultValue: undefined });
    if (last?.type === 'segmentDone') return last.entry;
    throw new FilmgateError('CANCELLED', `segment ${segment + 1} is not wanted any more`);
  } finally {
    listening.unsubscribe();
  }
}
