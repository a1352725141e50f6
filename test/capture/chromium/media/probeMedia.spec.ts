import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MediaLibrary } from '../../../../src/capture/chromium/media/mediaLibrary';
import { probeMedia } from '../../../../src/capture/chromium/media/probeMedia';
import { findFFmpeg } from '../../../../src/ffmpeg/findFFmpeg';
import { H264, makeNumbered, PRORES, VP9_ALPHA } from '../../../support/numberedVideo';
import { useOwnCache } from '../../../support/ownCache';
import { rejection } from '../../../support/rejection';

describe('probeMedia', () => {
  let folder = '';
  let ffmpeg = '';
  useOwnCache();
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'filmgate-'));
    ({ path: ffmpeg } = await findFFmpeg());
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string) => join(folder, name);
  const run = (...args: string[]) => execFileSync(ffmpeg, ['-loglevel', 'error', '-y', ...args]);
  const probe = (name: string) => probeMedia(ffmpeg, file(name), new AbortController().signal);
  const numbered = (name: string, encode: readonly string[], rate = '25', holdEvery = 0) =>
    makeNumbered(file(name), { rate, frames: 20, encode, holdEvery });

  for (const [name, rate, holdEvery] of [
    ['25.mp4', '25', 0],
    ['ntsc.mp4', '30000/1001', 0],
    ['ntsc.mkv', '30000/1001', 0],
    ['30.mkv', '30', 0],
    ['variable.mp4', '30', 5],
  ] as const) {
    it(`tells when each frame of ${name} begins`, async () => {
      const { times } = await numbered(name, H264, rate, holdEvery);
      const { video, duration, hasAudio, isCut } = await probe(name);
      for (const [index, time] of times.entries()) expect(video?.times[index]).to.be.closeTo(time, 1e-6);
      expect(video?.times).to.have.length(times.length);
      expect(duration).to.be.closeTo((times.at(-1) as number) + 1 / 30, 0.05);
      expect({ hasAudio, isCut, alpha: video?.hasAlpha }).to.deep.equal({
        hasAudio: false,
        isCut: false,
        alpha: false,
      });
    });
  }

  it('finds the frames at which decoding can begin', async () => {
    await numbered('keys.mp4', [...H264, '-g', '8', '-sc_threshold', '0']);
    expect((await probe('keys.mp4')).video?.keyFrames).to.deep.equal([0, 8, 16]);
  });

  it('says whether pixels can be transparent', async () => {
    await numbered('alpha.webm', VP9_ALPHA);
    await numbered('prores.mov', PRORES);
    run(
      '-i',
      file('alpha.webm'),
      '-c:v',
      'prores_ks',
      '-profile:v',
      '4',
      '-pix_fmt',
      'yuva444p10le',
      file('alpha.mov'),
    );
    run('-i', file('prores.mov'), file('film.gif'));
    const names = ['alpha.webm', 'alpha.mov', 'film.gif', 'prores.mov'];
    const found = await Promise.all(names.map(probe));
    expect(found.map(({ video }) => video?.hasAlpha)).to.deep.equal([true, true, true, false]);
  });

  it('says which colours and pixels there are', async () => {
    const colour = ['-f', 'lavfi', '-i', 'color=red:64x48:r=10:d=0.3', '-c:v', 'libx264'];
    const hdr = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
    run(...colour, ...hdr, file('hdr.mp4'));
    run(...colour, '-vf', 'setsar=4/3', file('wide.mp4'));
    const [tagged, wide] = [(await probe('hdr.mp4')).video, (await probe('wide.mp4')).video];
    expect(tagged).to.include({ isHdr: true, matrix: 'bt2020nc', isSquare: true, height: 48, codec: 'h264' });
    expect(wide).to.include({ isHdr: false, matrix: undefined, isSquare: false });
  });

  it('finds sound, by itself and beside a video', async () => {
    run('-f', 'lavfi', '-i', 'sine=duration=1.5', file('tone.wav'));
    run(
      '-i',
      file('tone.wav'),
      '-f',
      'lavfi',
      '-i',
      'color=red:64x48:r=10:d=1',
      '-c:v',
      'libx264',
      file('both.mp4'),
    );
    const tone = await probe('tone.wav');
    expect(tone).to.include({ hasAudio: true, video: undefined });
    expect(tone.duration).to.be.closeTo(1.5, 0.001);
    const both = await probe('both.mp4');
    expect(both.hasAudio).to.equal(true);
    expect(both.video?.times).to.have.length(10);
    expect(both.duration).to.be.closeTo(1.5, 0.05);
  });

  it('refuses what is no video and no sound', async () => {
    const { message } = await rejection(
      probeMedia(ffmpeg, __filename, new AbortController().signal),
      'MEDIA_INVALID',
    );
    expect(message).to.match(/^FFmpeg finds no video or sound in it/);
  });

  it('does not take it for a fault of the file when FFmpeg is killed', async () => {
    const killed = join(folder, 'killed');
    writeFileSync(killed, '#!/bin/sh\necho "#media_type 0: video"\necho "0, 0, 0, 1, 1, 0x0"\nkill -9 $$\n', {
      mode: 0o755,
    });
    const { message } = await rejection(
      probeMedia(killed, file('25.mp4'), new AbortController().signal),
      'ENCODE_FAILED',
    );
    expect(message).to.match(/^FFmpeg was killed by SIGKILL while it looked at /);
  });

  it('takes pictures of a rotated video as they are to be seen', async () => {
    await numbered('flat.mp4', H264);
    run('-display_rotation', '90', '-i', file('flat.mp4'), '-c', 'copy', file('rotated.mp4'));
    const library = new MediaLibrary({ ffmpeg, cacheLimit: 1e8 });
    try {
      const { id } = await library.describe('rotated', file('rotated.mp4'));
      const { data, type } = await library.frame(id, 3);
      expect(type).to.equal('image/jpeg');
      const frame = data.indexOf(Buffer.from([0xff, 0xc0])); // Height and width stand in the JPEG's frame header.
      expect([data.readUInt16BE(frame + 7), data.readUInt16BE(frame + 5)]).to.deep.equal([48, 64]);
    } finally {
      await library.close();
    }
  });
});
