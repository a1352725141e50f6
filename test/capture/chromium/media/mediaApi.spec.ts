import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { H264, makeNumbered } from '../../../support/numberedVideo';
import { useOwnCache } from '../../../support/ownCache';
import { type TestPage, useTestPages } from '../../../support/testPage';

/** Reads the number of a frame from anything that a canvas draws, and from a WebGL texture. */
const READ = `
<style>body { margin: 0 } video { width: 64px; height: 48px }</style>
<script>
  const numberOf = (pixels, flipped) => {
    let number = 0;
    for (let bit = 0; bit < 16; bit += 1) {
      const y = Math.floor(bit / 4) * 12 + 6;
      const at = ((flipped ? 47 - y : y) * 64 + (bit % 4) * 16 + 8) * 4;
      if (pixels[at + 3] === 0) return 'nothing';
      if (pixels[at] > 127) number += 2 ** bit;
    }
    return number;
  };
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const drawn = (source) => {
    context.clearRect(0, 0, 64, 48);
    context.drawImage(source, 0, 0);
    return numberOf(context.getImageData(0, 0, 64, 48).data);
  };
  const gl = document.createElement('canvas').getContext('webgl2');
  const texture = (source) => {
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, source);
    const target = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, gl.getParameter(gl.TEXTURE_BINDING_2D), 0);
    const pixels = new Uint8Array(64 * 48 * 4);
    gl.readPixels(0, 0, 64, 48, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    return numberOf(pixels);
  };
  const log = [];
  const listen = (v, ...types) => { for (const type of types) v.addEventListener(type, () => log.push(type)) };
  const frames = (draw) => { (function loop() { draw(); requestAnimationFrame(loop) })() };
</script>`;

/** The frames of a video of 25 a second at frames of a film of 10 a second: two and a half for each. */
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => Math.floor((from + index) * 2.5));

const upTo = (last: number) => Array.from({ length: last + 1 }, (_, index) => index);

