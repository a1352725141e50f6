import type { RenderEvent } from '../frames/events';
import { debug } from '../process/debug';
import type { Farm } from './connect';
import { BatchWriter } from './eventBatch';
import { addEvents } from './filmNotes';
import type { FilmJob } from './jobs';

const INTERVAL = 250; // ms
const KEPT = { kept: 2000, keptFor: 3600 }; // batches of a film that somebody who looks later still finds, and seconds

/** Sends what happens at a segment to whoever follows the film, four times a second. */
export class Reporter {
  private readonly batch: BatchWriter;
  private readonly timer: NodeJS.Timeout;
  private sending: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly farm: Farm,
    private readonly job: FilmJob,
    by: string,
  ) {
    this.batch = new BatchWriter(by, job.segment ?? 0);
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
    const sent = addEvents(this.farm, this.job, batch, KEPT);
    this.sending = sent.catch((error) => debug('events are lost: %s', error)); // They are for people who look.
  }
}
