import type { RenderEvent } from '../index';

/** What a page reported. */
export type PageMessage = Extract<RenderEvent, { type: 'pageMessage' }>;

const MAX_DIFFERENT = 100; // A page that puts the time into its messages sends no two alike.

/**
 * Passes on each message of a page the first time, and at the end, with its count, what was repeated. The frame is always
 * that of the first time.
 */
export class PageMessages {
  private readonly seen = new Map<string, { message: PageMessage; isRepeated: boolean }>();

  constructor(private readonly report: (message: PageMessage) => void) {}

  onEvent(event: RenderEvent): void {
    if (event.type !== 'pageMessage') return;
    const key = `${event.kind} ${event.text}`;
    const known = this.seen.get(key);
    if (known) {
      const isRepeated = known.isRepeated || event.index !== undefined; // Every worker loads the page: that is no repetition.
      this.seen.set(key, { message: { ...known.message, count: event.count }, isRepeated });
    } else if (this.seen.size < MAX_DIFFERENT) {
      this.seen.set(key, { message: event, isRepeated: false });
      this.report(event);
    }
  }

  /** Reports each repeated message with its count. */
  sumUp(): void {
    for (const { message, isRepeated } of this.seen.values()) if (isRepeated) this.report(message);
  }
}
