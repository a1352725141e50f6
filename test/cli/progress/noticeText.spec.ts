import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { isNotice, type Notice } from '../../../src/cli/notices';
import type { Display } from '../../../src/cli/progress/display';
import { linesDisplay } from '../../../src/cli/progress/linesDisplay';
import { ndjsonDisplay } from '../../../src/cli/progress/ndjsonDisplay';
import { noticeText } from '../../../src/cli/progress/noticeText';
import { openDisplay } from '../../../src/cli/progress/openDisplay';
import { quietDisplay } from '../../../src/cli/progress/quietDisplay';
import { terminalDisplay } from '../../../src/cli/progress/terminalDisplay';
import type { RenderEvent } from '../../../src/index';

const RETRIED: Notice & { type: 'retried' } = {
  type: 'retried',
  index: 13,
  worker: 'worker 2',
  tries: 1,
  code: 'CAPTURE_FAILED',
  message: 'frame 13 could not be captured: no paint left',
};
const range = { first: 10, count: 10 };

const TEXTS: [Notice, string | undefined][] = [
  [RETRIED, 'frame 13, retry 1: could not be captured: no paint left'],
  [{ ...RETRIED, tries: 12 }, 'frame 13, retry 12: could not be captured: no paint left'],
  [
    { ...RETRIED, code: 'WORKER_DIED', message: 'worker 2 ended with exit code 7' },
    'frame 13, retry 1: worker 2 ended with exit code 7',
  ],
  [
    { type: 'workerRetired', worker: 'worker 2', left: 1, message: 'worker 2 ran out of memory' },
    'worker 2 is not replaced, 1 left: worker 2 ran out of memory',
  ],
  [
    {
      type: 'segmentInvalid',
      segment: 1,
      range,
      message: 'segment 2 is rendered again: its file is missing',
    },
    'segment 2 is rendered again: its file is missing',
  ],
  [
    { type: 'warning', message: 'h264 has no alpha channel: the video is opaque' },
    'warning: h264 has no alpha channel: the video is opaque',
  ],
  [{ type: 'segmentVerified', segment: 1, range, bytes: 5 }, undefined],
  [{ type: 'assembling', segments: 4 }, undefined],
];

describe('noticeText', () => {
  const textOf = (notice: Notice) => {
    const text = noticeText(notice);
    return text === undefined ? undefined : stripVTControlCharacters(text);
  };

  for (const [notice, text] of TEXTS) {
    it(text ? `prints: ${text}` : `prints nothing for ${notice.type}`, () =>
      expect(textOf(notice)).to.equal(text),
    );
  }

  it('is one line of readable length, whatever a scene throws', () => {
    const message = `frame 13 could not be captured: \u001b[2J\u0007${'x'.repeat(10_000)}\n    at scene.js:3`;
    const text = textOf({ ...RETRIED, message }) ?? '';
    expect(text).to.match(/^frame 13, retry 1: could not be captured: +x+…$/);
    expect(text.length).to.be.below(400);
    expect(text).to.not.match(/\p{Cc}/u);
  });

  it('is for events that happen now and then, not for those of every frame', () => {
    for (const [notice] of TEXTS) expect(isNotice(notice)).to.equal(true);
    const others: RenderEvent[] = [
      { type: 'requested', index: 1 },
      { type: 'written', index: 1 },
      { type: 'workerReady', worker: 'a' },
      { type: 'pageMessage', kind: 'console', text: '', index: 1, worker: 'a', count: 1 },
    ];
    for (const event of others) expect(isNotice(event)).to.equal(false);
  });

  describe('in each display', () => {
    const { write } = process.stderr;
    let said = '';

    beforeEach(() => {
      said = '';
      process.stderr.write = (chunk: string | Uint8Array) => {
        said += chunk;
        return true;
      };
    });

    afterEach(() => {
      process.stderr.write = write;
    });

    /** What is to be read on standard error after all of them. */
    const shown = (display: Display) => {
      for (const [notice] of TEXTS) display.notice(notice);
      process.stderr.write = write;
      return stripVTControlCharacters(said);
    };
    const lines = TEXTS.flatMap(([, text]) => (text ? [`${text}\n`] : [])).join('');

    it('is one line each in a log', () => expect(shown(linesDisplay())).to.equal(lines));
    it('is one line each on a terminal, above the progress bar', () =>
      expect(shown(terminalDisplay())).to.equal(lines));
    it('is one line each with --progress-format none', () =>
      expect(shown(openDisplay({ progressFormat: 'none' }))).to.equal(lines));
    it('is not shown with --quiet', () => expect(shown(quietDisplay())).to.equal(''));

    it('is passed on to programs as it is', () => {
      const written: unknown[] = [];
      const sink = {
        isStderr: true,
        isFull: true, // None is left out.
        write: (line: string) => written.push(JSON.parse(line)),
        close: async () => {},
      };
      expect(shown(ndjsonDisplay(sink))).to.equal('');
      expect(written).to.deep.equal(TEXTS.map(([notice]) => ({ v: 1, ...notice })));
    });
  });
});
