import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { errorsPage } from '../scripts/errorsPage';
import {
  ERROR_KINDS,
  type ErrorCode,
  type ErrorDetails,
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
    'MEDIA_INVALID',
    'FARM_REFUSED',
    'FILM_UNKNOWN',
    'SOURCE_NOT_PORTABLE',
    'SOURCE_CHANGED',
    'STORAGE_DIFFERS',
  ],
  missing: [
    'FFMPEG_NOT_FOUND',
    'FFMPEG_INVALID',
    'ENCODER_MISSING',
    'BROWSER_NOT_FOUND',
    'BROWSER_INVALID',
    'PACKAGE_MISSING',
    'FARM_UNREACHABLE',
    'FARM_UNSUITABLE',
    'NO_WORKER',
  ],
  output: [
    'OUTPUT_EXISTS',
    'OUTPUT_UNWRITABLE',
    'DISK_FULL',
    'PUBLISH_FAILED',
    'OUTPUT_BUSY',
    'RENDER_UNFINISHED',
    'MANIFEST_INVALID',
    'STORAGE_FAILED',
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
    'CAPTURE_INEXACT',
    'JOB_INVALID',
    'PLAN_DIFFERS',
    'STORAGE_DAMAGED',
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

  it('has only the codes of this table', () => {
    expect(Object.keys(ERROR_KINDS)).have.members(cases.map(({ code }) => code));
  });

  it('has no cause where none was given', () => {
    expect(new FilmgateError('CANCELLED', 'stopped')).not.property('cause');
  });

  it('carries the fields that it was given, beside its text', () => {
    const details: ErrorDetails = {
      option: 'crf',
      value: null,
      frame: 0,
      worker: 'worker 1',
      exitCode: null,
      signal: 'SIGKILL',
      stderr: '',
    };
    expect(new FilmgateError('ENCODE_FAILED', 'killed', details)).include(details);
  });

  it('has none of the fields that it was not given, also where they are undefined', () => {
    const error = new FilmgateError('ENCODE_FAILED', 'failed', { frame: undefined, exitCode: 1 });
    expect(Object.keys(error)).have.members(['name', 'code', 'exitCode']);
  });

  describe('is', () => {
    it('recognises an error of this module, and of another copy of it', () => {
      const other = anotherCopy();
      const error = new other.FilmgateError('DISK_FULL', 'the disk is full');
      expect(error).not.instanceOf(FilmgateError);
      expect(FilmgateError.is(error)).equal(true);
      expect(other.FilmgateError.is(new FilmgateError('DISK_FULL', 'the disk is full'))).equal(true);
    });

    for (const [what, thrown] of [
      ['another error', new Error('lost')],
      [
        'an error that only has its name and a code',
        Object.assign(new Error(), { name: 'FilmgateError', code: 'DISK_FULL' }),
      ],
      ['an object', { code: 'DISK_FULL' }],
      ['a text', 'DISK_FULL'],
      ['nothing', undefined],
    ] as const) {
      it(`rejects ${what}`, () => {
        expect(FilmgateError.is(thrown)).equal(false);
      });
    }
  });
});

describe('docs/errors.md', () => {
  it('is what npm run docs:errors writes', () => {
    expect(readFileSync(resolve(__dirname, '../docs/errors.md'), 'utf8')).equal(errorsPage());
  });

  it('says of every code what it means, and what to do', () => {
    for (const code of Object.keys(ERROR_KINDS)) {
      expect(errorsPage()).match(new RegExp(`^\\| \`${code}\` \\| \\S.*\\. \\| \\S.*\\. \\|$`, 'm'));
    }
  });
});

/** The module loaded a second time, as it is where two packages each bring a Filmgate of their own. */
function anotherCopy(): typeof import('../src/errors') {
  const path = require.resolve('../src/errors');
  const loaded = require.cache[path];
  delete require.cache[path];
  try {
    return require(path);
  } finally {
    require.cache[path] = loaded;
  }
}

describe('invalidOption', () => {
  it('names the option, the value, and what would do', () => {
    const error = invalidOption('window', 0, 'give 1 or more');
    expect(error).include({ code: 'INVALID_OPTION', message: 'window: invalid value 0; give 1 or more' });
  });

  it('shows where a text begins and ends', () => {
    expect(invalidOption('size', ' ', 'give one').message).equal('size: invalid value " "; give one');
  });

  it('carries the option, the value and the cause as fields', () => {
    const cause = new Error('the original');
    expect(invalidOption('crf', 99, 'h264 accepts 0 to 51', cause)).include({
      option: 'crf',
      value: 99,
      cause,
    });
    expect(invalidOption('crf', 99, 'h264 accepts 0 to 51')).not.property('cause');
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
