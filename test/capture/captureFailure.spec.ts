import { expect } from 'chai';
import { captureFailed, gaveUp, stalled } from '../../src/capture/captureFailure';
import { FilmgateError } from '../../src/errors';

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
      const { code, message } = stalled(7, 'worker 2', limit);
      expect(code).to.equal('FRAME_STALLED');
      expect(message).to.include('frame 7').and.include(`within ${told}:`).and.include('worker 2');
    });
  }

  it('are told one by one where they differ', () => {
    const failures = ['dark', 'blurred', 'dark'].map((text) => new FilmgateError('FRAME_SIZE', text));
    const { message, cause } = gaveUp(7, failures);
    expect(message.split('\n')).to.deep.equal([
      'frame 7 failed 3 times, each time on a fresh worker: ',
      '- dark',
      '- blurred',
    ]);
    expect((cause as AggregateError).errors).to.deep.equal(failures);
  });
});
