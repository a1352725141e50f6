import type { ServerResponse } from 'node:http';
import type { TimedEvent } from '../progress/timeline';
import type { DashboardState } from './state/state';

const INTERVAL = 200; // ms from one batch of events to the next.
const MOST_LAG = 8e6; // bytes that a viewer may have to catch up with.
const SILENCE = 10_000; // ms after which a comment says that the connection is alive.

/** What a page is told when it connects. */
export interface Welcome {
  readonly state: DashboardState;
  /** Whether the render can be cancelled from here. */
  readonly canCancel: boolean;
  /** Where the finished video can be fetched. */
  readonly video: string;
}

/**
 * The pages that are open, each behind a stream of server-sent events: first the state, then each event. One that does
 * not keep up is dropped, and gets the state when it comes back: nothing waits for it.
 */
export class Viewers {
  private readonly open = new Set<ServerResponse>();
  private batch: string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private lastSent = 0;

  constructor(private readonly welcome: () => Welcome) {}

  add(response: ServerResponse): void {
    this.send(); // To the others: it gets what is in the batch as part of the state.
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(message('state', JSON.stringify(this.welcome())));
    response.on('close', () => this.remove(response));
    this.open.add(response);
    this.timer ??= setInterval(() => this.send(), INTERVAL);
  }

  /** Tells everybody of an event, soon. */
  tell({ at, event }: TimedEvent): void {
    if (this.open.size > 0) this.batch.push(`[${Math.round(at * 1000) / 1000},${JSON.stringify(event)}]`);
  }

  /** Sends what is left and says that no more comes. */
  close(): void {
    this.send();
    for (const response of this.open) response.end(message('closed', '{}'));
    clearInterval(this.timer);
  }

  private send(): void {
    const now = performance.now();
    const text =
      this.batch.length > 0
        ? message('events', `[${this.batch.join()}]`)
        : now - this.lastSent > SILENCE
          ? ': alive\n\n'
          : '';
    this.batch = [];
    if (!text) return;
    this.lastSent = now;
    for (const response of this.open) {
      response.write(text);
      if (response.writableLength > MOST_LAG) response.destroy();
    }
  }

  private remove(response: ServerResponse): void {
    this.open.delete(response);
    if (this.open.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.batch = [];
  }
}

function message(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
