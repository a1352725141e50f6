import { expect } from 'chai';
import { H264, makeNumbered, type NumberedVideo, PRORES, VP9_ALPHA } from '../../../support/numberedVideo';
import { useOwnCache } from '../../../support/ownCache';
import { type MODES, usePageWorkspace } from '../../../support/pageWorkspace';
import { decode, frameMd5, readIndex, SMALL } from '../../../support/video';

/** What a row of the page does with its videos: attributes and script, and where that puts them in their media. */
const ROWS = [
  { name: 'played from its start', attributes: 'autoplay', script: '', position: (time: number) => time },
  {
    name: 'trimmed',
    attributes: 'autoplay',
    script: 'v.currentTime = 0.37',
    position: (time: number) => 0.37 + time,
  },
  {
    name: 'started by a timer, at twice the rate',
    attributes: '',
    script: 'setTimeout(() => { v.playbackRate = 2; v.play(); }, 210)',
    position: (time: number) => Math.max(0, time - 0.21) * 2,
  },
  {
    name: 'slowed and looped',
    attributes: 'autoplay loop',
    script: 'v.playbackRate = 0.75; v.currentTime = 1.2',
    position: (time: number, duration: number) => (1.2 + time * 0.75) % duration,
  },
  {
    name: 'paused, and set to a time by a script',
    attributes: '',
    script: 'setInterval(() => { v.currentTime = performance.now() / 2000; }, 100)',
    position: (time: number) => Math.floor(time * 10 + 1e-6) / 20,
  },
] as const;

describe('videos in pages', function () {
  this.timeout(180_000); // Thirty-five videos in each frame.
  const workspace = usePageWorkspace();
  const videos: NumberedVideo[] = [];
  useOwnCache();

  before(async () => {
    const file = (name: string) => workspace.path(`pages/${name}`);
    videos.push(
      await makeNumbered(file('25.mp4'), { rate: '25', frames: 40, encode: H264 }),
      await makeNumbered(file('2997.mp4'), { rate: '30000/1001', frames: 48, encode: H264 }),
      await makeNumbered(file('30.mkv'), { rate: '30', frames: 48, encode: H264 }),
      await makeNumbered(file('60.mp4'), { rate: '60', frames: 96, encode: H264 }),
      await makeNumbered(file('variable.mp4'), { rate: '30', frames: 40, holdEvery: 5, encode: H264 }),
      await makeNumbered(file('alpha.webm'), { rate: '25', frames: 40, encode: VP9_ALPHA }),
      await makeNumbered(file('prores.mov'), { rate: '24', frames: 40, encode: PRORES }),
    );
    const element = ({ file }: NumberedVideo, row: number) =>
      `<video src="${file.split('/').pop()}" muted ${ROWS[row]?.attributes} data-row="${row}"></video>`;
    const grid = `grid-template-columns: repeat(${videos.length}, ${SMALL.width}px)`;
    workspace.write(
      'videos.html',
      `<style>body { margin: 0; display: grid; ${grid} } video { display: block; width: 64px; height: 48px }</style>
      ${ROWS.map((_, row) => videos.map((video) => element(video, row)).join('')).join('')}
      <script>
        const scripts = [${ROWS.map(({ script }) => `(v) => { ${script} }`).join(', ')}];
        for (const v of document.querySelectorAll('video')) scripts[v.dataset.row](v);
      </script>`,
    );
  });

  const size = () => ({ width: SMALL.width * videos.length, height: SMALL.height * ROWS.length });
  const render = (fps: number, workers: number, capture: (typeof MODES)[number]) =>
    workspace.render('videos.html', { capture, strict: true }, { size: size(), fps, workers, duration: 0.8 });

  /** The number that each video showed at each frame, `[row][column]`. */
  async function numbers(path: string): Promise<number[][][]> {
    const { frames, width } = await decode(path, { pixels: 'gray' });
    const at = (frame: Buffer, row: number, column: number) => {
      const lines = Array.from({ length: SMALL.height }, (_, line) => {
        const start = (row * SMALL.height + line) * width + column * SMALL.width;
        return frame.subarray(start, start + SMALL.width);
      });
      return readIndex(Buffer.concat(lines), SMALL);
    };
    return frames.map((frame) => ROWS.map((_, row) => videos.map((_, column) => at(frame, row, column))));
  }

  function expected(fps: number, frame: number): number[][] {
    return ROWS.map(({ position }) =>
      videos.map(({ times }) => {
        const last = (times.at(-1) as number) + (times[1] as number);
        const time = position(frame / fps, last);
        return times.findLastIndex((begin) => begin <= time + 1e-6);
      }),
    );
  }

  for (const fps of [24, 30, 60]) {
    it(`show the last frame that has begun, in a film of ${fps} frames a second`, async () => {
      const { path } = await render(fps, 2, 'beginframe');
      const shown = await numbers(path);
      expect(shown).to.have.length(Math.round(0.8 * fps));
      for (const [frame, found] of shown.entries()) {
        expect(found, `frame ${frame}; rows: ${ROWS.map(({ name }) => name).join(', ')}`).to.deep.equal(
          expected(fps, frame),
        );
      }
    });
  }

  describe('of a film of 30 frames a second', () => {
    let sums: readonly string[];
    before(async () => {
      ({ sums } = await frameMd5((await render(30, 1, 'beginframe')).path));
    });

    for (const [workers, capture] of [
      [2, 'beginframe'],
      [4, 'beginframe'],
      [2, 'screenshot'],
    ] as const) {
      it(`are the same pixels with ${workers} workers by ${capture} as with one`, async () => {
        const { path } = await render(30, workers, capture);
        expect((await frameMd5(path)).sums).to.deep.equal(sums);
      });
    }
  });
});
