import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { ndjsonDisplay } from '../../../src/cli/progress/ndjsonDisplay';
import type { Snapshot } from '../../../src/index';
import { parseLines, runCli, startCli } from '../../support/cli';
import { useFolder } from '../../support/folder';

const SNAPSHOT = (
  'total requested captured written resumed retries segments segmentsVerified encoded captureRate encodeRate elapsedSeconds remainingSeconds outstanding ' +
  'peakOutstanding window bufferedBytes memory encodedBytes workers captureWaiting encodeWaiting bottleneck'
).split(' ');

describe('ndjson', () => {
  const path = useFolder();
  let args: string[] = [];

  beforeEach(() => {
    const scene =
      'width: 64, height: 48, fps: 30, frames: 20, alpha: false, paint(pixels) { pixels.fill(99); }';
    writeFileSync(path('scene.js'), `module.exports = { ${scene} };`);
    args = [
      'render',
      path('scene.js'),
      '-o',
      path('video.mp4'),
      '--progress-format',
      'ndjson',
      '--window',
      '4',
    ];
  });

  function check(text: string): void {
    const lines = parseLines(text);
    const last = lines.pop();
    expect(last).to.have.all.keys(
      'v',
      'type',
      'output',
      'frames',
      'bytes',
      'elapsedSeconds',
      'peakOutstanding',
      'window',
      'retries',
      'resumedFrames',
    );
    expect(last).to.include({ v: 1, type: 'finished', output: path('video.mp4'), frames: 20, window: 4 });
    expect(last).to.include({ retries: 0, resumedFrames: 0 });
    expect(lines).to.not.have.length(0);
    for (const line of lines) {
      expect(line).to.have.all.keys('v', 'type', ...SNAPSHOT);
      expect(line).to.include({ v: 1, type: 'progress' });
      expect(line.outstanding).to.be.at.most(4);
    }
    expect(lines.at(-1)).to.include({ total: 20, written: 20, encoded: 20, outstanding: 0 });
  }

  it('is one object per line on standard error, the last of which says how the render ended', async () => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '' });
    check(stderr);
  });

  it('goes to a pipe on another descriptor', async () => {
    const { code, stderr, fd3 } = await runCli([...args, '--progress-fd', '3'], { more: ['pipe'] });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    check(fd3);
  });

  it('goes to a file on another descriptor', async () => {
    const file = openSync(path('progress.ndjson'), 'w');
    const { code } = await runCli([...args, '--progress-fd', '3'], { more: [file] });
    closeSync(file);
    expect(code).to.equal(0);
    check(readFileSync(path('progress.ndjson'), 'utf8'));
  });

  it('has retries, verified segments and the assembly in full', async () => {
    const fail =
      "if (index === 7 && !existsSync('MARK')) { writeFileSync('MARK', ''); throw new Error('no paint'); }";
    const paint = `paint(pixels, { index }) { ${fail.replaceAll('MARK', path('mark'))} pixels.fill(99); }`;
    writeFileSync(
      path('scene.js'),
      `const { existsSync, writeFileSync } = require('node:fs');
      module.exports = { width: 64, height: 48, fps: 30, frames: 20, alpha: false, ${paint} };`,
    );
    const { code, stderr } = await runCli([...args, '--segment', '10f', '--workers', '1']);
    expect(code, stderr).to.equal(0);
    const lines = parseLines(stderr);
    const happened = lines.filter(({ type }) => type !== 'progress');
    const [retried, ...rest] = happened;
    expect(retried).to.deep.equal({
      ...{ v: 1, type: 'retried', index: 7, worker: 'worker 1', tries: 1, code: 'CAPTURE_FAILED' },
      message: 'frame 7 could not be captured: no paint',
    });
    const verified = rest.splice(0, 2).sort((a, b) => Number(a.segment) - Number(b.segment));
    for (const [segment, { bytes, ...line }] of verified.entries()) {
      const range = { first: segment * 10, count: 10 };
      expect(line).to.deep.equal({ v: 1, type: 'segmentVerified', segment, range });
      expect(bytes).to.be.above(0);
    }
    expect(rest[0]).to.deep.equal({ v: 1, type: 'assembling', segments: 2 });
    expect(happened.at(-1)).to.include({ type: 'finished', frames: 20, retries: 1, resumedFrames: 0 });
    const last = lines.findLast(({ type }) => type === 'progress');
    expect(last).to.include({ segments: 2, segmentsVerified: 2, retries: 1, written: 20, encoded: 20 });
  });

  it('ends with one line that says why the render failed, which standard error says as well', async () => {
    const wrong = [...args, '--progress-fd', '3', '--frames', '0-99'];
    const { code, stderr, fd3 } = await runCli(wrong, { more: ['pipe'] });
    expect(code).to.equal(2);
    const ends = parseLines(fd3).filter(({ type }) => type !== 'progress');
    expect(ends).to.have.length(1);
    expect(ends[0]).to.include({ v: 1, type: 'failed', code: 'INVALID_OPTION' });
    expect(stderr).to.equal(`filmgate: ${ends[0]?.message} (INVALID_OPTION)\n`);
  });

  it('does not need a reader', async () => {
    const cli = startCli([...args, '--progress-fd', '3'], { more: ['pipe'] });
    (cli.child.stdio[3] as import('node:stream').Readable).destroy();
    expect((await cli.ended).code).to.equal(0);
  });

  it('drops snapshots, but never the last line, while the reader lags behind', async () => {
    const lines: string[] = [];
    const sink = {
      isStderr: true,
      isFull: true,
      write: (line: string) => lines.push(line),
      close: async () => {},
    };
    const display = ndjsonDisplay(sink);
    display.update({ total: 1 } as Snapshot);
    expect(lines).to.deep.equal([]);
    display.failed(new Error('odd'));
    expect(lines).to.deep.equal(['{"v":1,"type":"failed","code":"UNEXPECTED","message":"odd"}\n']);
  });
});