describe("what a page's scripts see of media", function () {
  this.timeout(60_000);
  let folder = '';
  useOwnCache();
  const open = useTestPages(() => folder);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'filmgate-'));
    const video = { rate: '25', encode: H264 };
    await makeNumbered(join(folder, '30.mp4'), { ...video, frames: 30 });
    await makeNumbered(join(folder, '10.mp4'), { ...video, frames: 10, first: 100 });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const openAt = async (html: string): Promise<TestPage> => {
    const page = await open(READ + html);
    await page.describe();
    return page;
  };

  it('draws the frame of the moment on canvases, into textures and into bitmaps, shown or not', async () => {
    const page = await openAt(`
      <video id="shown" src="30.mp4" muted autoplay></video>
      <video id="hidden" src="30.mp4" muted autoplay style="display: none"></video>
      <script>
        const loose = Object.assign(document.createElement('video'), { src: '30.mp4', muted: true });
        loose.play();
        const seen = { shown: [], hidden: [], loose: [], texture: [], offscreen: [], bitmap: [], frame: [] };
        frames(() => {
          if (shown.readyState + loose.readyState + hidden.readyState < 12) return;
          seen.shown.push(drawn(shown));
          seen.hidden.push(drawn(hidden));
          seen.loose.push(drawn(loose));
          seen.texture.push(texture(shown));
          const other = new OffscreenCanvas(64, 48).getContext('2d');
          other.drawImage(shown, 0, 0, 64, 48);
          seen.offscreen.push(numberOf(other.getImageData(0, 0, 64, 48).data));
          createImageBitmap(shown, 0, 0, 64, 48).then((bitmap) => seen.bitmap.push(drawn(bitmap)));
          const frame = new VideoFrame(shown);
          seen.frame.push(drawn(frame));
          frame.close();
        });
      </script>`);
    await page.evaluate('Object.values(seen).forEach((list) => { list.length = 0 })');
    await page.seek(upTo(7));
    const seen = await page.evaluate('new Promise((done) => setTimeout(() => done(seen)))');
    for (const [way, found] of Object.entries(seen)) {
      // Callbacks may have run before the first frame as well, while the page loaded.
      expect((found as number[]).slice(-8), way).to.deep.equal(numbers(0, 8));
    }
  });

  it('tells of playing in the order of a browser, up to the end', async () => {
    const page = await openAt(`<video id="v" src="10.mp4" muted></video><script>
      listen(v, 'play', 'playing', 'pause', 'ended', 'seeking', 'seeked', 'waiting');
      v.addEventListener('timeupdate', () => log.at(-1) !== 'timeupdate' && log.push('timeupdate'));
      const state = () => ({ time: +v.currentTime.toFixed(6), paused: v.paused, ended: v.ended });
      const states = [];
      setTimeout(() => {
        states.push(state());
        v.play().then(() => log.push('promise'));
        states.push(state());
      }, 200);
      setTimeout(() => v.play().then(() => log.push('promise again')), 250);
    </script>`);
    expect(await page.evaluate('[v.duration, v.videoWidth, v.videoHeight, v.readyState]')).to.deep.equal([
      ...[0.4, 64, 48, 4],
    ]);
    await page.seek(upTo(4));
    expect(await page.evaluate('states')).to.deep.equal([
      { time: 0, paused: true, ended: false },
      { time: 0, paused: false, ended: false },
    ]);
    expect(await page.evaluate('state()')).to.deep.equal({ time: 0.2, paused: false, ended: false });
    await page.seek([5, 6, 7, 8]);
    expect(await page.evaluate('state()')).to.deep.equal({ time: 0.4, paused: true, ended: true });
    expect(await page.evaluate('log')).to.deep.equal([
      ...['play', 'playing', 'promise', 'promise again', 'timeupdate', 'pause', 'ended'],
    ]);
  });

  it('tells of seeks and pauses in the order of a browser, and shows where a script went', async () => {
    const page = await openAt(`<video id="v" src="30.mp4" muted autoplay></video><script>
      listen(v, 'play', 'playing', 'pause', 'ended', 'seeking', 'seeked');
      const seeks = [];
      v.addEventListener('seeking', () => seeks.push(v.seeking));
      v.addEventListener('timeupdate', () => v.currentTime === 0.6 && log.push('timeupdate'));
      v.addEventListener('seeked', () => seeks.push(v.seeking, v.currentTime, drawn(v)));
      setTimeout(() => { v.pause(); log.length = 0; v.currentTime = 0.6; seeks.push(v.seeking) }, 300);
    </script>`);
    await page.seek(upTo(5));
    expect(await page.evaluate('log')).to.deep.equal([
      'timeupdate',
      'pause',
      'seeking',
      'timeupdate',
      'seeked',
    ]);
    expect(await page.evaluate('seeks')).to.deep.equal([true, true, false, 0.6, 15]);
  });

  it('rejects what play() promised when the media cannot be played, or are paused before', async () => {
    const page =
      await openAt(`<video id="v" src="missing.mp4"></video><video id="w" src="30.mp4"></video><script>
      listen(v, 'error', 'playing');
      const names = [];
      v.play().catch(({ name }) => names.push(name));
      setTimeout(() => { w.play().catch(({ name }) => names.push(name)); w.pause() }, 50);
    </script>`);
    await page.seek([0, 1]);
    expect(await page.evaluate('[...names, ...log, v.error.code, w.paused]')).to.deep.equal([
      ...['NotSupportedError', 'AbortError', 'error', 4, true],
    ]);
  });

  it('calls back for each frame of a video, and says which it is', async () => {
    const page = await openAt(`<video id="v" src="30.mp4" muted autoplay></video><script>
      const calls = [];
      v.requestVideoFrameCallback(function each(now, { mediaTime, width, height }) {
        calls.push([Math.round(now), +mediaTime.toFixed(6), width, height, drawn(v)]);
        v.requestVideoFrameCallback(each);
      });
      const cancelled = v.requestVideoFrameCallback(() => calls.push('cancelled'));
      v.cancelVideoFrameCallback(cancelled);
    </script>`);
    await page.seek(upTo(3));
    const calls = await page.evaluate('calls');
    expect(calls.slice(-3)).to.deep.equal([
      [100, 0.08, 64, 48, 2],
      [200, 0.2, 64, 48, 5],
      [300, 0.28, 64, 48, 7],
    ]);
  });

  it('shows a poster until it first plays, and what the page wrote there to its scripts', async () => {
    const page = await openAt(`<video id="v" src="30.mp4" muted poster="${RED}"></video><script>
      setTimeout(() => v.play(), 150);
      setTimeout(() => { v.src = '10.mp4' }, 350);
    </script>`);
    await page.seek([0, 1]);
    const before = await page.picture();
    expect(await page.evaluate('v.poster')).to.equal(RED);
    await page.seek([2, 3]);
    expect(await page.picture()).not.to.equal(before);
    expect(await page.evaluate('[v.poster, drawn(v)]')).to.deep.equal([RED, 3]);
    await page.seek([4]);
    expect(await page.picture()).to.equal(before);
  });

  it('plays what is added, another source that is set, and no more what is removed', async () => {
    const page =
      await openAt(`<video id="v" src="30.mp4" muted></video><video id="w" src="30.mp4" muted></video><script>
      let added;
      setTimeout(() => {
        added = Object.assign(document.createElement('video'), { src: '30.mp4', muted: true, autoplay: true });
        document.body.append(added);
        v.src = '10.mp4';
        w.play();
      }, 200);
      setTimeout(() => { added.remove(); w.src = '10.mp4' }, 400);
    </script>`);
    await page.seek([0, 1]);
    expect(await page.evaluate('drawn(v)')).to.equal(0);
    await page.seek([2, 3]);
    expect(await page.evaluate('[drawn(v), v.duration, drawn(added), drawn(w)]')).to.deep.equal([
      100, 0.4, 2, 2,
    ]);
    await page.seek([4, 5]);
    expect(await page.evaluate('[added.paused, added.currentTime, w.paused, drawn(w)]')).to.deep.equal([
      ...[true, 0.2, true, 100],
    ]);
    expect(page.errors).to.deep.equal([]);
  });
});

const RED = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><rect width="64" height="48" fill="red"/></svg>')}`;
