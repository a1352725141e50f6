import { getEventListeners } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { inline } from '../../src/capture/inline';
import { threads } from '../../src/capture/threads/threads';
import { chromium } from '../../src/chromium';
import { FilmgateError } from '../../src/errors';
import type { RenderEvent } from '../../src/frames/events';
import { type PreviewOptions, preview } from '../../src/preview/preview';
import { exitListeners } from '../support/exitListeners';
import { useFolder } from '../support/folder';
import { openThreads } from '../support/openThreads';
import { type RecordedFFmpeg, recordFFmpeg } from '../support/recordedFFmpeg';
import { rejection } from '../support/rejection';
import { indexedInline } from '../support/renderWorkspace';
import {
  decode,
  decodeIndices,
  encodeImage,
  meanColour,
  paintFlat,
  paintIndex,
  SMALL,
} from '../support/video';

const INDEXED = join(__dirname, '../fixtures/scenes/indexed.cjs');
const GAP = 8;

/** A page of one colour, redder with each of its ten frames. It says its frame when it is asked to. */
const PAGE = `<!doctype html><body style="margin:0"><script>
  window.filmgate = { width: 64, height: 48, duration: 1, seek(seconds) {
    const frame = Math.round(seconds * 10);
    document.body.style.background = 'rgb(' + frame * 25 + ', 0, 200)';
    if (frame === 5) console.error('half');
  } };
</script>`;

