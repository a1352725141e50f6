import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { invalidOption, messageOf } from '../errors';
import type { StreamEvent } from '../progress/timeline';
import { reduce } from './state/reduce';
import { type DashboardState, emptyState } from './state/state';

/**
 * What the page shows of events that were saved with `--progress-events all`. Lines of others, such as warnings of
 * Node.js on standard error, are left out; a last line that was cut off is, too.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export async function readEvents(path: string): Promise<DashboardState> {
  const state = emptyState();
  let events = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(path) })) {
      const timed = parse(text);
      if (!timed) continue;
      events += 1;
      reduce(state, timed.event, timed.at);
    }
  } catch (error) {
    throw invalidOption('events', path, `it cannot be read: ${messageOf(error)}`, error);
  }
  if (events > 0) return state;
  throw invalidOption('events', path, 'give a file with the ndjson of --progress-events all');
}

function parse(text: string): { at: number; event: StreamEvent } | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { v, type, at, ...fields } = JSON.parse(text);
    if (v !== 1 || typeof at !== 'number') return undefined;
    return { at, event: eventOf(type, fields) };
  } catch {
    return undefined;
  }
}

/** Lines hold snapshots and results flat. */
function eventOf(type: string, fields: object): StreamEvent {
  if (type === 'progress') return { type, snapshot: fields } as StreamEvent;
  if (type === 'finished') return { type, result: fields } as StreamEvent;
  return { type, ...fields } as StreamEvent;
}
