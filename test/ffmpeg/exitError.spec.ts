import { expect } from 'chai';
import { exitError } from '../../src/ffmpeg/exitError';
import type { Exit } from '../../src/ffmpeg/ffmpegProcess';

const GOOD: Exit = { code: 0, signal: null, stderr: '', frames: 30, cause: undefined };
const EPIPE = new Error('write EPIPE');

describe('exitError', () => {
  it('is none when FFmpeg ended well, after all frames, and encoded each', () => {
    expect(exitError(GOOD, 30, true)).to.equal(undefined);
  });

  it('is none when many frames became the one that was expected, and is one when they did not', () => {
    expect(exitError({ ...GOOD, frames: 1 }, 12, true, 1)).to.equal(undefined);
    expect(exitError({ ...GOOD, frames: 0 }, 12, true, 1)).to.have.property('code', 'FRAMES_LOST');
  });

  const cases: [string, Partial<Exit>, number, boolean, string, RegExp][] = [
    [
      'an exit code',
      { code: 1, stderr: 'bad' },
      3,
      true,
      'ENCODE_FAILED',
      /^FFmpeg exited with code 1 after 3 frames.*\nbad/,
    ],
    [
      'a signal',
      { code: null, signal: 'SIGKILL' },
      3,
      true,
      'ENCODE_FAILED',
      /^FFmpeg was killed by SIGKILL after 3 frames$/,
    ],
    ['no start', { code: null, cause: new Error('EACCES') }, 0, false, 'ENCODE_FAILED', /started: EACCES/],
    ['an early end', {}, 30, false, 'ENCODE_FAILED', /stopped by itself after 30 frames/],
    ['a broken pipe', { cause: EPIPE }, 30, true, 'ENCODE_FAILED', /stopped by itself/],
    ['no frames', { frames: 0 }, 0, true, 'ENCODE_FAILED', /no frame was written/],
    ['lost frames', { frames: 29 }, 30, true, 'FRAMES_LOST', /given 30 frames, and encoded 29/],
    ['too many frames', { frames: 31 }, 30, true, 'FRAMES_LOST', /given 30 frames, and encoded 31/],
    ['a full disk', { code: 1, stderr: 'x: No space left on device' }, 3, true, 'DISK_FULL', /disk was full/],
  ];
  for (const [name, change, written, finished, code, words] of cases) {
    it(`says ${code} of ${name}`, () => {
      const error = exitError({ ...GOOD, ...change }, written, finished);
      expect(error).to.have.property('code', code);
      expect(error?.message).to.match(words);
      expect(error?.cause).to.equal(change.cause);
      const { code: exitCode, signal, stderr } = { ...GOOD, ...change };
      expect(error).to.deep.include({ exitCode, signal, stderr });
    });
  }

  it('quotes the first and the last of what FFmpeg said', () => {
    const stderr = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n');
    const { message } = exitError({ ...GOOD, code: 1, stderr }, 3, true) as Error;
    expect(message).to.contain('line 0\n').and.contain('line 19').and.not.contain('line 10');
  });
});