describe('preview', () => {
  const path = useFolder();
  let ffmpeg: RecordedFFmpeg;
  let listenersBefore = 0;

  beforeEach(async () => {
    ffmpeg = await recordFFmpeg(path('ffmpeg'));
    mkdirSync(path('out'));
    writeFileSync(path('page.html'), PAGE);
    listenersBefore = exitListeners();
  });

  const out = (name = '') => path(join('out', name));
  const look = (options: Partial<PreviewOptions>) =>
    preview({ source: indexedInline(40), output: out('look.png'), ffmpeg: ffmpeg.path, ...options });

  function expectQuiet(): void {
    expect(ffmpeg.alive(), 'FFmpeg processes').to.deep.equal([]);
    expect(openThreads(), 'threads').to.equal(0);
    expect(exitListeners(), 'listeners').to.equal(listenersBefore);
  }

  /** Where the cells of a sheet begin and what colour they have in the middle, in reading order. */
  async function cells(picture: string, columns: number, rows: number, cell = SMALL): Promise<number[][]> {
    const { width, height, frames } = await decode(picture);
    expect({ width, height }).to.deep.equal({
      width: columns * (cell.width + GAP) + GAP,
      height: rows * (cell.height + GAP) + GAP,
    });
    return Array.from({ length: columns * rows }, (_, place) => {
      const x = GAP + (place % columns) * (cell.width + GAP) + cell.width / 2;
      const y = GAP + Math.floor(place / columns) * (cell.height + GAP) + cell.height / 2;
      const at = (Math.round(y) * width + Math.round(x)) * 3;
      return [...(frames[0] as Buffer).subarray(at, at + 3)];
    });
  }

  /** Ten frames of one colour each, redder with each frame. */
  const reddening = (options: Partial<Parameters<typeof inline>[0]> = {}) =>
    inline({
      format: { pixels: 'rgb24', ...SMALL },
      fps: 10,
      frames: 10,
      capture: ({ index }) => paintFlat([index * 25, 0, 200]),
      ...options,
    });

  describe('of one frame', () => {
    it('is the frame, pixel for pixel, and tells what it is', async () => {
      const result = await look({ at: '0.5s' });
      expect(await decodeIndices(out('look.png'))).to.deep.equal([15]);
      expect(result).to.deep.include({ output: out('look.png'), frames: [15], time: 0.5, size: SMALL });
      expect(result.bytes).to.equal(readFileSync(out('look.png')).length);
      expect(readdirSync(out())).to.deep.equal(['look.png']);
      expectQuiet();
    });

    it('is the middle one, or the one that is named', async () => {
      expect((await look({})).frames).to.deep.equal([20]);
      expect((await look({ at: '7f', overwrite: true })).frames).to.deep.equal([7]);
      expect(await decodeIndices(out('look.png'))).to.deep.equal([7]);
    });

    it('comes from a scene on a thread, with the length that was asked for', async () => {
      const source = threads(INDEXED, { params: { frames: 30 } });
      expect((await look({ source, at: 29 / 30 })).frames).to.deep.equal([29]);
      expect(await decodeIndices(out('look.png'))).to.deep.equal([29]);
      expectQuiet();
    });

    for (const image of ['png', 'jpeg'] as const) {
      it(`is made of ${image} frames`, async () => {
        const capture = async ({ index }: { index: number }) => encodeImage(paintIndex(index), SMALL, image);
        const source = inline({ format: { image, ...SMALL }, fps: 30, frames: 40, capture });
        await look({ source, at: '33f' });
        expect(await decodeIndices(out('look.png'))).to.deep.equal([33]);
      });
    }

    for (const pixels of ['rgba', 'rgb24', 'yuv420p'] as const) {
      it(`is made of ${pixels} frames`, async () => {
        const capture = ({ index }: { index: number }) => paintIndex(index, SMALL, pixels);
        const source = inline({ format: { pixels, ...SMALL }, fps: 30, frames: 40, capture });
        await look({ source, at: '33f' });
        expect(await decodeIndices(out('look.png'))).to.deep.equal([33]);
      });
    }

    it('is a JPEG with the colours that it should have', async () => {
      const flat = paintFlat([200, 60, 20]);
      await look({ source: reddening({ capture: () => flat }), output: out('look.jpg') });
      expect(readFileSync(out('look.jpg')).subarray(0, 3)).to.deep.equal(Buffer.from([0xff, 0xd8, 0xff]));
      const { frames } = await decode(out('look.jpg'));
      const [red = 0, green = 0, blue = 0] = meanColour(frames[0] as Buffer, 3);
      expect(red).to.be.closeTo(200, 3);
      expect(green).to.be.closeTo(60, 3);
      expect(blue).to.be.closeTo(20, 3);
    });

    it('keeps the alpha channel when it is asked to', async () => {
      const source = reddening({
        format: { pixels: 'rgba', ...SMALL },
        capture: () => paintFlat([10, 20, 30, 40]),
      });
      await look({ source, alpha: true });
      const { frames } = await decode(out('look.png'), { pixels: 'rgba' });
      expect([...(frames[0] as Buffer).subarray(0, 4)]).to.deep.equal([10, 20, 30, 40]);
      await look({ source, overwrite: true });
      const opaque = await decode(out('look.png'), { pixels: 'rgba' });
      expect([...(opaque.frames[0] as Buffer).subarray(0, 4)]).to.deep.equal([10, 20, 30, 255]);
    });

    for (const alpha of [true, false]) {
      const source = () =>
        reddening({
          format: { pixels: 'rgba', ...SMALL },
          alpha,
          capture: () => paintFlat([10, 20, 30, 40]),
        });

      it(`takes a JPEG of a source that says alpha: ${alpha}, for nobody asked to keep it`, async () => {
        await look({ source: source(), output: out('look.jpg') });
        expect(readFileSync(out('look.jpg')).subarray(0, 3)).to.deep.equal(Buffer.from([0xff, 0xd8, 0xff]));
      });

      it(`keeps alpha only if it is asked to, of a source that says alpha: ${alpha}`, async () => {
        const pixel = async () => {
          const { frames } = await decode(out('look.png'), { pixels: 'rgba' });
          return [...(frames[0] as Buffer).subarray(0, 4)];
        };
        await look({ source: source() });
        expect(await pixel()).to.deep.equal([10, 20, 30, 255]);
        await look({ source: source(), alpha: true, overwrite: true });
        expect(await pixel()).to.deep.equal([10, 20, 30, 40]);
      });
    }

    it('goes to a name that FFmpeg would read as a pattern', async () => {
      await look({ output: out('100%05d.png'), at: '3f' });
      expect(readdirSync(out())).to.deep.equal(['100%05d.png']);
    });
  });

  describe('of many frames', () => {
    const expected = (indices: number[]) => indices.map((index) => [index * 25, 0, 200]);

    it('has them evenly spaced, in reading order', async () => {
      const result = await look({ source: reddening(), contactSheet: '3x2' });
      expect(result.frames).to.deep.equal([0, 2, 4, 5, 7, 9]);
      expect(await cells(out('look.png'), 3, 2)).to.deep.equal(expected([0, 2, 4, 5, 7, 9]));
      expectQuiet();
    });

    it('scales them down, keeps their shape, and never scales them up', async () => {
      await look({ source: reddening(), contactSheet: { columns: 2, rows: 1 }, cellWidth: 32 });
      expect(await cells(out('look.png'), 2, 1, { width: 32, height: 24 })).to.deep.equal(expected([2, 7]));
    });

    it('leaves places empty where there are not so many frames', async () => {
      const { frames } = await look({ source: reddening({ frames: 3 }), contactSheet: '2x2' });
      expect(frames).to.deep.equal([0, 1, 2]);
      const [first, second, third, empty] = await cells(out('look.png'), 2, 2);
      expect([first, second, third]).to.deep.equal(expected([0, 1, 2]));
      expect(empty).to.deep.equal([0x16, 0x16, 0x1c]);
    });

    it('comes from a scene on a thread, whose frames share one place', async () => {
      const sheet = { source: threads(INDEXED, { params: { frames: 50 } }), contactSheet: '5x1' };
      expect((await look(sheet)).frames).to.deep.equal([5, 15, 25, 35, 45]);
      const whole = readFileSync(out('look.png'));
      await look({ ...sheet, source: indexedInline(50), overwrite: true });
      expect(readFileSync(out('look.png')).equals(whole)).to.equal(true);
    });
  });

  describe('of a page', () => {
    it('shows its frames, and hears what it says, at the frames of the page', async () => {
      const said: RenderEvent[] = [];
      const source = chromium(path('page.html'));
      const onEvent = (event: RenderEvent) => void (event.type === 'pageMessage' && said.push(event));
      const { frames } = await look({ source, fps: 10, contactSheet: '2x2', onEvent });
      expect(frames).to.deep.equal([1, 3, 6, 8]);
      expect(await cells(out('look.png'), 2, 2)).to.deep.equal(
        [1, 3, 6, 8].map((index) => [index * 25, 0, 200]),
      );
      expect(said).to.deep.equal([]);

      await look({ source, fps: 10, at: '5f', overwrite: true, onEvent });
      expect(said).to.have.length(1);
      expect(said[0]).to.include({ kind: 'console', text: 'half', index: 5 });
      expectQuiet();
    });

    it('is one picture of the size that was asked for', async () => {
      const source = chromium(path('page.html'), { scale: 2, image: 'jpeg' });
      const { size } = await look({ source, size: '40x30', output: out('look.jpeg') });
      expect(size).to.deep.equal({ width: 80, height: 60 });
    });

    it('leaves nothing when the page fails', async () => {
      writeFileSync(
        path('page.html'),
        PAGE.replace('if (frame', 'if (frame > 2) throw new Error("stuck"); if (frame'),
      );
      await rejection(look({ source: chromium(path('page.html')), contactSheet: '2x2' }), 'CAPTURE_FAILED');
      expect(readdirSync(out())).to.deep.equal([]);
      expectQuiet();
    });
  });

  it('ends when FFmpeg stands still for longer than it may', async () => {
    const program = path('stopped');
    const script = `#!/bin/sh\n[ "$1" = -encoders ] || kill -STOP $$\nexec '${ffmpeg.path}' "$@"\n`;
    writeFileSync(program, script, { mode: 0o755 });
    await rejection(look({ ffmpeg: program, encoderTimeout: 0.4 }), 'ENCODER_STALLED');
    expect(readdirSync(out())).to.deep.equal([]);
    expectQuiet();
  });

  describe('refuses', () => {
    const wrong: [string, Partial<PreviewOptions>, RegExp][] = [
      ['a name that is no picture', { output: 'look.mp4' }, /output: .*\.png, \.jpg, \.jpeg/],
      ['a moment that is none', { at: 'noon' }, /at: invalid value "noon"/],
      ['a moment after the end', { at: '40f' }, /at: invalid value "40f"; .*0f to 39f/],
      ['a sheet that is none', { contactSheet: '4' }, /contactSheet: invalid value "4"; .*such as 4x3/],
      ['a sheet of nothing', { contactSheet: '0x3' }, /contactSheet\.columns: invalid value 0/],
      ['a moment and a sheet', { contactSheet: '2x2', at: 1 }, /give one of the two/],
      ['cells of nothing', { cellWidth: 0 }, /cellWidth: invalid value 0/],
      ['a length of nothing', { duration: 0 }, /duration: invalid value 0/],
      ['no tries', { maxTries: 0 }, /maxTries: invalid value 0/],
      ['no time for a frame', { frameTimeout: 0 }, /frameTimeout: invalid value 0/],
      ['no time for FFmpeg', { encoderTimeout: 0 }, /encoderTimeout: invalid value 0/],
      ['a JPEG with alpha', { output: 'look.jpg', alpha: true }, /alpha: invalid value true; .*use \.png/],
    ];
    for (const [what, options, message] of wrong) {
      it(`${what}, and leaves nothing`, async () => {
        const error = await rejection(look(options), 'INVALID_OPTION');
        expect(error.message).to.match(message);
        expect(readdirSync(out())).to.deep.equal([]);
        expectQuiet();
      });
    }

    it('to replace a picture unless it is asked to, and to make a folder', async () => {
      writeFileSync(out('look.png'), 'old');
      await rejection(look({}), 'OUTPUT_EXISTS');
      expect(readFileSync(out('look.png'), 'utf8')).to.equal('old');
      await rejection(look({ output: out('nowhere/look.png') }), 'OUTPUT_UNWRITABLE');
      await look({ overwrite: true, at: '9f' });
      expect(await decodeIndices(out('look.png'))).to.deep.equal([9]);
    });
  });

  describe('leaves nothing, and what was there,', () => {
    beforeEach(() => writeFileSync(out('look.png'), 'old'));
    afterEach(() => {
      expect(readdirSync(out())).to.deep.equal(['look.png']);
      expect(readFileSync(out('look.png'), 'utf8')).to.equal('old');
      expectQuiet();
    });

    it('when a frame cannot be captured', async () => {
      const source = threads(INDEXED, { params: { frames: 40, fail: 25 } });
      const error = await rejection(look({ source, at: '25f', overwrite: true }), 'CAPTURE_FAILED');
      expect(error.message).to.match(/frame 25/);
    });

    it('when FFmpeg dies', async () => {
      const capture = ({ index }: { index: number }) => {
        if (index > 5) ffmpeg.kill();
        return paintFlat([0, 0, 0]);
      };
      const dying = look({ source: reddening({ capture }), contactSheet: '2x2', overwrite: true });
      await rejection(dying, 'ENCODE_FAILED');
    });

    it('when it is cancelled', async () => {
      const control = new AbortController();
      const { signal } = control;
      const capture = ({ index }: { index: number }) => {
        if (index > 5) control.abort();
        return paintFlat([0, 0, 0]);
      };
      await rejection(
        look({ source: reddening({ capture }), contactSheet: '2x2', overwrite: true, signal }),
        'CANCELLED',
      );
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    });

    it('when it was cancelled before', async () => {
      await rejection(look({ overwrite: true, signal: AbortSignal.abort() }), 'CANCELLED');
    });

    it('when who listens throws', async () => {
      const onEvent = () => {
        throw new FilmgateError('INVALID_OPTION', 'no more');
      };
      await rejection(look({ overwrite: true, onEvent }), 'INVALID_OPTION');
    });
  });
});
