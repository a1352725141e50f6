import { expect } from 'chai';
import { CODECS } from '../../src/encode/codecs';
import { FilmgateError } from '../../src/errors';
import { resolved } from '../support/encodeSpec';

const OPAQUE = { pixels: 'rgb24', width: 64, height: 48 } as const;

const check = (change: object) => resolved(change).spec;

describe('resolveEncodeOptions', () => {
  describe('chooses the codec by the extension', () => {
    for (const [output, codec] of Object.entries({
      'a.mp4': 'h264',
      'a.MOV': 'h264',
      'a.mkv': 'h264',
      'a.webm': 'vp9',
      'a.gif': 'gif',
      'f/%d.png': 'png',
    })) {
      it(`${output}: ${codec}`, () => expect(check({ output }).codec).to.equal(codec));
    }
  });

  it('lets a codec be named for any extension that it can live in', () => {
    for (const [codec, { extensions }] of Object.entries(CODECS)) {
      for (const extension of extensions) {
        expect(check({ codec, output: `video${extension}` })).to.include({ codec, extension });
      }
    }
  });

  describe('chooses the pixel format', () => {
    const cases: [string, object, string][] = [
      ['h264 has no alpha', {}, 'yuv420p'],
      ['vp9 keeps alpha', { codec: 'vp9', output: 'a.webm' }, 'yuva420p'],
      ['vp9 without', { codec: 'vp9', output: 'a.webm', alpha: false }, 'yuv420p'],
      ['vp9 of opaque frames', { output: 'a.webm', format: OPAQUE }, 'yuv420p'],
      ['prores keeps alpha', { codec: 'prores', output: 'a.mov' }, 'yuva444p10le'],
      ['prores without', { codec: 'prores', output: 'a.mov', alpha: false }, 'yuv422p10le'],
      ['prores hq has no alpha', { codec: 'prores', output: 'a.mov', preset: 'hq' }, 'yuv422p10le'],
      [
        'prores 4444 of opaque frames',
        { codec: 'prores', output: 'a.mov', preset: '4444', format: OPAQUE },
        'yuv444p10le',
      ],
      ['png keeps alpha', { output: '%d.png' }, 'rgba'],
      ['png without', { output: '%d.png', alpha: false }, 'rgb24'],
      ['the one that is asked for', { pixelFormat: 'yuv444p10le' }, 'yuv444p10le'],
    ];
    for (const [name, change, pixelFormat] of cases) {
      it(`${name}: ${pixelFormat}`, () => expect(check(change).pixelFormat).to.equal(pixelFormat));
    }
  });

  it('takes every preset, and both ends of the rate factor, of every codec', () => {
    for (const [codec, { extensions, presets, crf }] of Object.entries(CODECS)) {
      const output = `video${extensions[0]}`;
      for (const preset of presets) check({ codec, output, preset });
      if (crf) for (const value of [crf.min, crf.max]) check({ codec, output, crf: value });
    }
  });

  it('takes bit rates as FFmpeg writes them', () => {
    for (const bitrate of [8_000_000, '8M', '1.5M', '800k', '12K']) check({ bitrate });
  });

  describe('names the option, the value and what would do instead', () => {
    const size = { width: 64, height: 48 };
    const cases: [object, ...(string | RegExp)[]][] = [
      [{ output: 'video' }, 'output', '"video"', '.mp4'],
      [{ output: 'video.avi' }, 'output', '"video.avi"', '.mp4'],
      [{ output: 'video.webm', codec: 'h264' }, 'output', '"video.webm"', '.mp4, .mov, .mkv'],
      [{ output: 'video.mp4', codec: 'prores' }, 'output', '"video.mp4"', '.mov'],
      [{ output: 'video.mov', codec: 'av1' }, 'output', '"video.mov"', '.webm'],
      [{ codec: 'h266' }, 'codec', '"h266"', 'h264, h265'],
      [{ format: { pixels: 'rgba', width: 0, height: 48 } }, 'format.width', '0', '1 to 16384'],
      [{ format: { pixels: 'rgba', width: 64, height: -2 } }, 'format.height', '-2', '1 to 16384'],
      [{ format: { pixels: 'rgba', width: 64.5, height: 48 } }, 'format.width', '64.5', 'whole'],
      [{ format: { pixels: 'rgba', width: 20000, height: 48 } }, 'format.width', '20000', '16384'],
      [
        { format: { pixels: 'yuyv', ...size } },
        'format.pixels',
        '"yuyv"',
        'rgba, bgra, bgrx, rgb24, yuv420p, nv12',
      ],
      [{ format: { image: 'webp', ...size } }, 'format.image', '"webp"', 'png, jpeg'],
      [{ output: 'video.gif', fps: 60 }, 'fps', '"60"', '50 or less'],
      [{ crf: 20, bitrate: '8M' }, 'crf', '20', 'bitrate 8M'],
      [{ crf: 52 }, 'crf', '52', '0 to 51'],
      [{ crf: -1 }, 'crf', '-1', '0 to 51'],
      [{ crf: Number.NaN }, 'crf', 'NaN', '0 to 51'],
      [{ output: 'a.webm', crf: 64 }, 'crf', '64', '0 to 63'],
      [{ output: 'a.gif', crf: 20 }, 'crf', '20', 'leave it out'],
      [{ output: 'a.gif', bitrate: '8M' }, 'bitrate', '"8M"', 'leave it out'],
      [{ bitrate: 'fast' }, 'bitrate', '"fast"', '8M'],
      [{ bitrate: 0 }, 'bitrate', '0', 'above 0'],
      [{ bitrate: -8 }, 'bitrate', '-8', 'above 0'],
      [{ preset: 'quick' }, 'preset', '"quick"', 'ultrafast'],
      [{ output: 'a.webm', preset: '9' }, 'preset', '"9"', '0, 1, 2'],
      [{ output: '%d.png', preset: 'fast' }, 'preset', '"fast"', 'leave it out'],
      [{ threads: 0 }, 'threads', '0', '1 or more'],
      [{ threads: 1.5 }, 'threads', '1.5', 'whole'],
      [{ output: '%d.png', first: -1 }, 'first', '-1', '0 or more'],
      [{ pixelFormat: 'yuv420p,scale=2:2' }, 'pixelFormat', '"yuv420p,scale=2:2"', 'yuv420p'],
      [{ output: 'a.gif', pixelFormat: 'yuv420p' }, 'pixelFormat', '"yuv420p"', 'leave it out'],
      [{ alpha: true }, 'alpha', 'true', 'vp9, prores, gif, png'],
      [{ alpha: true, output: 'a.webm', format: OPAQUE }, 'alpha', 'true', 'rgba, bgra or png'],
      [{ alpha: true, output: 'a.mov', codec: 'prores', preset: 'hq' }, 'alpha', 'true', '4444'],
    ];
    for (const [change, option, value, fix] of cases) {
      it(`${option}: ${value} with ${JSON.stringify(change)}`, () => {
        let thrown: unknown;
        try {
          check(change);
        } catch (error) {
          thrown = error;
        }
        expect(thrown).to.be.instanceOf(FilmgateError).and.to.have.property('code', 'INVALID_OPTION');
        const { message } = thrown as FilmgateError;
        expect(message.startsWith(`${option}: invalid value ${value};`), message).to.equal(true);
        expect(message).to.contain(fix);
      });
    }
  });
});
