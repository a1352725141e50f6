import { expect } from 'chai';
import { captureFailed, gaveUp, located, stalled } from '../../src/capture/captureFailure';
import { FilmgateError } from '../../src/errors';
import { Deadline } from '../../src/process/deadline';

describe('failures of capture', () => {
  it('name the frame, and keep what was thrown', () => {
    const thrown = new RangeError('the lamp broke');
    expect(captureFailed(7, thrown)).to.deep.include({ code: 'CAPTURE_FAILED', cause: thrown });
    expect(captureFailed(7, thrown).message).to.equal('frame 7 could not be captured: the lamp broke');
    expect(captureFailed(7, undefined).message).to.equal('frame 7 could not be captured: undefined');
  });

  it('stay as they are where they are ours already', () => {
    const failure = new FilmgateError('WORKER_DIED', 'gone');
    expect(captureFailed(7, failure)).to.equal(failure);
    expect(gaveUp(7, [failure])).to.equal(failure);
  });

  for (const [limit, told] of [
    [30, '30 s'],
    [0.5, '0.5 s'],
    [12.345678, '12.3 s'],
  ] as const) {
    it(`tell how long was waited: ${told}`, () => {
      const error = stalled(7, 'worker 2', new Deadline(limit));
      expect(error).to.include({ code: 'FRAME_STALLED', frame: 7, worker: 'worker 2' });
      expect(error.message).to.equal(`frame 7 was not captured within ${told}: worker 2 does not respond`);
    });
  }

  it('have the frame and the worker filled in where they do not say them', () => {
    const bare = new FilmgateError('WORKER_DIED', 'gone');
    expect(captureFailed(7, bare, 'worker 2')).to.equal(bare);
    expect(bare).to.include({ frame: 7, worker: 'worker 2' });
    captureFailed(8, bare, 'worker 3');
    expect(bare).to.include({ frame: 7, worker: 'worker 2' });
    expect(captureFailed(7, 'thrown', 'worker 2')).to.include({ frame: 7, worker: 'worker 2' });
    expect(located('thrown', { worker: 'worker 1' })).to.equal('thrown');
  });

  it('are told one by one where they differ', () => {
    const details = { worker: 'worker 2', exitCode: 3 };
    const failures = ['dark', 'blurred', 'dark'].map(
      (text) => new FilmgateError('FRAME_SIZE', text, details),
    );
    const error = gaveUp(7, failures);
    expect(error).to.include({ code: 'FRAME_SIZE', frame: 7, ...details });
    const { message, cause } = error;
    expect(message.split('\n')).to.deep.equal([
      'frame 7 failed 3 times, each time on a fresh worker: ',
      '- dark',
      '- blurred',
    ]);
    expect((cause as AggregateError).errors).to.deep.equal(failures);
  });
});
