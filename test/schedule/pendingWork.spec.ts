import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { PendingWork } from '../../src/schedule/pendingWork';
import { later, settle } from '../support/settle';

describe('Pending', () => {
  /** Whether all work is known to be done. */
  function watch(pending: PendingWork) {
    const state = { settled: false };
    void pending.settled().then(() => {
      state.settled = true;
    });
    return state;
  }

  it('does the work when it is subscribed to, each time, and emits what comes of it', async () => {
    let done = 0;
    const work = new PendingWork().run(async () => ++done);
    expect(done).equal(0);
    expect(await lastValueFrom(work)).equal(1);
    expect(await lastValueFrom(work)).equal(2);
  });

  it('has settled at once when there was nothing to do', async () => {
    const state = watch(new PendingWork());
    await settle();
    expect(state.settled).equal(true);
  });

  it('waits for work that nobody listens to any more', async () => {
    const pending = new PendingWork();
    const [one, two] = [later<void>(), later<void>()];
    pending
      .run(() => one.promise)
      .subscribe()
      .unsubscribe();
    pending.run(() => two.promise).subscribe();
    const state = watch(pending);
    two.resolve();
    await settle();
    expect(state.settled).equal(false);
    one.resolve();
    await settle();
    expect(state.settled).equal(true);
  });

  it('passes on a failure, and has settled after it', async () => {
    const pending = new PendingWork();
    const errors: unknown[] = [];
    const lost = { error: (error: unknown) => errors.push(error) };
    pending.run(() => Promise.reject('lost')).subscribe(lost);
    pending
      .run(() => Promise.reject('unheard'))
      .subscribe()
      .unsubscribe();
    await pending.settled();
    expect(errors).deep.equal(['lost']);
  });

  it('passes on what the work throws at once', () => {
    const errors: unknown[] = [];
    const work = () => {
      throw 'lost';
    };
    new PendingWork().run(work).subscribe({ error: (error) => errors.push(error) });
    expect(errors).deep.equal(['lost']);
  });
});
