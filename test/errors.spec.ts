import { expect } from 'chai';
import {
  ERROR_KINDS,
  type ErrorCode,
  type ErrorKind,
  FilmgateError,
  invalidOption,
  messageOf,
} from '../src/errors';

/** The codes are API: what they are called and what they mean stays, so it is written here a second time. */
const CODES: Record<ErrorKind, ErrorCode[]> = {
  usage: [
    'INVALID_OPTION',
    'SCENE_NOT_FOUND',
    'SCENE_INVALID',
    'PAGE_NOT_FOUND',
    'NOTHING_TO_RESUME',
    'RESUME_CHANGED',
    'AUDIO_INVALID',
  ],
  missing: [
    'FFMPEG_NOT_FOUND',
    'FFMPEG_INVALID',
    'ENCODER_MISSING',
    'BROWSER_NOT_FOUND',
    'BROWSER_INVALID',
    'PACKAGE_MISSING',
  ],
  output: [
    'OUTPUT_EXISTS',
    'OUTPUT_UNWRITABLE',
    'DISK_FULL',
    'PUBLISH_FAILED',
    'OUTPUT_BUSY',
    'RENDER_UNFINISHED',
    'MANIFEST_INVALID',
  ],
  render: [
    'SETUP_FAILED',
    'SETUP_TIMEOUT',
    'PAGE_FAILED',
    'PAGE_NOT_READY',
    'PAGE_ERROR',
    'CAPTURE_FAILED',
    'WORKER_DIED',
    'FRAME_STALLED',
    'FRAME_SIZE',
    'FRAME_DUPLICATE',
    'FRAME_OUT_OF_RANGE',
    'FRAME_MISSING',
    'WRITE_PENDING',
    'ENCODE_FAILED',
    'FRAMES_LOST',
    'ENCODER_STALLED',
    'VIDEO_INVALID',
  ],
  cancelled: ['CANCELLED'],
};

describe('FilmgateError', () => {
  const cases = Object.entries(CODES).flatMap(([kind, codes]) => codes.map((code) => ({ kind, code })));

  for (const { kind, code } of cases) {
    it(`${code} is of kind ${kind}, and keeps its message and cause`, () => {
      const cause = new Error('the original');
      const error = new FilmgateError(code, 'what happened', { cause });
      expect(error).instanceOf(Error);
      expect(error).include({ name: 'FilmgateError', message: 'what happened', code, kind, cause });
      expect(error.stack).include('FilmgateError: what happened');
    });
  }

  it('has no code that is not in this table', () => {
    expect(Object.keys(ERROR_KINDS)).have.members(cases.map(({ code }) => code));
  });

  it('has no cause where none was given', () => {
    expect(new FilmgateError('CANCELLED', 'stopped')).not.property('cause');
  });
});

describe('invalidOption', () => {
  it('names the option, the value, and what would do', () => {
    const error = invalidOption('window', 0, 'give 1 or more');
    expect(error).include({ code: 'INVALID_OPTION', message: 'window: invalid value 0; give 1 or more' });
  });

  it('shows where a text begins and ends', () => {
    expect(invalidOption('size', ' ', 'give one').message).include('size: " " is');
  });
});

describe('messageOf', () => {
  it('reads whatever was thrown', () => {
    expect([new Error('lost'), 'lost', 7, undefined].map(messageOf)).deep.equal([
      'lost',
      'lost',
      '7',
      'undefined',
    ]);
  });
});
