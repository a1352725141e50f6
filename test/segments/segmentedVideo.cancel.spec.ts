import { existsSync } from 'node:fs';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { renderStatus } from '../../src/segments/status';
import {
  type Asked,
  countFrom,
  film,
  keeping,
  ofType,
  requested,
  run,
  useSegmentWorkspace,
} from '../support/segmentWorkspace';
import { later, turns } from '../support/settle';
import { paintIndex } from '../support/video';

describe('cancelling a film in segments', () => {
  const workspace = useSegmentWorkspace();
  const verified = () =>
    renderStatus(workspace.output()).unfinished?.verified.map(({ segment }) => segment + 1) ?? [];

  /** What is there of the film may be gone on with, and nothing else is there. */
  function isTidy(): void {
    expect(renderStatus(workspace.output()).pid).to.equal(undefined);
    expect(workspace.kept()).to.deep.equal(keeping(verified()));
    expect(workspace.files()).to.deep.equal(verified().length > 0 ? ['.film.mp4.filmgate'] : []);
  }

  async function goesOn(): Promise<void> {
    const missing = countFrom(0, 40).filter((index) => !verified().includes(Math.floor(index / 10) + 1));
    const resumed = await workspace.run({ resume: verified().length > 0 });
    expect(resumed.error).to.equal(undefined);
    expect(requested(resumed)).to.deep.equal(missing);
    await workspace.expectWhole();
  }

  it('leaves what is verified: while it is planned', async () => {
    await workspace.leave([1, 2]);
    for (const later of [0, 1, 3, 10]) {
      const stop = new AbortController();
      const cancelled = workspace.run({ resume: true, signal: stop.signal });
      await turns(later);
      stop.abort();
      expect(await cancelled).to.have.nested.property('error.code', 'CANCELLED');
      isTidy();
      expect(verified()).to.include.members([1, 2]);
    }
    await goesOn();
  });

  it('leaves what is verified: while a segment is', async () => {
    const cut = await workspace.run({}, (event, cancel) => {
      if (event.type === 'written' && event.index === 19) void turns(3).then(cancel);
    });
    expect(cut.result).to.equal(undefined);
    isTidy();
    await goesOn();
  });

  it('leaves what is verified: while all are joined', async () => {
    for (const later of [0, 5, 50]) {
      const options = { resume: verified().length > 0 };
      const cut = await workspace.run(options, ({ type }, cancel) => {
        if (type === 'assembling') void turns(later).then(cancel);
      });
      if (cut.result) break;
      isTidy();
      expect(verified()).to.deep.equal([1, 2, 3, 4]);
    }
    if (existsSync(workspace.workDirectory())) await goesOn();
    else await workspace.expectWhole();
  });

  it('property: at any moment, again and again, until it is whole', async () => {
    const moment = fc.record({
      events: fc.nat(260),
      turns: fc.nat(40),
      bySignal: fc.boolean(),
      lanes: fc.integer({ min: 1, max: 3 }),
    });
    const property = fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 5 }), async (moments) => {
      let known: number[] = [];
      for (const { events, turns: span, bySignal, lanes } of moments) {
        const stop = new AbortController();
        let left = events;
        let cancelled = false;
        const options: Asked = { resume: known.length > 0, overwrite: true, lanes, signal: stop.signal };
        const cut = await workspace.run(options, (_, unsubscribe) => {
          left -= 1;
          if (left > 0 || cancelled) return;
          cancelled = true;
          void turns(span).then(() => (bySignal ? stop.abort() : unsubscribe()));
        });
        if (existsSync(workspace.output())) return workspace.expectWhole(); // It was as good as finished.
        const { code } = { ...(cut.error as { code?: string } | undefined) };
        expect(code).to.equal(bySignal ? 'CANCELLED' : undefined);
        isTidy();
        const again = ofType(cut.events, 'segmentVerified').filter(({ segment }) =>
          known.includes(segment + 1),
        );
        expect(again).to.deep.equal([]);
        expect(verified()).to.include.members(known);
        known = verified();
      }
      const { error } = await workspace.run({ resume: known.length > 0, overwrite: true });
      expect(error).to.equal(undefined);
      await workspace.expectWhole();
    });
    await fc.assert(
      property.beforeEach(() => void workspace.clear()),
      { numRuns: 5 },
    );
  });
});

describe('two renders of one film in segments', () => {
  const workspace = useSegmentWorkspace();

  it('at the same time: the later is refused, whatever it wants, and the earlier goes on', async () => {
    const refused = later<void>();
    const capture = async ({ index }: { index: number }) => {
      if (index === 25) await refused.promise;
      return paintIndex(index, { width: 64, height: 36 });
    };
    const begun = later<void>();
    const first = run(workspace.options({ source: film(40, { capture }) }), (event) => {
      if (event.type === 'segmentVerified' && event.segment === 1) begun.resolve();
    });
    await begun.promise;
    const ways: Asked[] = [
      {},
      { overwrite: true },
      { resume: true },
      { restart: true },
      { restart: true, segment: 'off' },
    ];
    for (const way of ways) {
      const { error, events } = await run(workspace.options({ source: film(40), ...way }));
      expect(error, JSON.stringify(way)).to.have.property('code', 'OUTPUT_BUSY');
      expect(error).to.have.property('message').that.includes(`process ${process.pid}`);
      expect(events).to.deep.equal([]);
    }
    refused.resolve();
    const { error } = await first;
    expect(error).to.equal(undefined);
    await workspace.expectWhole();
  });

  it('from the beginning: one is refused', async () => {
    const ends = await Promise.all([run(workspace.options()), run(workspace.options())]);
    const [lost, ...others] = ends.filter(({ error }) => error);
    expect(others).to.deep.equal([]);
    expect(lost?.error).to.have.property('code', 'OUTPUT_BUSY');
    await workspace.expectWhole();
  });
});
