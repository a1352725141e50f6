import { expect } from 'chai';
import { concat, defer, EMPTY, NEVER, Observable, of, range, Subject, take, tap, throwError } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import { withCleanup } from '../../src/schedule/withCleanup';
import { virtualTime } from '../support/virtualTime';

describe('closing', () => {
  let time: TestScheduler;
  let log: string[];

  beforeEach(() => {
    time = virtualTime();
    log = [];
  });

  const closed = (error?: unknown) => log.push(`closed ${error ?? 'well'}`);

  it('completes when all resources are closed: the last opened first, one after the other', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const work = cold('                             -a-b|');
      const first = cold('                                   --|');
      const second = cold('                               ---|');
      const result = withCleanup((onClose) => {
        onClose(() => first);
        onClose(() => second);
        return work;
      });
      expectObservable(result).toBe('                 -a-b-----|');
      expectSubscriptions(work.subscriptions).toBe('  ^---!');
      expectSubscriptions(second.subscriptions).toBe('----^--!');
      expectSubscriptions(first.subscriptions).toBe(' -------^-!');
    });
  });

  it('errors when all resources are closed', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const work = cold('                           -a-#', undefined, 'lost');
      const resource = cold('                          ----|');
      const result = withCleanup((onClose) => {
        onClose(() => resource);
        return work;
      });
      expectObservable(result).toBe('                 -a-----#', undefined, 'lost');
      expectSubscriptions(work.subscriptions).toBe('  ^--!');
      expectSubscriptions(resource.subscriptions).toBe('---^---!');
    });
  });

  it('tears all of the work down before it closes anything', () => {
    const work = new Observable<never>((subscriber) => {
      subscriber.add(() => log.push('work torn down'));
      queueMicrotask(() => subscriber.error('lost'));
    });
    return new Promise<void>((resolve) => {
      withCleanup((onClose) => {
        onClose(() => defer(() => of(log.push('closing'))));
        return work;
      }, closed).subscribe({
        error(error) {
          log.push(error);
          expect(log).deep.equal(['work torn down', 'closing', 'closed lost', 'lost']);
          resolve();
        },
      });
    });
  });

  it('closes on unsubscribing, exactly once, and tells when it has finished', () => {
    time.run(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const work = cold('                        -a---------b|');
      const first = cold('                             --|');
      const second = cold('                         ---|');
      const result = withCleanup((onClose) => {
        onClose(() =>
          concat(
            first,
            defer(() => of(log.push('first'))),
          ),
        );
        onClose(() =>
          concat(
            second,
            defer(() => of(log.push('second'))),
          ),
        );
        return work;
      }, closed);
      const unsubscribe = '                           ---!';
      expectObservable(result, unsubscribe).toBe('    -a-');
      expectSubscriptions(work.subscriptions).toBe('  ^--!');
      expectSubscriptions(second.subscriptions).toBe('---^--!');
      expectSubscriptions(first.subscriptions).toBe(' ------^-!');
      flush();
      expect(log).deep.equal(['second', 'first', 'closed well']);
    });
  });

  it('goes on closing when it is unsubscribed meanwhile', () => {
    time.run(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const resource = cold('                           -----|');
      const result = withCleanup((onClose) => {
        onClose(() => resource);
        return cold('                                 --|');
      }, closed);
      expectObservable(result, '                      ----!').toBe('-----');
      expectSubscriptions(resource.subscriptions).toBe('--^----!');
      flush();
      expect(log).deep.equal(['closed well']);
    });
  });

  it('closes what is registered while it closes, and after it has closed', () => {
    const late = new Subject<void>();
    let register: (close: () => Observable<unknown>) => void = () => {};
    withCleanup((onClose) => {
      register = onClose;
      onClose(() => late);
      return EMPTY;
    }, closed).subscribe({ complete: () => log.push('complete') });
    register(() => of(log.push('registered while closing')));
    expect(log).deep.equal([]);
    late.complete();
    register(() => of(log.push('registered after')));
    expect(log).deep.equal(['registered while closing', 'closed well', 'complete', 'registered after']);
  });

  it('closes all others when one throws or errors, and tells the first failure', () => {
    time.run(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const last = cold('                               ---|');
      const result = withCleanup((onClose) => {
        onClose(() => last);
        onClose(() => {
          throw 'threw';
        });
        onClose(() => cold('                          --#', undefined, 'errored'));
        return cold('                               -a|');
      }, closed);
      expectObservable(result).toBe('               -a-----#', undefined, 'errored');
      expectSubscriptions(last.subscriptions).toBe('----^--!');
      flush();
      expect(log).deep.equal(['closed errored']);
    });
  });

  it('lets an error of the work win over one of closing', () => {
    time.run(({ cold, expectObservable }) => {
      const result = withCleanup((onClose) => {
        onClose(() => cold('           --#', undefined, 'closing'));
        return cold('                -#', undefined, 'work');
      });
      expectObservable(result).toBe('---#', undefined, 'work');
    });
  });

  it('tells whoever unsubscribed how closing failed', () => {
    withCleanup((onClose) => {
      onClose(() => throwError(() => 'stuck'));
      return NEVER;
    }, closed)
      .subscribe()
      .unsubscribe();
    expect(log).deep.equal(['closed stuck']);
  });

  it('closes what was opened before `use` threw', () => {
    time.run(({ cold, expectObservable, expectSubscriptions }) => {
      const resource = cold('                         --|');
      const result = withCleanup((onClose) => {
        onClose(() => resource);
        throw 'no budget';
      });
      expectObservable(result).toBe('                 --#', undefined, 'no budget');
      expectSubscriptions(resource.subscriptions).toBe('^-!');
    });
  });

  it('waits for a promise, as Node closes things', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const ended = new Promise<void>((resolve) => {
      withCleanup((onClose) => {
        onClose(() => held.then(() => log.push('released')));
        return EMPTY;
      }).subscribe({ complete: () => resolve(void log.push('complete')) });
    });
    await Promise.resolve();
    expect(log).deep.equal([]);
    release();
    await ended;
    expect(log).deep.equal(['released', 'complete']);
  });

  it('stops synchronous work when it is unsubscribed from within', () => {
    withCleanup((onClose) => {
      onClose(() => of(log.push('closing')));
      return range(0, 1000).pipe(tap((index) => log.push(String(index))));
    }, closed)
      .pipe(take(2))
      .subscribe();
    expect(log).deep.equal(['0', '1', 'closing', 'closed well']);
  });

  it('is cold: every subscription opens and closes its own', () => {
    const twice = withCleanup((onClose) => {
      log.push('open');
      onClose(() => of(log.push('close')));
      return EMPTY;
    });
    expect(log).deep.equal([]);
    twice.subscribe();
    twice.subscribe();
    expect(log).deep.equal(['open', 'close', 'open', 'close']);
  });
});
