import { expect } from 'chai';
import { useTestPages } from '../../../support/testPage';

/** The message of what a promise rejects with. */
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: Error) => error.message,
  );

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

/** A file that the server holds back until it is let go. */
function heldBack(type: string, body: Buffer | string) {
  let release = () => {};
  const promise = new Promise<Buffer | string>((resolve) => {
    release = () => resolve(body);
  });
  return { file: { type, body: promise }, release };
}

describe('The workspace of a page', () => {
  const open = useTestPages();

  describe('whose contract is window.filmgate', () => {
    it('takes duration and size from it, once it is ready', async () => {
      const page = await open(`<script>
        window.filmgate = { duration: 1, seek() {}, width: 64, height: 48 };
        filmgate.ready = new Promise((resolve) => setTimeout(resolve, 20)).then(
          () => new Promise((resolve) => requestAnimationFrame(resolve))).then(() => { filmgate.duration = 2.5 });
      </script>`);
      expect(await page.describe()).to.deep.equal({
        ...{ contract: 'filmgate', duration: 2.5, width: 64, height: 48, hasMedia: false, unsupported: [] },
      });
      expect(await page.evaluate('performance.now()')).to.equal(0);
    });

    it('gives it the exact time of a frame', async () => {
      const page = await open(`<script>
        window.times = [];
        window.filmgate = { duration: 2, seek: (seconds) => { times.push(seconds) } };
      </script>`);
      await page.seek([0, 1, 3600], '30000, 1001');
      expect(await page.evaluate('times')).to.deep.equal([0, 1001 / 30000, (3600 * 1001) / 30000]);
    });

    it('waits for its seek, and lets it have animation frames and timers meanwhile', async () => {
      const page = await open(`<script>
        const frame = () => new Promise(requestAnimationFrame);
        setTimeout(() => { window.wasEarly = performance.now() < 5000 }, 5000);
        window.filmgate = { duration: 2, async seek(seconds) {
          await frame(); await frame();
          await new Promise((resolve) => setTimeout(resolve, 3000));
          document.title = 'at ' + seconds;
        } };
      </script>`);
      await page.seek([0, 15]);
      expect(await page.evaluate('document.title')).to.equal('at 1.5');
      expect(await page.evaluate('performance.now()')).to.equal(1500);
      expect(await page.evaluate('window.wasEarly')).to.equal(undefined);
    });

    it('rejects with what its seek throws, or rejects with', async () => {
      const page = await open(`<script>
        function breakDown() { throw new RangeError('no such scene') }
        window.filmgate = { duration: 2, seek: (seconds) => (seconds > 1 ? Promise.reject(new Error('late')) : breakDown()) };
      </script>`);
      const message = await failure(page.seek(0));
      expect(message).to.contain('RangeError: no such scene').and.to.contain('breakDown');
      expect(await failure(page.seek(15))).to.contain('Error: late');
    });

    it('says which seek it waits for', async () => {
      const page = await open(`<script>
        window.filmgate = { duration: 2, seek: () => new Promise((resolve) => { window.letGo = resolve }) };
      </script>`);
      expect(await page.waitingFor()).to.equal('');
      const seeking = page.seek(15);
      await page.evaluate(
        'new Promise(function look(done) { window.letGo ? done() : queueMicrotask(() => done()) })',
      );
      while (!(await page.evaluate('Boolean(window.letGo)')));
      expect(await page.waitingFor()).to.equal('seek(1.5) of window.filmgate');
      await page.evaluate('letGo()');
      await seeking;
      expect(await page.waitingFor()).to.equal('');
    });

    it('names what is wrong with it', async () => {
      const noSeek = await open('<script>window.filmgate = { duration: 2 }</script>');
      expect(await failure(noSeek.describe())).to.contain('window.filmgate.seek should be a function');
      const endless = await open('<script>window.filmgate = { duration: Infinity, seek() {} }</script>');
      expect(await failure(endless.describe())).to.contain('window.filmgate.duration should be a number');
    });

    it('comes before the others', async () => {
      const page = await open(`<div data-composition-id="a" data-duration="9"></div><script>
        window.filmgate = { duration: 1, seek() {} };
        window.__hf = { duration: 2, seek() {} };
      </script>`);
      expect(await page.describe()).to.include({ contract: 'filmgate', duration: 1 });
    });
  });

  describe('whose contract is window.__hf', () => {
    it('waits for its duration, and for what it builds', async () => {
      const page =
        await open(`<div data-composition-id="a" data-width="64" data-height="48" data-duration="9"></div><script>
        let built = 0;
        window.times = [];
        window.__hf = { get duration() { return built }, seek: (seconds) => { times.push(seconds) } };
        window.__hf.buildReady = { scene: new Promise((resolve) => setTimeout(resolve, 10)) };
        setTimeout(() => { built = 3 }, 40);
        window.__hfWaitForSeekCompletion = async () => { times.push('done') };
      </script>`);
      expect(await page.describe()).to.deep.equal({
        ...{
          contract: 'hyperframes-engine',
          duration: 3,
          width: 64,
          height: 48,
          hasMedia: false,
          unsupported: [],
        },
      });
      await page.seek(15);
      expect(await page.evaluate('times')).to.deep.equal(['done', 1.5, 'done']); // First what it has sought by itself.
    });

    it('fails with what its start failed with', async () => {
      const page = await open(`<script>
        window.__hf = { duration: 0, seek() {} };
        window.__hfStartupError = 'no such asset';
      </script>`);
      expect(await failure(page.describe())).to.contain('no such asset');
    });

    it('says what it waits for', async () => {
      const page = await open('<script>window.__hf = { duration: 0, seek() {} }</script>');
      const describing = page.describe();
      while ((await page.waitingFor()) === '');
      expect(await page.waitingFor()).to.equal('window.__hf.duration to be above 0');
      await page.evaluate('void (__hf.duration = 1)');
      expect(await describing).to.include({ duration: 1 });
    });
  });

  describe('without a contract', () => {
    it('has no length and no size, and names what is not in its picture', async () => {
      const page = await open('<iframe src="http://localhost:1/else"></iframe>');
      expect(await page.describe()).to.deep.equal({
        contract: 'page',
        hasMedia: false,
        unsupported: ['frame of another origin: http://localhost:1/else'],
      });
    });

    it('shows no frame before the images and fonts in it are there', async () => {
      const image = heldBack('image/png', PNG);
      const font = heldBack('font/woff2', 'no font');
      const files = { '/late.png': image.file, '/late.woff2': font.file };
      const page = await open(
        `<style>@font-face { font-family: 'Late One'; src: url(/late.woff2) }</style><p id="text">text</p><script>
          setTimeout(() => {
            text.style.fontFamily = 'Late One';
            document.body.attachShadow({ mode: 'closed' }).innerHTML = '<img src="/late.png"><slot></slot>';
          }, 1000);
        </script>`,
        { files },
      );
      await page.seek(0);
      let isThere = false;
      const seeking = page.seek(10).then(() => {
        isThere = true;
      });
      while (!(await page.waitingFor()).includes('images'));
      expect(await page.waitingFor()).to.equal('fonts: Late One; images: late.png');
      image.release();
      while ((await page.waitingFor()).includes('images'));
      expect(await page.waitingFor()).to.equal('fonts: Late One');
      expect(isThere).to.equal(false);
      font.release();
      await seeking;
      expect(await page.waitingFor()).to.equal('');
    });

    it('waits for the images of its frames', async () => {
      const image = heldBack('image/png', PNG);
      const page = await open(
        `<iframe srcdoc="<script>setTimeout(() => { document.body.innerHTML = '<img src=/late.png>' }, 1000)</script>"></iframe>`,
        { files: { '/late.png': image.file } },
      );
      const seeking = page.seek(10);
      while (!(await page.waitingFor()).includes('images: late.png'));
      image.release();
      await seeking;
      expect(await page.evaluate(`window[0].document.querySelector('img').naturalWidth`)).to.equal(1);
    });

    it('lets what has loaded go on from the frame that waited for it, in every worker', async () => {
      const html = `<style>@keyframes go { to { transform: translateX(400px) } } .go { animation: go 4s linear }</style>
        <body style="margin: 0"><script>
          setTimeout(() => {
            const image = document.body.appendChild(new Image());
            image.onload = () => image.classList.add('go');
            image.src = '/late.png';
          }, 1000);
        </script>`;
      const places: unknown[] = [];
      for (const frames of [[...Array(21).keys()], [20]]) {
        const page = await open(html, { files: { '/late.png': { type: 'image/png', body: PNG } } });
        await page.seek(frames);
        places.push(await page.evaluate(`document.querySelector('img').getBoundingClientRect().x`));
      }
      expect(places).to.deep.equal([100, 100]);
    });

    it('waits for no image that is broken, without a source, or lazy and out of sight', async () => {
      const far = heldBack('image/png', PNG);
      const near = { type: 'image/png', body: PNG };
      const page = await open(
        `<img src="/none.png"><img><img id="near" loading="lazy" src="/near.png">
        <div style="height: 30000px"></div><img loading="lazy" src="/far.png">`,
        { files: { '/far.png': far.file, '/near.png': near } },
      );
      await page.describe();
      await page.seek(0);
      expect(await page.evaluate('near.complete && near.naturalWidth')).to.equal(1);
      far.release();
    });
  });
});
