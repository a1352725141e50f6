import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { threads } from '../../src/capture/threads/threads';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import {
  type Asked,
  countFrom,
  film,
  keeping,
  requested,
  useSegmentWorkspace,
} from '../support/segmentWorkspace';
import { probe } from '../support/video';

describe('a film in segments that is resumed as something else: RESUME_CHANGED', () => {
  const workspace = useSegmentWorkspace();
  const { path } = workspace;

  /** Resumes, and expects that all of this is said to differ, and nothing is lost. */
  async function refused(more: Asked, ...says: string[]): Promise<void> {
    const { error, events } = await workspace.run({ resume: true, ...more });
    expect(error).to.have.property('code', 'RESUME_CHANGED');
    const { message } = error as Error;
    for (const text of says) expect(message).to.include(text);
    const differences = message.slice(message.indexOf('does not match: '), message.indexOf('. Ask'));
    expect(differences.split('; '), message).to.have.lengthOf(says.length);
    expect(events).to.deep.equal([]);
    expect(workspace.kept()).to.deep.equal(keeping([1, 2]));
  }

  /** Resumes, and expects that the missing half is rendered. */
  async function goesOn(more: Asked): Promise<void> {
    const resumed = await workspace.run({ resume: true, ...more });
    expect(resumed.error).to.equal(undefined);
    expect(requested(resumed)).to.deep.equal(countFrom(20, 20));
    await workspace.expectWhole();
  }

  it('a scene that was edited, or what it imports; other parameters, another size, another rate', async () => {
    const scene = (level = 1) => ({
      ...{ source: threads(path('scene.js'), { params: { level } }), fps: 10, workers: 1 },
    });
    mkdirSync(path('lib'));
    writeFileSync(path('lib/gain.json'), '{ "gain": 5 }');
    writeFileSync(path('lib/light.js'), `module.exports = (index) => index * require('./gain.json').gain;`);
    writeFileSync(path('scene.js'), SCENE);
    let verified = 0;
    await workspace.run(scene(), ({ type }, cancel) => {
      if (type === 'segmentVerified') verified += 1;
      if (verified === 2) cancel();
    });
    expect(workspace.kept()).to.deep.equal(keeping([1, 2]));

    for (const name of ['scene.js', 'lib/gain.json']) {
      const before = readFileSync(path(name), 'utf8');
      writeFileSync(path(name), `${before}\n`);
      await refused(scene(), `${path(name)} has changed`);
      writeFileSync(path(name), before);
    }
    await refused(scene(2), 'params was level: 1, and is level: 2');
    const size = [
      'size was 64x36, and is 128x36',
      'encoding was -video_size 64x36, and is -video_size 128x36',
    ];
    await refused({ ...scene(), size: '128x36' }, ...size);
    const rate = ['fps was 10, and is 20', 'frames was 0-39, and is 0-79', 'encoding was -r 10'];
    await refused({ ...scene(), fps: 20 }, ...rate);
  });

  describe('of a function', () => {
    beforeEach(() => workspace.leave([1, 2]));

    it('of another identity', async () => {
      await refused({ source: film(40, { identity: 'others' }) }, 'identity was indices, and is others');
    });

    it('in another part', () => refused({ frames: '0-29' }, 'frames was 0-39, and is 0-29'));

    it('encoded otherwise', async () => {
      await refused({ crf: 18 }, 'encoding was -crf 0, and is -crf 18.');
      await refused({ preset: 'veryfast' }, 'encoding was -preset ultrafast, and is -preset veryfast.');
      await refused({ threads: 1 }, 'encoding was ');
      await refused(
        { ffmpegArgs: (args) => ['-nonsense', ...args] },
        'encoding was nothing, and is -nonsense.',
      );
    });

    it('in other segments', async () => {
      await refused({ segment: '11f' }, 'segment length was 10, and is 11.');
      await refused({ segment: 'off' }, 'segment length was 10, and is 40', 'encoding was ');
    });

    it('by another FFmpeg: what counts is its version, and not its place', async () => {
      const { path: real, version } = await findFFmpeg();
      const put = (name: string, line: string) => {
        writeFileSync(path(name), `#!/bin/sh\n${line}\nexec '${real}' "$@"\n`);
        chmodSync(path(name), 0o755);
        return path(name);
      };
      const says = `[ "$1" = -encoders ] && '${real}' -encoders 2>&1 | sed '/^ffmpeg version/d'`;
      const newer = put('newer', `${says} && echo 'ffmpeg version 99.1 x' >&2 && exit`);
      await refused({ ffmpeg: newer }, `FFmpeg was ${version}, and is 99.1`);
      await goesOn({ ffmpeg: put('elsewhere', '') });
    });

    it('but sound may differ, and how the index lies', async () => {
      writeFileSync(path('silence.wav'), silence(1));
      await goesOn({ audio: [path('silence.wav')], faststart: false });
      expect(await probe(workspace.output())).to.include({ codec: 'h264' });
    });
  });
});

// Its frame 25 never comes.
const SCENE = `
  const light = require('./lib/light');
  module.exports = ({ level }) => ({
    width: 64, height: 36, fps: 10, frames: 40, alpha: false,
    async paint(pixels, { index }) {
      if (index === 25) await new Promise(() => {});
      pixels.fill(light(index) + level);
    },
  });
`;

/** A WAV file of nothing: 8 kHz, one channel, 16 bits. */
function silence(seconds: number): Buffer {
  const bytes = seconds * 16_000;
  const file = Buffer.alloc(44 + bytes);
  file.write('RIFF....WAVEfmt ', 'latin1');
  file.write('data', 36, 'latin1');
  const words: [number, number][] = [
    [4, 36 + bytes],
    [16, 16],
    [24, 8000],
    [28, 16_000],
    [40, bytes],
  ];
  for (const [at, value] of words) file.writeUInt32LE(value, at);
  const halves: [number, number][] = [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ];
  for (const [at, value] of halves) file.writeUInt16LE(value, at);
  return file;
}
