import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type CliEnd, childrenOf, parseLines, runCli, startCli } from '../support/cli';
import { stop } from '../support/encoderProcess';
import { useFolder } from '../support/folder';
import { decode } from '../support/video';

const SCENE = `const { existsSync, writeFileSync } = require('node:fs');
const { setTimeout } = require('node:timers/promises');
module.exports = {
  width: 64, height: 48, fps: 30, frames: 8, alpha: false,
  async paint(pixels, { params, index }) {
    if (params.throwAt === index && !(params.mark && existsSync(params.mark))) {
      if (params.mark) writeFileSync(params.mark, '');
      throw new Error('no paint left');
    }
    pixels.fill(params.grey ?? 200);
    while (params.hangAt === index && !existsSync(__dirname + '/go')) await setTimeout(10);
  },
};`;

describe('the command line', () => {
  const path = useFolder();
  let scene = '';
  let output = '';

  beforeEach(() => {
    scene = path('scene.js');
    output = path('video.mp4');
    writeFileSync(scene, SCENE);
  });

  const render = (...args: string[]): Promise<CliEnd> => runCli(['render', scene, '-o', output, ...args]);
  const isClean = () => expect(readdirSync(path())).to.deep.equal(['scene.js']);

  it('renders, prints one line on standard error, and exits with 0', async () => {
    const { code, stdout, stderr } = await render('--workers', '2', '--window', '3');
    expect(code).to.equal(0);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/^done .*video\.mp4 {2}8 frames, .* peak [1-3] of 3\n$/);
    expect((await decode(output)).frames).to.have.length(8);
    expect(readdirSync(path()).sort()).to.deep.equal(['scene.js', 'video.mp4']);
  });

  it('passes every option on to the render', async () => {
    const chosen = ['--frames', '2-4', '--size', '80x60', '--fps', '25', '--codec', 'h264', '--crf', '30'];
    const more = ['--preset', 'ultrafast', '--pixel-format', 'yuv444p', '--threads', '1', '--no-faststart'];
    const last = [
      '--memory',
      '1MB',
      '--workers',
      'auto',
      '--duration',
      '1',
      '--no-alpha',
      '--setup-timeout',
      '30',
    ];
    const { code, stderr } = await render(...chosen, ...more, ...last);
    expect(code, stderr).to.equal(0);
    const { width, height, frames } = await decode(output);
    expect({ width, height, frames: frames.length }).to.deep.equal({ width: 80, height: 60, frames: 3 });
    const bytes = readFileSync(output);
    expect(bytes.indexOf('moov'), 'the index is at the end').to.be.above(bytes.indexOf('mdat'));
  });

  describe('exits with 2 on a usage error and leaves nothing behind:', () => {
    const wrong: [string, string[], RegExp][] = [
      ['an unknown option', ['--fsp', '30'], /unknown option '--fsp'.*--fps/s],
      ['a decimal rate', ['--fps', '29.97'], /use 30000\/1001/],
      ['a number that is a word', ['--crf', 'low'], /--crf: invalid value "low"; give a number/],
      ['an empty number', ['--window', ''], /--window: invalid value ""/],
      ['a window of 0', ['--window', '0'], /--window: invalid value 0/],
      ['0 workers', ['--workers', '0'], /--workers: invalid value 0/],
      ['an unknown codec', ['--codec', 'mpeg2'], /use one of h264/],
      [
        'an unknown format',
        ['--progress-format', 'xml'],
        /--progress-format: invalid value "xml"; use one of tty, ndjson, none/,
      ],
      ['crf with bitrate', ['--crf', '20', '--bitrate', '8M'], /give one of the two/],
      ['a range outside the scene', ['--frames', '4-8'], /stay within 0-7/],
      ['a reversed range', ['--frames', '4-2'], /use 2-4/],
      ['parameters that are not JSON', ['--params', '{title}'], /--params: .*give JSON/],
      ['a parameter file that does not exist', ['--params', '@nowhere.json'], /ENOENT/],
      [
        'a descriptor that is not open',
        ['--progress-fd', '42'],
        /--progress-fd: invalid value 42; it is not open for writing/,
      ],
      [
        "a descriptor that is Node's own",
        ['--progress-fd', '3'],
        /--progress-fd: invalid value 3; it is not open for writing/,
      ],
      ['too many arguments', ['another.js'], /too many arguments/],
      ['a segment length of 0', ['--segment', '0'], /--segment: invalid value "0"; .*10s or 300f, or 'off'/],
      ['a segment length of half a frame', ['--segment', '1.5f'], /segment: invalid value "1\.5f"/],
      ['a negative segment length', ['--segment=-3s'], /segment: invalid value "-3s"/],
      ['0 lanes', ['--lanes', '0'], /lanes: invalid value 0; give a whole number from 1/],
      ['lanes that are not a number', ['--lanes', 'auto'], /--lanes: invalid value "auto"; give a number/],
      ['workers that are not a number', ['--workers', 'x'], /--workers: .*give a number, or 'auto'/],
      ['0 tries', ['--max-tries', '0'], /--max-tries: invalid value 0; give a whole number/],
      ['tries that are not a number', ['--max-tries', 'x'], /--max-tries: invalid value "x"/],
      ['a frame timeout of 0', ['--frame-timeout', '0'], /--frame-timeout: invalid value 0/],
      ['an encoder timeout of 0', ['--encoder-timeout', '0'], /--encoder-timeout: invalid value 0/],
      [
        'an encoder timeout with a unit',
        ['--encoder-timeout', '1m'],
        /--encoder-timeout: invalid value "1m"/,
      ],
      [
        'audio that is too loud',
        ['--audio', 'a.mp3,volume=200'],
        /audio\.volume: invalid value 200; .*0 to 100/,
      ],
      ['resume together with restart', ['--resume', '--restart'], /--resume: .*restart is given as well/],
    ];
    for (const [what, args, message] of wrong) {
      it(`with ${what}`, async () => {
        const { code, stderr } = await render(...args);
        expect(code).to.equal(2);
        expect(stderr)
          .to.match(/^filmgate: /)
          .and.match(message)
          .and.match(/\(INVALID_OPTION\)\n$/);
        isClean();
      });
    }

    const others: [string, string[], RegExp][] = [
      ['nothing to resume', ['--resume'], /found no unfinished render of .*video\.mp4.*NOTHING_TO_RESUME/],
      [
        'audio that does not exist',
        ['--audio', 'none.wav'],
        /audio: there is no file .*none\.wav \(AUDIO_INVALID\)/,
      ],
      [
        'audio that is something else',
        ['--audio', __filename],
        /main\.spec\.ts has no audio stream.*\(AUDIO_INVALID\)/s,
      ],
      [
        'one of two that is none',
        ['--audio', __filename, '--audio', 'none.wav'],
        /main\.spec.*\(AUDIO_INVALID\)/s,
      ],
    ];
    for (const [what, args, message] of others) {
      it(what, async () => {
        const { code, stderr } = await render(...args);
        expect({ code, matches: message.test(stderr) }, stderr).to.deep.equal({ code: 2, matches: true });
        isClean();
      });
    }

    it('with a scene that does not exist', async () => {
      const { code, stderr } = await runCli(['render', path('nowhere.js'), '-o', output]);
      expect({ code, said: /SCENE_NOT_FOUND/.test(stderr) }).to.deep.equal({ code: 2, said: true });
    });

    it('with a missing output, a missing command, an unknown command', async () => {
      const [none, bare, unknown] = await Promise.all([
        runCli(['render', scene]),
        runCli([]),
        runCli(['rendr']),
      ]);
      expect([none.code, bare.code, unknown.code]).to.deep.equal([2, 2, 2]);
      expect(none.stderr).to.match(/--output <file>' not specified/);
      expect(bare.stderr).to.match(/Usage: filmgate/);
      expect(unknown.stderr).to.match(/Did you mean render/);
    });
  });

  it('exits with 1 when the scene throws every time, reports each retry, and leaves nothing behind', async () => {
    const { code, stderr } = await render('--params', '{"throwAt":5}');
    expect(code).to.equal(1);
    expect(stderr.split('\n')).to.deep.equal([
      'frame 5, retry 1: could not be captured: no paint left',
      'frame 5, retry 2: could not be captured: no paint left',
      'filmgate: frame 5 failed 3 times, each time on a fresh worker: frame 5 could not be captured: no paint left ' +
        '(CAPTURE_FAILED)',
      '',
    ]);
    isClean();
  });

  it('tries a frame only once with --max-tries 1', async () => {
    const { code, stderr } = await render('--params', '{"throwAt":5}', '--max-tries', '1');
    expect(code).to.equal(1);
    expect(stderr).to.equal('filmgate: frame 5 could not be captured: no paint left (CAPTURE_FAILED)\n');
    isClean();
  });

  it('renders when a frame fails once, and reports the retry', async () => {
    const params = JSON.stringify({ throwAt: 5, mark: path('mark') });
    const { code, stderr } = await render('--params', params);
    expect(code, stderr).to.equal(0);
    const says = /^frame 5, retry 1: could not be captured: no paint left\ndone .* 8 frames, .*, 1 retry\n$/;
    expect(stderr).to.match(says);
    expect((await decode(output)).frames).to.have.length(8);
  });

  it('exits with 1 when a frame or FFmpeg exceeds its time limit', async () => {
    const hangs = await render('--params', '{"hangAt":5}', '--frame-timeout', '2', '--max-tries', '1');
    expect(hangs.code).to.equal(1);
    expect(hangs.stderr).to.match(/frame 5 was not captured within .* \(FRAME_STALLED\)\n$/);
    isClean();

    const args = ['--params', '{"hangAt":7}', '--window', '2', '--encoder-timeout', '2'];
    const cli = startCli(['render', scene, '-o', output, ...args, '--progress-format', 'ndjson'], {});
    await cli.said(/"written":7,/);
    const [ffmpeg] = childrenOf(cli.child.pid as number);
    await stop(ffmpeg as number);
    writeFileSync(path('go'), '');
    const { code, stderr } = await cli.ended;
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /"code":"ENCODER_STALLED","message":"FFmpeg made no progress for 2 s while finishing/,
    );
    rmSync(path('go'));
    isClean();
  });

  it('exits with 3 when FFmpeg is another program or does not exist', async () => {
    const [none, absent] = await Promise.all([
      render('--ffmpeg', process.execPath),
      render('--ffmpeg', path('nowhere')),
    ]);
    expect([none.code, absent.code]).to.deep.equal([3, 3]);
    isClean();
  });

  it('exits with 4 when the output exists or its folder does not', async () => {
    mkdirSync(path('taken.mp4'));
    writeFileSync(output, 'old');
    const [there, folder, nowhere] = await Promise.all([
      render(),
      runCli(['render', scene, '-y', '-o', path('taken.mp4')]),
      runCli(['render', scene, '-o', path('nowhere/video.mp4')]),
    ]);
    expect([there.code, folder.code, nowhere.code]).to.deep.equal([4, 4, 4]);
    expect(there.stderr).to.match(/-y.*\(OUTPUT_EXISTS\)/);
    expect(readFileSync(output, 'utf8')).to.equal('old');
    expect((await render('-y')).code).to.equal(0);
    expect((await decode(output)).frames).to.have.length(8);
  });

  it('reads parameters from a file', async () => {
    const file = path('params.json');
    writeFileSync(file, '{"grey":10}');
    for (const params of [file, `@${file}`]) {
      expect((await render('-y', '--params', params)).code).to.equal(0);
      const { frames } = await decode(output);
      expect(frames[0]?.[0]).to.be.within(8, 12);
    }
  });

  it('prints nothing but errors with --quiet', async () => {
    const quiet = await render('-q');
    expect(quiet).to.include({ code: 0, stdout: '', stderr: '' });
    const failed = await render('-q');
    expect(failed.code).to.equal(4);
    expect(failed.stderr).to.match(/^filmgate: .*\(OUTPUT_EXISTS\)\n$/);
  });

  it('prints retries with --progress-format none, and no progress', async () => {
    const params = JSON.stringify({ throwAt: 5, mark: path('mark') });
    const { code, stdout, stderr } = await render('--params', params, '--progress-format', 'none');
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '' });
    expect(stderr).to.equal('frame 5, retry 1: could not be captured: no paint left\n');
  });

  it('prints colours with FORCE_COLOR, none with NO_COLOR, and the stack only with FILMGATE_DEBUG', async () => {
    const args = ['--crf', '99'];
    const run = (env: Record<string, string>) => runCli(['render', scene, '-o', output, ...args], { env });
    const [colour, none, debug] = await Promise.all([
      run({ FORCE_COLOR: '1' }),
      run({ FORCE_COLOR: '1', NO_COLOR: '1' }),
      run({ FILMGATE_DEBUG: '1' }),
    ]);
    expect(colour.stderr).to.include('\u001b[31mfilmgate:');
    expect(none.stderr).to.not.include('\u001b');
    expect(none.stderr.split('\n')).to.have.length(2);
    expect(debug.stderr).to.match(/\n {4}at /);
  });

  it('shows help and version, and exits with 0', async () => {
    const [help, version] = await Promise.all([runCli(['render', '--help']), runCli(['--version'])]);
    expect(help.code).to.equal(0);
    expect(help.stdout).to.match(/^Usage: filmgate render .*<page\|scene>/);
    expect(version).to.include({
      code: 0,
      stdout: `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`,
    });
  });

  describe('filmgate demo', () => {
    it('creates its folder, renders, and says what to do next', async () => {
      const video = path('new/folder/demo.mp4');
      const { code, stdout, stderr } = await runCli([
        'demo',
        '-o',
        video,
        '--size',
        '64x36',
        '--frames',
        '100-105',
      ]);
      expect(code, stderr).to.equal(0);
      expect(stderr).to.match(/6 frames/);
      expect(stdout).to.match(/Play .*demo\.mp4/);
      const { frames } = await decode(video);
      expect(frames).to.have.length(6);
      expect(Math.max(...(frames[0] ?? []))).to.be.above(150);
    });

    it('leaves no folder behind when it fails', async () => {
      const { code } = await runCli(['demo', '-o', path('new/demo.mp4'), '--crf', '99', '--size', '64x36']);
      expect(code).to.equal(2);
      expect(existsSync(path('new'))).to.equal(false);
    });

    it('exits with 4 when its folder cannot be created', async () => {
      const { code, stderr } = await runCli(['demo', '-o', `${scene}/demo.mp4`]);
      expect(code).to.equal(4);
      expect(stderr).to.match(/OUTPUT_UNWRITABLE/);
    });
  });

  describe('filmgate doctor', () => {
    it('prints as JSON what this machine has', async () => {
      const { code, stdout } = await runCli(['doctor', '--json']);
      const diagnosis = JSON.parse(stdout);
      expect(code).to.equal(0);
      expect(diagnosis).to.include({ v: 1, ready: true });
      expect(diagnosis).to.include.keys('node', 'browser', 'packages', 'cores', 'memory', 'missing');
      expect(diagnosis.ffmpeg).to.include.keys('path', 'from', 'version');
      expect(diagnosis.ffmpeg.codecs).to.include({ h264: 'libx264', gif: 'gif', png: 'png' });
      expect(diagnosis.packages).to.have.property('@napi-rs/canvas');
    });

    it('prints the same as text', async () => {
      const browser = path('shell');
      writeFileSync(browser, '#!/bin/sh\necho Chromium 143.0.1', { mode: 0o755 });
      const { code, stdout } = await runCli(['doctor'], { env: { FILMGATE_BROWSER: browser } });
      expect(code).to.equal(0);
      expect(stdout)
        .to.match(/FFmpeg .*from/)
        .and.include(`143.0.1  screenshot  ${browser} (from FILMGATE_BROWSER)`);
    });

    it('names the browser that would capture pages, and its capture mode', async () => {
      const browser = path('chrome-headless-shell');
      writeFileSync(browser, '#!/bin/sh\necho Chromium 143.0.1', { mode: 0o755 });
      const { stdout } = await runCli(['doctor', '--json', '--browser', browser]);
      const mode = process.platform === 'linux' ? 'beginframe' : 'screenshot';
      const expected = {
        path: browser,
        from: 'the option browser',
        mode,
        version: '143.0.1',
        missingLibraries: [],
      };
      expect(JSON.parse(stdout).browser).to.deep.equal(expected);
    });

    it('says why a browser cannot be used, and that scenes can still be rendered', async () => {
      const env = { FILMGATE_BROWSER: path('nowhere') };
      const [json, text] = await Promise.all([
        runCli(['doctor', '--json'], { env }),
        runCli(['doctor'], { env }),
      ]);
      const { ready, browser, missing } = JSON.parse(json.stdout);
      expect({ code: json.code, ready }).to.deep.equal({ code: 0, ready: true });
      expect(browser.error.code).to.equal('BROWSER_INVALID');
      const said = missing.find(({ what }: { what: string }) => what.includes('browser'));
      expect(said.fix).to.contain(path('nowhere')).and.contain('FILMGATE_BROWSER');
      expect(text.stdout).to.match(/Browser +BROWSER_INVALID/);
    });

    it('exits with 3 without FFmpeg, and says how to get it', async () => {
      const { code, stdout } = await runCli(['doctor', '--json'], { env: { FFMPEG_PATH: path('nowhere') } });
      expect(code).to.equal(3);
      const { ready, missing, ffmpeg } = JSON.parse(stdout);
      expect(ready).to.equal(false);
      expect(ffmpeg.error.code).to.equal('FFMPEG_INVALID');
      expect(missing[0].what).to.equal('FFmpeg');
    });
  });

  it('reports usage errors as NDJSON as well', async () => {
    const [scene1, syntax] = await Promise.all([
      render('--progress-format', 'ndjson', '--crf', '99'),
      render('--progress-format', 'ndjson', '--nonsense'),
    ]);
    for (const { code, stderr } of [scene1, syntax]) {
      expect(code).to.equal(2);
      const ends = parseLines(stderr).filter(({ type }) => type !== 'progress');
      expect(ends).to.have.length(1);
      expect(ends[0]).to.include({ v: 1, type: 'failed', code: 'INVALID_OPTION' });
    }
  });
});
