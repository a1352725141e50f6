import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import type { PageMessage } from '../../../src/cli/pageMessages';
import { messageText } from '../../../src/cli/progress/messageText';

const SAID = {
  type: 'pageMessage',
  kind: 'exception',
  text: 'Error: boom\n    at page.html:3',
  worker: 'worker 1',
} as const;

const textOf = (said: Partial<PageMessage>) =>
  stripVTControlCharacters(messageText({ ...SAID, index: 3, count: 1, ...said }));

describe('messageText', () => {
  it('says what happened and when, and gives the text in full', () => {
    expect(textOf({})).to.equal('page: error at frame 3: Error: boom\n    at page.html:3');
    expect(textOf({ kind: 'request', index: undefined, text: 'a.png: 404' })).to.equal(
      'page: failed request while loading: a.png: 404',
    );
    expect(textOf({ kind: 'unsupported', index: undefined, text: 'audio' })).to.equal(
      'page: not supported: audio',
    );
  });

  it('gives the count and the first line when it is repeated', () => {
    expect(textOf({ count: 12 })).to.equal('page: error, 12 times, first at frame 3: Error: boom');
    expect(textOf({ count: 2, index: undefined })).to.equal(
      'page: error, 2 times, first while loading: Error: boom',
    );
  });

  it('stays short, whatever the page sends', () => {
    const text = Array.from({ length: 1000 }, () => 'x'.repeat(10_000)).join('\n');
    const lines = textOf({ text }).split('\n');
    expect(lines).to.have.length(8);
    for (const line of lines) expect(line.length).to.be.below(350);
  });

  it("lets nothing through that moves the terminal's cursor or rings its bell", () => {
    const shown = textOf({ text: 'a\u001b[2J\u001b]0;title\u0007b\r\u0008\u009b2Jc\nd' });
    expect(shown).to.match(/: ab {2}c\nd$/);
  });
});
