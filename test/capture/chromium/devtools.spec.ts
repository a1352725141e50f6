import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { DevTools, type DevToolsEvent } from '../../../src/capture/chromium/devtools';
import { settle } from '../../support/settle';

describe('DevTools over a pipe', () => {
  let answers: PassThrough;
  let requests: PassThrough;
  let devtools: DevTools;

  beforeEach(() => {
    answers = new PassThrough();
    requests = new PassThrough();
    devtools = new DevTools(requests, answers);
  });

  const told = () => {
    const events: DevToolsEvent[] = [];
    devtools.listen((event) => events.push(event));
    return events;
  };
  const message = (value: object) => Buffer.from(`${JSON.stringify(value)}\0`);

  it('sends JSON that ends in a zero byte, each with an id of its own', async () => {
    devtools.send('Page.enable').catch(() => {});
    devtools.send('Page.navigate', { url: 'a' }, 'S').catch(() => {});
    await settle();
    const sent = String(requests.read()).split('\0');
    expect(sent.pop()).to.equal('');
    expect(sent.map((text) => JSON.parse(text))).to.deep.equal([
      { id: 1, method: 'Page.enable', params: {} },
      { id: 2, method: 'Page.navigate', params: { url: 'a' }, sessionId: 'S' },
    ]);
  });

  it('reads messages that come in any pieces, in UTF-8', async () => {
    const texts = ['snow ☃ 雪', '', '🎞'];
    const bytes = Buffer.concat(texts.map((text) => message({ method: 'said', params: { text } })));
    for (let size = 1; size <= bytes.length; size = Math.ceil(size * 1.7)) {
      const events = told();
      for (let at = 0; at < bytes.length; at += size) answers.write(bytes.subarray(at, at + size));
      await settle();
      expect(
        events.map(({ params }) => params.text),
        `in pieces of ${size}`,
      ).to.deep.equal(texts);
    }
  });

  it('settles each call with its own answer, in whatever order they come', async () => {
    const [one, two] = [devtools.send('a'), devtools.send('b')];
    answers.write(message({ id: 2, result: { is: 'two' } }));
    answers.write(message({ id: 1, error: { code: -1, message: 'no such method' } }));
    expect(await two).to.deep.equal({ is: 'two' });
    const error = await one.catch((reason) => reason);
    expect(error).to.be.instanceOf(Error).with.property('message', 'no such method');
  });

  for (const [name, result] of [
    ['screenshotData', { hasDamage: true, screenshotData: 'PICTURE' }],
    ['screenshotData', { screenshotData: 'PICTURE', hasDamage: false }],
    ['data', { data: 'PICTURE' }],
  ] as const) {
    it(`gives the picture of ${JSON.stringify(result)} as bytes, and the rest as it is`, async () => {
      const picture = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));
      const text = JSON.stringify({ id: 1, result, sessionId: 'S' });
      const answer = devtools.send('shoot');
      answers.write(`${text.replace('PICTURE', picture.toString('base64'))}\0`);
      const { [name]: data, ...rest } = await answer;
      expect(Buffer.compare(data, picture)).to.equal(0);
      const { [name]: _, ...others } = result as Record<string, unknown>;
      expect(rest).to.deep.equal(others);
    });
  }

  it('rejects what is pending, and what comes, with the first reason to end', async () => {
    const pending = devtools.send('a');
    devtools.end(new Error('the first'));
    devtools.end(new Error('the second'));
    for (const call of [pending, devtools.send('b')])
      expect(await call.catch(({ message }) => message)).to.equal('the first');
  });

  it('does not mind an answer that nobody waits for, or a pipe that breaks', async () => {
    answers.write(message({ id: 9, result: {} }));
    requests.emit('error', new Error('EPIPE'));
    await settle();
  });

  it('stops telling a listener that has left', async () => {
    const events: DevToolsEvent[] = [];
    const leave = devtools.listen((event) => events.push(event));
    leave();
    answers.write(message({ method: 'said', params: {} }));
    await settle();
    expect(events).to.deep.equal([]);
  });
});
