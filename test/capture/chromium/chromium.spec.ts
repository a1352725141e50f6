import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import type { RenderEvent } from '../../../src/frames/events';
import { barWidths, MODES, usePageWorkspace } from '../../support/pageWorkspace';
import { rejection } from '../../support/rejection';
import { decode, frameMd5, meanColour, probe } from '../../support/video';

type PageMessage = Extract<RenderEvent, { type: 'pageMessage' }>;

describe('chromium', () => {
  const workspace = usePageWorkspace();
  const sums = async (path: string) => (await frameMd5(path)).sums;
  const messages = (events: readonly RenderEvent[]) =>
    events
      .filter((event): event is PageMessage => event.type === 'pageMessage')
      .map(({ kind, text, index, count }) => ({ kind, text: text.split('\n')[0], index, count }));

  describe('what it shows', () => {
    it('takes size and length from the page', async () => {
      const page = workspace.write(
        'sized.html',
        '<style>body { margin: 0; background: #fff }</style><script>filmgate = { width: 96, height: 54, duration: 0.5, seek() {} }</script>',
      );
      const { size: _, duration: __, ...options } = workspace.options(page);
      const { path } = await workspace.renderAs(options);
      expect(await probe(path)).to.include({ width: 96, height: 54 });
      expect((await decode(path)).frames).to.have.length(5);
    });

    it('is as large as it is asked to be, times the scale', async () => {
      const { path } = await workspace.render('css-keyframes.html', { scale: 2 });
      expect(await probe(path)).to.include({ width: 128, height: 96 });
      expect((await barWidths(path)).above).to.deep.equal([0, 12, 24, 36, 48, 60, 72, 84, 96, 108]);
    });

    it('renders a part as it is in the whole', async () => {
      const whole = await barWidths((await workspace.render('canvas.html')).path);
      const part = await barWidths((await workspace.render('canvas.html', {}, { frames: '4-7' })).path);
      expect(part.above).to.deep.equal(whole.above.slice(4, 8));
      expect(part.below).to.deep.equal(whole.below.slice(4, 8));
    });

    for (const capture of MODES) {
      it(`is transparent where the page is, by ${capture}`, async () => {
        const page = workspace.write(
          'alpha.html',
          '<style>body { margin: 0 } p { margin: 0; height: 48px; width: 32px; background: #f00 }</style><p></p>',
        );
        mkdirSync(workspace.path(capture));
        const outputs = [
          ['alpha.webm', ['-c:v', 'libvpx-vp9']],
          [`../${capture}/%d.png`, []],
        ] as const;
        for (const [output, input] of outputs) {
          const {
            preset: _,
            crf: __,
            ...options
          } = workspace.options(page, { capture }, { output, frames: '0-1' });
          const { path } = await workspace.renderAs(options);
          const { frames } = await decode(path, { pixels: 'rgba', input });
          const [left, right] = [8, 56].map((x) => [
            ...(frames[0] as Buffer).subarray((24 * 64 + x) * 4).subarray(0, 4),
          ]);
          expect(left?.[0]).to.be.above(240);
          expect(left?.[3]).to.be.above(250);
          expect(right?.[3], output).to.be.below(5);
        }
        const { path } = await workspace.render(page, { capture }, { frames: '0-1' });
        const { frames } = await decode(path);
        expect([...(frames[0] as Buffer).subarray((24 * 64 + 56) * 3).subarray(0, 3)]).to.deep.equal([
          255, 255, 255,
        ]);
      });
    }

    it('shows the same frames with and without dedupe, where it stands still and moves again', async () => {
      const page = workspace.write(
        'still.html',
        `<style>body { margin: 0; background: #000 } #bar { height: 48px; background: #fff }</style><div id="bar"></div>
        <script>filmgate = { duration: 2, seek(time) { bar.style.width = [0, 6, 12, 30][Math.floor(time * 2)] + 'px' } }</script>`,
      );
      const more = { duration: 2, workers: 2 };
      const containers: unknown[] = [];
      const ffmpegArgs = (args: string[]) => {
        containers.push(args[args.indexOf('-f') + 1]);
        return args;
      };
      const deduped = await workspace.render(page, {}, { ...more, ffmpegArgs });
      const plain = await workspace.render(page, { dedupe: false }, { ...more, ffmpegArgs });
      expect(containers, 'how pictures go into FFmpeg').to.deep.equal(['avi', 'image2pipe']);
      expect((await barWidths(deduped.path)).above).to.deep.equal(
        [0, 6, 12, 30].flatMap((x) => new Array(5).fill(x)),
      );
      expect(await sums(deduped.path)).to.deep.equal(await sums(plain.path));
    });

    it('takes JPEG pictures, which are as good as their quality', async () => {
      const { path } = await workspace.render('css-keyframes.html', { image: 'jpeg', quality: 95 });
      const png = await decode((await workspace.render('css-keyframes.html')).path);
      (await decode(path)).frames.forEach((frame, index) => {
        const [mean = 0] = meanColour(frame, 3);
        expect(mean).to.be.closeTo(meanColour(png.frames[index] as Buffer, 3)[0] as number, 3);
      });
    });
  });

  describe('what the page says', () => {
    const noisy = () =>
      workspace.write(
        'noisy.html',
        `<img src="none.png"><script>
          console.error('at', 'load');
          setTimeout(() => { throw new RangeError('late') }, 300);
          for (const time of [150, 250]) setTimeout(() => console.error('twice'), time);
        </script>`,
      );

    it('is told once each time, with its frame and a count', async () => {
      const said = messages((await workspace.render(noisy())).events);
      expect(said.find(({ kind }) => kind === 'request')).to.include({ index: undefined, count: 1 });
      expect(said.find(({ kind }) => kind === 'request')?.text).to.match(/none\.png: 404$/);
      expect(said.filter(({ kind }) => kind !== 'request')).to.deep.equal([
        { kind: 'console', text: 'at load', index: undefined, count: 1 },
        { kind: 'console', text: 'twice', index: 2, count: 1 },
        { kind: 'console', text: 'twice', index: 3, count: 2 },
        { kind: 'exception', text: 'RangeError: late', index: 3, count: 1 },
      ]);
    });

    it('fails the frame that it is said at, if the render is strict', async () => {
      const page = workspace.write(
        'late.html',
        "<script>setTimeout(() => { throw new RangeError('late') }, 300)</script>",
      );
      const error = await rejection(workspace.render(page, { strict: true }), 'PAGE_ERROR');
      expect(error.message).to.include('frame 3').and.include('RangeError: late');
      expect((await rejection(workspace.render(noisy(), { strict: true }), 'PAGE_ERROR')).message).to.match(
        /loaded/,
      );
    });

    for (const capture of MODES) {
      it(`does not stop it: dialogs, by ${capture}`, async () => {
        const page = workspace.write(
          'dialogs.html',
          `<style>body { background: #000 }</style><script>alert('load'); setTimeout(() => { confirm('?'); prompt('?') }, 200)</script>`,
        );
        await workspace.render(page, { capture, loadTimeout: 10 }, { frameTimeout: 10 });
      });
    }
  });
});
