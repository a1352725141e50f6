import { randomBytes } from 'node:crypto';
import { lastValueFrom, type Observable, takeUntil, tap } from 'rxjs';
import { FilmgateError } from '../errors';
import type { EncodeProgress } from '../ffmpeg/progressReader';
import type { RenderEvent } from '../frames/events';
import { aborted } from '../schedule/aborted';
import type { VerifiedSegment } from '../segments/manifest';
import type { Segment } from '../segments/segment';
import type { Storage } from '../storage/storage';
import type { Machine } from './environment';
import { filmKeys, segmentFile } from './filmKeys';
import { FilmSession, type RenderedSegment } from './filmSession';
import { withoutFolder } from './heardMedia';
import { readEntry } from './segmentEntries';

/** What may be told of a step. */
export interface StepOptions {
  /** Ends it, with `CANCELLED`. */
  readonly signal?: AbortSignal;
  /** Called with what happens meanwhile. */
  readonly onEvent?: (event: RenderEvent) => void;
}

/** A segment that is in storage now, by whomever. */
export type SegmentDone = { readonly type: 'segmentDone'; readonly entry: VerifiedSegment };

/**
 * The second step of a film: renders one segment, verifies it, and enters it in storage. One that is entered already is
 * not rendered again. `segment` is counted from 0.
 *
 * @throws FilmgateError what `render` can say, and `FILM_UNKNOWN`, `JOB_INVALID`, `NO_WORKER`, `PLAN_DIFFERS`,
 * `STORAGE_DAMAGED`, `STORAGE_FAILED`
 */
export async function renderSegment(
  storage: Storage,
  id: string,
  segment: number,
  machine: Machine,
  { signal = new AbortController().signal, onEvent }: StepOptions = {},
): Promise<VerifiedSegment> {
  const known = await readEntry(storage, id, segment);
  if (known) return known;
  const session = await FilmSession.open(storage, id, machine, { signal });
  try {
    const events = renderToStorage(storage, id, session, segment).pipe(
      takeUntil(aborted(signal)),
      tap((event) => event.type !== 'segmentDone' && onEvent?.(event)),
    );
    const listening = session.events.subscribe((event) => onEvent?.(event));
    const last = await lastValueFrom(events, { defaultValue: undefined }).finally(() =>
      listening.unsubscribe(),
    );
    if (last?.type === 'segmentDone') return last.entry;
    throw new FilmgateError('CANCELLED', 'the segment was cancelled');
  } finally {
    await session.close();
  }
}

/** Renders a segment in a session that is open, and enters it in storage, unless another was faster. */
export function renderToStorage(
  storage: Storage,
  id: string,
  session: FilmSession,
  segment: number,
  encoded: (progress: EncodeProgress) => void = () => {},
): Observable<RenderEvent | SegmentDone> {
  const attempt = randomBytes(4).toString('hex');
  const verified = async ({ path, bytes, sha256, sound }: RenderedSegment): Promise<SegmentDone> => {
    const known = await readEntry(storage, id, segment);
    if (known) return { type: 'segmentDone', entry: known };
    const { first, count } = session.plan.segments[segment] as Segment;
    const file = segmentFile(segment, attempt, session.plan.extension);
    const heard = sound ? { sound: withoutFolder(sound, session.sourceFolder) } : {};
    const entry = { segment, first, count, file, bytes, sha256, ...heard };
    await storage.put(filmKeys.segment(id, file), { file: path });
    await storage.put(filmKeys.entry(id, segment), { text: JSON.stringify(entry) });
    return { type: 'segmentDone', entry };
  };
  return session.render(segment, attempt, { encoded, verified });
}
