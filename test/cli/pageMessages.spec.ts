import { expect } from 'chai';
import { type PageMessage, PageMessages } from '../../src/cli/pageMessages';

describe('PageMessages', () => {
  let told: PageMessage[];
  let messages: PageMessages;

  beforeEach(() => {
    told = [];
    messages = new PageMessages((message) => told.push(message));
  });

  const say = (text: string, count: number, index?: number) =>
    messages.onEvent({ type: 'pageMessage', kind: 'console', text, index, worker: 'worker 1', count });
  const short = () => told.splice(0).map(({ text, index, count }) => `${text} ${index} ${count}`);

  it('passes each message on once, the first time', () => {
    say('a', 1, 3);
    say('a', 2, 4);
    say('b', 1, 4);
    expect(short()).to.deep.equal(['a 3 1', 'b 4 1']);
  });

  it('reports at the end what was repeated, with the frame of the first time', () => {
    say('a', 1, 3);
    say('b', 1, 3);
    say('a', 2, 9);
    say('a', 3, 8);
    told = [];
    messages.sumUp();
    expect(short()).to.deep.equal(['a 3 3']);
  });

  it('does not take the same message from another worker that loads the page for a repetition', () => {
    say('loaded', 1);
    say('loaded', 2);
    say('both', 1);
    say('both', 2, 7);
    say('both', 3);
    told = [];
    messages.sumUp();
    expect(short()).to.deep.equal(['both undefined 3']);
  });

  it('passes on no more than a hundred different messages, and ignores other events', () => {
    for (let index = 0; index < 1000; index += 1) say(`at ${index}`, 1, index);
    messages.onEvent({ type: 'requested', index: 1 });
    expect(short()).to.have.length(100);
  });
});
