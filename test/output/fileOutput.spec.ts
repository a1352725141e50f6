import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Encoder, openEncoder } from '../../src/encode/encoder';
import type { OpenEncoderOptions } from '../../src/encode/planEncoder';
import type { ErrorCode } from '../../src/errors';
import { openOutput, planOutput } from '../../src/output/planOutput';
import { pidOf } from '../support/encoderProcess';
import { exitListeners } from '../support/exitListeners';
import { expectThrows } from '../support/expectThrows';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { decodeIndices, paintIndex, SMALL } from '../support/video';

describe('a video as one file', () => {
  const path = useFolder();

  function open(output: string, options: Partial<OpenEncoderOptions> = {}): Promise<Encoder> {
    const format = { pixels: 'rgba', ...SMALL } as const;
    return openEncoder({ output, format, fps: 30, preset: 'ultrafast', ...options });
  }

  async function encode(output: string, index: number, options: Partial<OpenEncoderOptions> = {}) {
    const encoder = await open(output, options);
    await encoder.writeFrame(paintIndex(index));
    return encoder.close();
  }

  it('appears when it is whole, and nothing lies beside it', async () => {
    const encoder = await open(path('video.mp4'));
    await encoder.writeFrame(paintIndex(7));
    expect(readdirSync(path())).to.deep.equal(['.video.mp4.filmgate']);
    const { bytes } = await encoder.close();
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
    expect(readFileSync(path('video.mp4'))).to.have.length(bytes);
  });

  it('can have any name', async () => {
    for (const name of ['a b.mp4', '100%d.mp4', "it's.mp4", '-y.mp4', 'ü:1.mp4', '[x].mp4']) {
      await encode(path(name), 3);
      expect(await decodeIndices(path(name)), name).to.deep.equal([3]);
    }
  });

  it('leaves what is there alone, unless it is told to replace it', async () => {
    writeFileSync(path('video.mp4'), 'old');
    const { message } = await rejection(open(path('video.mp4')), 'OUTPUT_EXISTS');
    expect(message).to.contain(path('video.mp4')).and.contain('-y');
    expect(readFileSync(path('video.mp4'), 'utf8')).to.equal('old');
    await encode(path('video.mp4'), 9, { overwrite: true });
    expect(await decodeIndices(path('video.mp4'))).to.deep.equal([9]);
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
  });

  it('leaves what is there alone when it fails', async () => {
    writeFileSync(path('video.mp4'), 'old');
    for (const end of ['kill', 'destroy']) {
      const encoder = await open(path('video.mp4'), { overwrite: true });
      await encoder.writeFrame(paintIndex(1));
      if (end === 'kill') process.kill(pidOf(encoder), 'SIGKILL');
      else await encoder.destroy();
      await rejection(encoder.close(), end === 'kill' ? 'ENCODE_FAILED' : 'CANCELLED');
      expect(readFileSync(path('video.mp4'), 'utf8')).to.equal('old');
      expect(readdirSync(path())).to.deep.equal(['video.mp4']);
    }
  });

  it('is refused while another is made for the same place, and does not harm that', async () => {
    const first = await open(path('video.mp4'));
    const second = await rejection(open(path('video.mp4'), { overwrite: true }), 'OUTPUT_BUSY');
    expect(second.message).to.contain(path('video.mp4')).and.contain(`process ${process.pid}`);
    await first.writeFrame(paintIndex(5));
    await first.close();
    expect(await decodeIndices(path('video.mp4'))).to.deep.equal([5]);
    await encode(path('video.mp4'), 6, { overwrite: true });
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
  });

  it('of two that begin at once, one is made', async () => {
    const opened = await Promise.allSettled([open(path('video.mp4')), open(path('video.mp4'))]);
    const [loser] = opened.filter((end) => end.status === 'rejected');
    expect(loser?.reason).to.have.property('code', 'OUTPUT_BUSY');
    const [winner] = opened.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    await winner?.writeFrame(paintIndex(3));
    await winner?.close();
    expect(await decodeIndices(path('video.mp4'))).to.deep.equal([3]);
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
  });

  it('is not put over what came meanwhile', async () => {
    const encoder = await open(path('video.mp4'));
    await encoder.writeFrame(paintIndex(1));
    writeFileSync(path('video.mp4'), 'theirs');
    await rejection(encoder.close(), 'OUTPUT_EXISTS');
    expect(readFileSync(path('video.mp4'), 'utf8')).to.equal('theirs');
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
  });

  it('removes what a killed one has left', async () => {
    mkdirSync(path('.video.mp4.filmgate'));
    writeFileSync(path('.video.mp4.filmgate/video.mp4'), 'half');
    writeFileSync(path('.video.mp4.filmgate/lock'), 'of nobody');
    await encode(path('video.mp4'), 8);
    expect(await decodeIndices(path('video.mp4'))).to.deep.equal([8]);
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
  });

  it('does not give up an unfinished render of it, unless it is told to', async () => {
    mkdirSync(path('.video.mp4.filmgate'));
    writeFileSync(path('.video.mp4.filmgate/manifest.json'), '{}');
    const { message } = await rejection(open(path('video.mp4'), { overwrite: true }), 'RENDER_UNFINISHED');
    expect(message)
      .to.contain(path('video.mp4'))
      .and.match(/--resume.*--restart.*filmgate clean/);
    expect(readdirSync(path('.video.mp4.filmgate'))).to.deep.equal(['manifest.json']);
    await encode(path('video.mp4'), 4, { restart: true });
    expect(await decodeIndices(path('video.mp4'))).to.deep.equal([4]);
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
  });

  it('does not discard one that has come and gone since it was planned either', async () => {
    const planned = openOutput(planOutput(path('video.mp4'), {}));
    const started = openOutput(planOutput(path('video.mp4'), { restart: true }));
    await planned.check();
    mkdirSync(path('.video.mp4.filmgate'));
    writeFileSync(path('.video.mp4.filmgate/manifest.json'), '{}');
    expectThrows(() => planned.begin(), 'RENDER_UNFINISHED', path('video.mp4'));
    expect(readdirSync(path('.video.mp4.filmgate'))).to.deep.equal(['manifest.json']);
    started.begin();
    expect(readdirSync(path('.video.mp4.filmgate'))).to.deep.equal(['lock']);
    await started.discard();
    expect(readdirSync(path())).to.deep.equal([]);
  });

  it('says when it cannot be put in its place', async () => {
    const listeners = exitListeners();
    const encoder = await open(path('video.mp4'), { overwrite: true });
    await encoder.writeFrame(paintIndex(1));
    mkdirSync(path('video.mp4/in the way'), { recursive: true });
    const { message } = await rejection(encoder.close(), 'PUBLISH_FAILED');
    expect(message).to.contain(path('video.mp4'));
    expect(readdirSync(path())).to.deep.equal(['video.mp4']);
    expect(exitListeners()).to.equal(listeners);
  });

  it('says when a hook has had FFmpeg write elsewhere', async () => {
    const ffmpegArgs = (args: string[]) => [...args.slice(0, -1), path('elsewhere.mp4')];
    await rejection(encode(path('video.mp4'), 1, { ffmpegArgs }), 'PUBLISH_FAILED');
    expect(readdirSync(path())).to.deep.equal(['elsewhere.mp4']);
  });

  describe('is refused before FFmpeg starts', () => {
    const cases: [string, () => string, ErrorCode, string][] = [
      ['in a folder that is not there', () => path('missing/video.mp4'), 'OUTPUT_UNWRITABLE', 'missing'],
      [
        'under a file',
        () => {
          writeFileSync(path('file'), '');
          return path('file/video.mp4');
        },
        'OUTPUT_UNWRITABLE',
        'file',
      ],
      [
        'where a folder is',
        () => {
          mkdirSync(path('video.mp4'));
          return path('video.mp4');
        },
        'OUTPUT_UNWRITABLE',
        'is a folder',
      ],
      ['of an extension that the codec cannot live in', () => path('video.avi'), 'INVALID_OPTION', '.mp4'],
    ];
    for (const [name, make, code, words] of cases) {
      it(name, async () => {
        const output = make();
        const before = readdirSync(path());
        const { message } = await rejection(open(output), code);
        expect(message).to.contain('output').and.contain(words);
        expect(readdirSync(path())).to.deep.equal(before);
      });
    }

    it('at the end of a link to nowhere, when it is closed at the latest', async () => {
      symlinkSync(path('nowhere'), path('video.mp4'));
      await rejection(encode(path('video.mp4'), 1), 'OUTPUT_EXISTS');
      expect(readdirSync(path())).to.deep.equal(['video.mp4']);
    });

    if (process.platform === 'linux') {
      it('in a folder that nobody can write to', async () => {
        const { message } = await rejection(open('/proc/video.mp4'), 'OUTPUT_UNWRITABLE');
        expect(message).to.contain('/proc');
      });
    }
  });

  if (existsSync('/dev/full')) {
    it('says that the disk is full', async () => {
      const ffmpegArgs = (args: string[]) => [...args.slice(0, -1), '/dev/full'];
      const encoder = await open(path('video.mkv'), { ffmpegArgs });
      await encoder.writeFrame(paintIndex(1));
      const { message } = await rejection(encoder.close(), 'DISK_FULL');
      expect(message).to.contain('No space left on device');
      expect(readdirSync(path())).to.deep.equal([]);
    });
  }
});
