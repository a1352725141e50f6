import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type CliEnd, parseLines, runCli } from '../support/cli';
import { useFolder } from '../support/folder';
import { decode } from '../support/video';

/** Ten frames of one colour. It loads a picture that is not there, and speaks from frame 4 on. */
const PAGE = `<!doctype html><body style="margin:0"><img src="gone.png" style="display:none"><script>
  window.filmgate = { width: 64, height: 48, duration: 1, seek(seconds) {
    const frame = Math.round(seconds * 10);
    document.body.style.background = 'rgb(' + frame * 25 + ', 0, 200)';
    if (frame >= 4) console.error('late');
    if (frame === 7) setTimeout(() => { throw new Error('\\u001b[31mboom'); });
  } };
</script>`;

const SCENE = 'module.exports = { width: 64, height: 48, fps: 10, frames: 10, paint() {} };';

describe('the command line with a page', () => {
  const path = useFolder();
  let page = '';
  let scene = '';
  let output = '';

  beforeEach(() => {
    page = path('page.html');
    scene = path('scene.js');
    output = path('out.mp4');
    writeFileSync(page, PAGE);
    writeFileSync(scene, SCENE);
  });

  const render = (...args: string[]): Promise<CliEnd> =>
    runCli(['render', page, '-o', output, '--fps', '10', ...args]);
  /** What a page said. On a busy machine, what a timer of frame 7 throws may come when frame 8 is being captured. */
  const pageLines = (stderr: string) =>
    stderr
      .split('\n')
      .filter((line) => line.startsWith('page: '))
      .map((line) => line.replace('at frame 8: Error: boom', 'at frame 7: Error: boom'));
  const isOther = (line: string) => !/^(?:page: | {4}at )/.test(line);
  const isClean = () => expect(readdirSync(path()).sort()).to.deep.equal(['page.html', 'scene.js']);

  it('renders it with every page option', async () => {
    const first = ['--image', 'jpeg', '--quality', '95', '--scale', '2', '--no-dedupe', '--sequential'];
    const more = ['--capture', 'screenshot', '--load-timeout', '50', '--frame-timeout', '20', '--seed', '7'];
    const { code, stderr } = await render(...first, ...more, '--workers', '2', '--pixel-format', 'yuv444p');
    expect(code, stderr).to.equal(0);
    const { width, height, frames } = await decode(output);
    expect({ width, height, frames: frames.length }).to.deep.equal({ width: 128, height: 96, frames: 10 });
    frames.forEach((frame, index) => {
      expect(frame[0]).to.be.closeTo(index * 25, 6);
    });
  });

  describe('that is a HyperFrames project', () => {
    const COMPOSITION = `<!doctype html>
      <html data-composition-variables='[{"id":"colour","type":"color","label":"Colour","default":"#000"},{"id":"n","type":"number","label":"N","default":1}]'>
      <head><style>body { margin: 0; background: var(--colour) }</style></head>
      <body><div data-composition-id="film" data-no-timeline data-fps="10" data-duration="0.3" data-width="64" data-height="48"></div></body></html>`;

    beforeEach(() => writeFileSync(path('index.html'), COMPOSITION));

    for (const [what, place] of [
      ['a folder', ''],
      ['a file', 'index.html'],
    ] as const) {
      it(`renders ${what}, with its own rate and with variables`, async () => {
        writeFileSync(path('values.txt'), '{ "colour": "#00ff00" }');
        const variables = ['--variables', `@${path('values.txt')}`];
        const { code, stderr } = await runCli(['render', path(place), '-o', output, ...variables]);
        expect(code, stderr).to.equal(0);
        const { width, height, frames } = await decode(output);
        expect({ width, height, frames: frames.length }).to.deep.equal({ width: 64, height: 48, frames: 3 });
        expect(frames[0]?.[1]).to.be.above(240);
      });
    }

    it('previews it', async () => {
      const { code, stderr } = await runCli(['preview', path(''), '-o', path('picture.png')]);
      expect(code, stderr).to.equal(0);
      expect(existsSync(path('picture.png'))).to.equal(true);
    });

    for (const [value, message] of [
      ['{bad', /--variables: invalid value "\{bad"; give JSON/],
      ['[1]', /--variables: invalid value "\[1\]"; give an object/],
      ['{"n":"one"}', /--variables: invalid value "one"; Variable "n" expected number, got string/],
    ] as const) {
      it(`refuses variables such as ${value}`, async () => {
        const { code, stderr } = await runCli(['render', path(''), '-o', output, '--variables', value]);
        expect({ code, stderr }).to.have.property('code', 2);
        expect(stderr).to.match(message);
      });
    }

    it('refuses variables for any other page, and for scenes', async () => {
      const other = await render('--variables', '{}');
      expect(other.code).to.equal(2);
      expect(other.stderr).to.include('is not a HyperFrames project');
      const { code, stderr } = await runCli(['render', scene, '-o', output, '--variables', '{}']);
      expect({ code, stderr }).to.have.property('code', 2);
    });
  });

  it('renders a URL', async () => {
    const server = createServer((_, response) => response.end(PAGE.replace(/<img.*?>/, ''))).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const { code, stderr } = await runCli([
        'render',
        url,
        '-o',
        output,
        '--frames',
        '0-1',
        '--workers',
        '1',
      ]);
      expect(code, stderr).to.equal(0);
      expect((await decode(output)).frames).to.have.length(2);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  describe('a message of the page', () => {
    it('is printed once with its frame, and at the end with its count', async () => {
      const { code, stderr } = await render('--workers', '1');
      expect(code, stderr).to.equal(0);
      const lines = stderr.trim().split('\n');
      expect(pageLines(stderr)).to.deep.equal([
        'page: failed request while loading: gone.png: 404',
        'page: console.error at frame 4: late',
        'page: error at frame 7: Error: boom',
        'page: console.error, 6 times, first at frame 4: late',
      ]);
      expect(lines.at(-1)).to.match(/^done .*10 frames/);
    });

    it('is written to NDJSON in the same way', async () => {
      const { code, stderr } = await render('--workers', '1', '--progress-format', 'ndjson');
      expect(code, stderr).to.equal(0);
      const said = parseLines(stderr).filter(({ type }) => type === 'pageMessage');
      for (const line of said) {
        expect(line).to.have.all.keys('v', 'type', 'kind', 'text', 'index', 'worker', 'count');
      }
      const short = said.map(({ kind, index, worker, count }) => ({
        ...{ kind, worker, count },
        index: kind === 'error' && index === 8 ? 7 : index, // As above.
      }));
      const worker = 'worker 1';
      expect(short).to.deep.equal([
        { kind: 'request', index: null, worker, count: 1 },
        { kind: 'console', index: 4, worker, count: 1 },
        { kind: 'exception', index: 7, worker, count: 1 },
        { kind: 'console', index: 4, worker, count: 6 },
      ]);
      expect(parseLines(stderr).at(-1)).to.include({ type: 'finished', frames: 10 });
    });

    it('is printed with --progress-format none, which hides only progress', async () => {
      const { code, stderr } = await render('--workers', '1', '--progress-format', 'none');
      expect(code, stderr).to.equal(0);
      expect(stderr.trim().split('\n').filter(isOther)).to.deep.equal([]);
      expect(pageLines(stderr)).to.deep.equal([
        'page: failed request while loading: gone.png: 404',
        'page: console.error at frame 4: late',
        'page: error at frame 7: Error: boom',
        'page: console.error, 6 times, first at frame 4: late',
      ]);
    });

    it('is not printed with --quiet, and fails the render with --strict', async () => {
      const quiet = await render('-q', '--workers', '1');
      expect(quiet).to.include({ code: 0, stderr: '' });
      const strict = await render('-y', '-q', '--strict', '--workers', '1');
      expect(strict.code).to.equal(1);
      expect(strict.stderr).to.match(/^filmgate: .*gone\.png: 404 \(PAGE_ERROR\)\n$/);
    });
  });

  describe('exits with 2 and leaves nothing behind for', () => {
    const wrong: [string, () => string[], RegExp][] = [
      ['a scene option', () => [page, '--params', '{}'], /--params: .*page\.html is a page.*leave it out/],
      ['another scene option', () => [page, '--setup-timeout', '3'], /--setup-timeout: /],
      ['a page option for a scene', () => [scene, '--browser', 'x'], /--browser: .*is a scene.*leave it out/],
      ['--no-dedupe for a scene', () => [scene, '--no-dedupe'], /--no-dedupe: /],
      ['--strict for a scene', () => [scene, '--strict'], /--strict: /],
      [
        'an unknown capture mode',
        () => [page, '--capture', 'film'],
        /--capture: invalid value "film"; use one of beginframe, screenshot/,
      ],
      [
        'an unknown image format',
        () => [page, '--image', 'webp'],
        /--image: invalid value "webp"; use one of png, jpeg/,
      ],
      [
        'a scale that is not a number',
        () => [page, '--scale', 'big'],
        /--scale: invalid value "big"; give a number/,
      ],
    ];
    for (const [what, args, message] of wrong) {
      it(what, async () => {
        const { code, stderr } = await runCli(['render', ...args(), '-o', output]);
        expect(code).to.equal(2);
        expect(stderr)
          .to.match(message)
          .and.match(/\(INVALID_OPTION\)\n$/);
        isClean();
      });
    }

    it('a page that does not exist', async () => {
      const { code, stderr } = await runCli(['render', path('nowhere.HTM'), '-o', output]);
      expect(code).to.equal(2);
      expect(stderr).to.match(/\(PAGE_NOT_FOUND\)\n$/);
    });
  });

  it('exits with 3 when the browser is another program or does not exist', async () => {
    const [none, absent] = await Promise.all([
      render('--browser', process.execPath),
      render('--browser', path('nowhere')),
    ]);
    expect([none.code, absent.code]).to.deep.equal([3, 3]);
    expect(none.stderr).to.match(/\(BROWSER_INVALID\)\n$/);
    isClean();
  });

  describe('preview', () => {
    it('makes a picture of a page, and prints one line', async () => {
      writeFileSync(page, PAGE.replace(/<img.*?>/, ''));
      const picture = path('frame.png');
      const { code, stdout, stderr } = await runCli([
        'preview',
        page,
        '--fps',
        '10',
        '--at',
        '0.3s',
        '-o',
        picture,
      ]);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.equal('');
      expect(stderr).to.match(/^done .*frame\.png {2}frame 3, at 0\.3 s, 64x48, .*\n$/);
      const { frames } = await decode(picture);
      expect([...(frames[0] as Buffer).subarray(0, 3)]).to.deep.equal([75, 0, 200]);
    });

    it('makes a contact sheet of a scene', async () => {
      const picture = path('sheet.png');
      const { code, stderr } = await runCli([
        'preview',
        scene,
        '--contact-sheet',
        '3x2',
        '--cell-width',
        '32',
        '-o',
        picture,
      ]);
      expect(code, stderr).to.equal(0);
      expect(stderr).to.match(/^done .*sheet\.png {2}6 frames, 128x72, /);
      const { width, height } = await decode(picture);
      expect({ width, height }).to.deep.equal({ width: 128, height: 72 });
    });

    it('prints what the page reports', async () => {
      const { code, stderr } = await runCli([
        'preview',
        page,
        '--fps',
        '10',
        '--at',
        '5f',
        '-o',
        path('frame.png'),
      ]);
      expect(code, stderr).to.equal(0);
      expect(stderr).to.match(/^page: failed request.*\npage: console\.error at frame 5: late\ndone /);
    });

    it('replaces a picture only with -y', async () => {
      const args = ['preview', scene, '-o', path('frame.png')];
      expect((await runCli(args)).code).to.equal(0);
      const again = await runCli(args);
      expect(again.code).to.equal(4);
      expect(again.stderr).to.match(/-y.*\(OUTPUT_EXISTS\)\n$/);
      expect(await runCli([...args, '-y', '-q'])).to.include({ code: 0, stderr: '' });
    });

    it('exits with 2 for what it cannot show, and leaves nothing behind', async () => {
      const ends = await Promise.all([
        runCli(['preview', scene, '-o', path('frame.mp4')]),
        runCli(['preview', scene, '-o', path('frame.png'), '--at', '3s']),
        runCli(['preview', scene, '-o', path('frame.png'), '--contact-sheet', 'big']),
        runCli(['preview', scene, '-o', path('frame.png'), '--scale', '2']),
        runCli(['preview', scene, '-o', path('frame.png'), '--max-tries', '0']),
        runCli(['preview', scene, '-o', path('frame.png'), '--frame-timeout', 'x']),
        runCli(['preview', scene, '-o', path('frame.png'), '--encoder-timeout', '0']),
        runCli(['preview', scene]),
      ]);
      expect(ends.map(({ code }) => code)).to.deep.equal(ends.map(() => 2));
      isClean();
      expect(existsSync(path('frame.png'))).to.equal(false);
    });
  });
});
