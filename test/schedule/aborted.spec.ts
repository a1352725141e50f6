import { expect } from 'chai';
import { NEVER, of, takeUntil } from 'rxjs';
import { FilmgateError } from '../../src/errors';
import { aborted, cancelled } from '../../src/schedule/aborted';

describe('what follows a signal', () => {
  /** What a source says until it ends. */
  function record(source: ReturnType<typeof aborted>): unknown[] {
    const said: unknown[] = [];
    source.subscribe({
      next: () => said.push('next'),
      error: (error) => said.push(error),
      complete: () => said.push('complete'),
    });
    return said;
  }

  it('is told when it is aborted, at once where it is already, and never without one', () => {
    const stop = new AbortController();
    const said = record(aborted(stop.signal));
    expect(said).to.deep.equal([]);
    stop.abort();
    expect(said).to.deep.equal(['next']);
    expect(record(aborted(stop.signal))).to.include('next');
    expect(record(aborted(undefined))).to.deep.equal([]);
  });

  it('ends a stream with CANCELLED and the reason', () => {
    const stop = new AbortController();
    const said = record(NEVER.pipe(takeUntil(cancelled(stop.signal))));
    stop.abort('enough');
    const [error] = said;
    expect(FilmgateError.is(error)).to.equal(true);
    expect(error).to.include({ code: 'CANCELLED', cause: 'enough' });
    expect(record(of(1).pipe(takeUntil(cancelled(undefined))))).to.deep.equal(['next', 'complete']);
  });

  it('leaves no listener behind', () => {
    const stop = new AbortController();
    let listeners = 0;
    const { signal } = stop;
    const counted = new Proxy(signal, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'addEventListener') listeners += 1;
        if (name === 'removeEventListener') listeners -= 1;
        return value.bind(target);
      },
    });
    const subscription = aborted(counted).subscribe();
    expect(listeners).to.equal(1);
    subscription.unsubscribe();
    expect(listeners).to.equal(0);
  });
});
