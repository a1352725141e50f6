import type { RenderEvent } from '../index';

/** Something that a page said. */
export type PageMessage = Extract<RenderEvent, { type: 'pageMessage' }>;

const MOST = 100; // different ones: a page that puts the time into its messages says no two alike.

/**
 * Passes each message of a page on when it is said first, and at the end once more what has been said again, with its
 * count. The frame is always the one at which it was said first.
 */
export class PageMessages {
  private readonly said = new Map<string, { message: PageMessage; isAgain: boolean }>();

  constructor(private readonly tell: (message: PageMessage) => void) {}

  onEvent(event: RenderEvent): void {
    if (event.type !== 'pageMessage') return;
    const key = `${event.kind} ${event.text}`;
    const known = this.said.get(key);
    if (known) {
      const isAgain = known.isAgain || event.index !== undefined; // Every worker loads the page: that is no news.
      this.said.set(key, { message: { ...known.message, count: event.count }, isAgain });
    } else if (this.said.size < MOST) {
      this.said.set(key, { message: event, isAgain: false });
      this.tell(event);
    }
  }

  /** Tells how often it was, of what has been said again. */
  sumUp(): void {
    for (const { message, isAgain } of this.said.values()) if (isAgain) this.tell(message);
  }
}
