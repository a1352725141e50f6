import { defer, from, type Observable } from 'rxjs';

/** Keeps count of work that goes on when nobody listens any more, so that a closing can wait for it. */
export class PendingWork {
  private readonly works = new Set<Promise<unknown>>();

  /** Does some work when subscribed to, and emits what comes of it. */
  run<T>(work: () => Promise<T>): Observable<T> {
    return defer(() => {
      const done = work();
      this.works.add(done);
      const forget = () => this.works.delete(done);
      done.then(forget, forget);
      return from(done);
    });
  }

  /** Settles when no work is left, however it ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.works);
  }
}
