import { expect } from 'chai';
import { PageConsole } from '../../../src/capture/chromium/pageConsole';
import { expectThrows } from '../../support/expectThrows';

describe('PageConsole', () => {
  function open({ strict = false, keepGoing = false } = {}) {
    const log = new PageConsole({ strict, keepGoing });
    const said: string[] = [];
    log.messages.subscribe(({ kind, text, index, worker, count }) =>
      said.push(`${worker} at ${index}: ${kind} ${text} ×${count}`),
    );
    const listener = (worker: string) => {
      const opened = log.open(worker);
      const hear = (method: string, params: object) => opened.onEvent({ method, params });
      return {
        opened,
        error: (...values: unknown[]) =>
          hear('Runtime.consoleAPICalled', { type: 'error', args: values.map((value) => ({ value })) }),
        hear,
        request: (requestId: string, url: string, type = 'Image') =>
          hear('Network.requestWillBeSent', { requestId, type, request: { url } }),
      };
    };
    return { said, listener };
  }

  it('counts what is said over all workers, each with its frame', () => {
    const { said, listener } = open();
    const [one, two] = [listener('one'), listener('two')];
    one.error('no', 'film', 3);
    one.opened.index = 4;
    one.error('no', 'film', 3);
    two.opened.index = 5;
    two.error('no', 'film', 3);
    two.error('other');
    expect(said).to.deep.equal([
      'one at undefined: console no film 3 ×1',
      'one at 4: console no film 3 ×2',
      'two at 5: console no film 3 ×3',
      'two at 5: console other ×1',
    ]);
  });

  it('hears uncaught errors, whatever was thrown', () => {
    const { said, listener } = open();
    const { hear } = listener('one');
    const thrown = (details: object) => hear('Runtime.exceptionThrown', { exceptionDetails: details });
    thrown({ text: 'Uncaught', exception: { description: 'RangeError: lamp\n    at a:1' } });
    thrown({ text: 'Uncaught', exception: { value: 'a string' } });
    thrown({ text: 'Uncaught SyntaxError' });
    hear('Runtime.consoleAPICalled', { type: 'log', args: [] });
    expect(said.map((text) => text.split(' exception ')[1])).to.deep.equal([
      'RangeError: lamp\n    at a:1 ×1',
      'a string ×1',
      'Uncaught SyntaxError ×1',
    ]);
  });

  it('knows which requests are pending, but for those that may last', () => {
    const { listener } = open();
    const { opened, request, hear } = listener('one');
    request('1', 'a.png');
    request('2', 'b.png');
    request('3', 'events', 'EventSource');
    expect(opened.pendingRequests).to.deep.equal(['a.png', 'b.png']);
    hear('Network.loadingFinished', { requestId: '1' });
    hear('Network.loadingFailed', { requestId: '2', errorText: 'net::ERR_FAILED' });
    expect(opened.pendingRequests).to.deep.equal([]);
  });

  it('names the requests that fail, those that may last too, but not those that were given up', () => {
    const { said, listener } = open();
    const { request, hear } = listener('one');
    request('1', 'a.mp4', 'Media');
    hear('Network.loadingFailed', { requestId: '1', errorText: 'net::ERR_CONNECTION_REFUSED' });
    request('2', 'b.png');
    hear('Network.loadingFailed', { requestId: '2', errorText: 'net::ERR_ABORTED', canceled: true });
    hear('Network.responseReceived', { response: { url: 'c.png', status: 404 } });
    hear('Network.responseReceived', { response: { url: 'd.png', status: 304 } });
    expect(said).to.deep.equal([
      'one at undefined: request a.mp4: net::ERR_CONNECTION_REFUSED ×1',
      'one at undefined: request c.png: 404 ×1',
    ]);
  });

  it('raises nothing if it is not strict', () => {
    const one = open().listener('one');
    one.error('no film');
    one.opened.check();
  });

  it('raises the first thing said if it is strict, and where it was said', () => {
    const { listener } = open({ strict: true });
    const one = listener('one');
    one.opened.report('unsupported', 'video');
    one.opened.check();
    one.opened.index = 7;
    one.error('no film');
    one.error('other');
    expectThrows(() => one.opened.check(), 'PAGE_ERROR', 'one', 'frame 7', 'no film');
    const two = listener('two');
    two.error('dark');
    expectThrows(() => two.opened.check(), 'PAGE_ERROR', 'while it loaded', 'dark');
  });

  describe('when a script of the page throws while it loads', () => {
    /** A page whose main frame has the context 1, and which has frames of its own origin and of another. */
    function load(rules = {}) {
      const { said, listener } = open(rules);
      const { opened, hear } = listener('one');
      opened.mainFrame = 'main';
      const contexts = [
        { id: 1, origin: 'http://a', auxData: { frameId: 'main' } },
        { id: 2, origin: 'http://a', auxData: { frameId: 'inner' } },
        { id: 3, origin: 'http://b', auxData: { frameId: 'foreign' } },
      ];
      for (const context of contexts) hear('Runtime.executionContextCreated', { context });
      const thrown = (executionContextId?: number, exceptionId = 1) =>
        hear('Runtime.exceptionThrown', {
          exceptionDetails: { exceptionId, executionContextId, exception: { description: 'Error: dark' } },
        });
      return { said, opened, hear, thrown };
    }

    for (const [where, context] of [
      ['the main document', 1],
      ['a frame of the same origin', 2],
      ['a place unknown', undefined],
    ] as const) {
      it(`raises what was thrown in ${where}`, () => {
        const { opened, thrown } = load();
        thrown(context);
        expectThrows(
          () => opened.check(),
          'PAGE_ERROR',
          'one',
          'while it loaded',
          'Error: dark',
          '--keep-going',
        );
      });
    }

    it('raises nothing that a frame of another origin threw, unless it is strict', () => {
      for (const strict of [false, true]) {
        const { opened, thrown } = load({ strict });
        thrown(3);
        if (strict) expectThrows(() => opened.check(), 'PAGE_ERROR', 'Error: dark');
        else opened.check();
      }
    });

    it('raises no rejection that was handled after all', () => {
      const { opened, hear, thrown } = load();
      thrown(1, 4);
      hear('Runtime.exceptionRevoked', { exceptionId: 4 });
      opened.check();
      thrown(1, 5);
      thrown(1, 6);
      hear('Runtime.exceptionRevoked', { exceptionId: 6 });
      expectThrows(() => opened.check(), 'PAGE_ERROR', 'Error: dark');
    });

    it('raises nothing that was thrown at a frame', () => {
      const { opened, thrown } = load();
      opened.index = 0;
      thrown(1);
      opened.check();
    });

    for (const strict of [false, true]) {
      it(`tells of it and goes on if it is to, ${strict ? 'and raises the rest if it is strict' : 'as of all else'}`, () => {
        const { said, opened, hear, thrown } = load({ keepGoing: true, strict });
        thrown(1);
        opened.check();
        expect(said).to.deep.equal(['one at undefined: exception Error: dark ×1']);
        hear('Runtime.consoleAPICalled', { type: 'error', args: [{ value: 'grey' }] });
        if (strict) expectThrows(() => opened.check(), 'PAGE_ERROR', 'grey');
        else opened.check();
      });
    }
  });
});
