import type { RenderEvent } from '../frames/events';
import { debug } from '../process/debug';
import type { Farm } from './connect';
import { BatchWriter } from './eventBatch';
import { addEvents } from './filmNotes';
import type { FilmJob } from './jobs';

const INTERVAL = 250; // ms
const KEPT = { kept: 2000, keptFor: 3600 }; // batches of a film that somebody who looks later still finds, and seconds

/** Those of a machine, in the order in which its segments were begun. */
const reporters = new WeakMap<Farm, Set<Reporter>>();

/**
 * Sends what happens at a segment to whoever follows the film, four times a second. A machine that begins a segment while
 * the one before comes to its end tells of both in that order: they share its window, and would seem to exceed it.
 */
export class Reporter {
  private readonly batch: BatchWriter;
  private readonly timer: NodeJS.Timeout;
  private readonly all: Set<Reporter>;
  private sending: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly farm: Farm,
    private readonly job: FilmJob,
    by: string,
  ) {
    this.batch = new BatchWriter(by, job.segment ?? 0);
    this.timer = setInterval(() => this.sendAll(), INTERVAL);
    this.all = reporters.get(farm) ?? new Set();
    reporters.set(farm, this.all.add(this));
  }

  add(event: RenderEvent): void {
    this.batch.add(event);
  }

  /** Sends the rest. Resolves when it is there. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.sendAll();
    this.all.delete(this);
    await this.sending;
  }

  private sendAll(): void {
    for (const one of this.all) one.send();
  }

  private send(): void {
    const batch = this.batch.take();
    if (!batch) return;
    const sent = addEvents(this.farm, this.job, batch, KEPT);
    this.sending = sent.catch((error) => debug('events are lost: %s', error)); // They are for people who look.
  }
}
