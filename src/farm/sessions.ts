import type { Machine } from '../films/environment';
import { FilmSession } from '../films/filmSession';
import type { Storage } from '../storage/storage';

interface Open {
  readonly id: string;
  readonly session: Promise<FilmSession>;
  readonly stop: AbortController;
  users: number;
  isBroken: boolean;
}

/** The film that this machine is at: its browsers and threads stay from one segment to the next. */
export class Sessions {
  private current: Open | undefined;
  private closing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly storage: Storage,
    private readonly machine: Machine,
  ) {}

  /**
   * Uses the session of a film, which is opened where it is not there, or has passed the segment's frames. With another film,
   * the last one's is closed as soon as nobody uses it.
   */
  async use<T>(
    id: string,
    segment: number,
    signal: AbortSignal,
    work: (session: FilmSession) => Promise<T>,
  ): Promise<T> {
    const open = await this.opened(id, segment);
    open.users += 1;
    const abort = () => {
      open.isBroken = true; // Its workers may still paint into slots that others would be given.
      open.stop.abort();
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await work(await open.session);
    } catch (error) {
      open.isBroken = true;
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      open.users -= 1;
      if (open.isBroken || open !== this.current) await this.retire(open);
    }
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    if (this.current) await this.retire(this.current);
    await this.closing;
  }

  private async opened(id: string, segment: number): Promise<Open> {
    const { current } = this;
    if (current && !current.isBroken && current.id === id) {
      const session = await current.session.catch(() => undefined);
      if (session?.canRender(segment)) return current;
    }
    if (current) await this.retire(current);
    const stop = new AbortController();
    const session = FilmSession.open(this.storage, id, this.machine, { signal: stop.signal });
    session.catch(() => {}); // Whoever uses it is told.
    this.current = { id, session, stop, users: 0, isBroken: false };
    return this.current;
  }

  private async retire(open: Open): Promise<void> {
    if (this.current === open) this.current = undefined;
    if (open.users > 0) return; // The last of them closes it.
    const closed = open.session.then(
      (session) => session.close(),
      () => {},
    );
    this.closing = Promise.all([this.closing, closed]);
    await closed;
  }
}
