import type { RenderEvent } from '../frames/events';
import { debug } from '../process/debug';
import type { Farm } from './connect';
import { BatchWriter } from './eventBatch';
import { eventsKey } from './filmRecord';

const INTERVAL = 250; // ms
const KEPT = 2000; // batches of a film that somebody who looks later still finds
const KEPT_FOR = 3600; // seconds

/** Sends what happens at a segment to whoever follows the film, four times a second. */
export class Reporter {
  private readonly batch: BatchWriter;
  private readonly timer: NodeJS.Timeout;
  private sending: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly farm: Farm,
    private readonly film: string,
    segment: number,
    by: string,
  ) {
    this.batch = new BatchWriter(by, segment);
    this.timer = setInterval(() => this.send(), INTERVAL);
  }

  add(event: RenderEvent): void {
    this.batch.add(event);
  }

  /** Sends the rest. Resolves when it is there. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.send();
    await this.sending;
  }

  private send(): void {
    const batch = this.batch.take();
    if (!batch) return;
    const key = eventsKey(this.farm, this.film);
    const sent = this.farm.redis
      .multi()
      .xadd(key, 'MAXLEN', '~', KEPT, '*', 'batch', JSON.stringify(batch))
      .expire(key, KEPT_FOR)
      .exec();
    this.sending = sent.catch((error) => debug('events are lost: %s', error)); // They are for people who look.
  }
}
