import { expect } from 'chai';
import { readClipTimes } from '../../../src/capture/hyperframes/inPage/clipTimes';
import { mediaPlacer } from '../../../src/capture/hyperframes/inPage/media';
import { useTestPages } from '../../support/testPage';

describe('where the media of a composition play', () => {
  const open = useTestPages();

  /** Says where each element is placed by its id, with its natural duration in `data-natural`. */
  async function placed(body: string, change = '') {
    const page = await open(
      `<div data-composition-id="main" data-start="0" data-duration="20">${body}</div>`,
    );
    return page.evaluate(`(() => {
      for (const element of document.querySelectorAll('[data-natural]'))
        Object.defineProperty(element, 'duration', { value: Number(element.dataset.natural), configurable: true });
      const calls = [];
      __filmgate.media = { place: (element, placement) => calls.push([element.id, placement ?? null]) };
      const place = (${mediaPlacer})((${readClipTimes})(), () => () => undefined);
      place(0);
      place(0);
      ${change && `{ ${change} } place(0);`}
      return calls;
    })()`);
  }

  const placement = (given: { from?: number; [name: string]: unknown }) => ({
    ...{ start: 0, end: 20, from: 0, rate: 1, loop: false, loopFrom: given.from ?? 0 },
    ...given,
  });

  it('is said once for each element: start, end, trim, rate and loop', async () => {
    const calls = await placed(`
      <video id="a" data-start="1" data-duration="4" data-media-start="2" data-playback-rate="2"></video>
      <video id="b" data-start="1" data-end="3" data-playback-start="0.5" loop></video>
      <audio id="c" data-start="2" data-duration="3" data-playback-rate="99"></audio>
      <video id="d" data-start="a + 0.5" data-duration="1"></video>
      <video id="e" data-start="d - 0.5" data-duration="1"></video>`);
    expect(calls).to.deep.equal([
      ['a', placement({ start: 1, end: 5, from: 2, rate: 2 })],
      ['b', placement({ start: 1, end: 3, from: 0.5, loop: true })],
      ['c', placement({ start: 2, end: 5, rate: 5 })],
      ['d', placement({ start: 5.5, end: 6.5 })],
      ['e', placement({ start: 6, end: 7 })],
    ]);
  });

  it('counts from the composition around it, and ends with it', async () => {
    const calls = await placed(`
      <div data-composition-id="x" data-start="3" data-duration="4">
        <div data-composition-id="y" data-start="1" data-duration="9"><video id="a" data-start="0.5" data-duration="8"></video></div>
      </div>`);
    expect(calls).to.deep.equal([['a', placement({ start: 4.5, end: 7 })]]);
  });

  it('is as long as the file where nothing is said; a video rests on its last picture, audio does not', async () => {
    const calls = await placed(`
      <video id="a" data-start="1" data-natural="6" data-media-start="2" data-playback-rate="2"></video>
      <video id="b" data-start="1" data-natural="6" data-duration="9"></video>
      <audio id="c" data-start="1" data-natural="6" data-duration="9"></audio>
      <video id="d" data-start="a" data-duration="1"></video>`);
    expect(calls).to.deep.equal([
      ['a', placement({ start: 1, end: 3, from: 2, rate: 2 })],
      ['b', placement({ start: 1, end: 10 })],
      ['c', placement({ start: 1, end: 7 })],
      ['d', placement({ start: 3, end: 4 })],
    ]);
  });

  it('is said again when it changes, and taken back when the element goes', async () => {
    const video = '<video id="a" data-start="1" data-duration="4"></video>';
    const changed = await placed(video, 'document.querySelector("video").dataset.start = 2');
    expect(changed[1]).to.deep.equal(['a', placement({ start: 2, end: 6 })]);
    const gone = await placed(video, 'document.querySelector("video").remove()');
    expect(gone[1]).to.deep.equal(['a', null]);
  });
});
