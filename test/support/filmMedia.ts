import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';

/** The media that projects of test/fixtures/films may name, and what FFmpeg makes them of. */
const MEDIA: Readonly<Record<string, readonly string[]>> = {
  'picture.mp4': [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=3,format=yuv420p,gblur=sigma=2'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=330:duration=3'],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-bf',
      '2',
      '-c:a',
      'aac',
      '-ac',
      '2',
    ],
  ],
  'alpha.webm': [
    ...['-f', 'lavfi', '-i', 'color=0xe63946:size=160x90:rate=30:duration=2,format=yuva420p'],
    ...['-vf', "geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='if(lt(mod(X+2*N,40),20),255,0)'"],
    ...['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-auto-alt-ref', '0', '-pix_fmt', 'yuva420p'],
  ],
  'noise.wav': [
    '-f',
    'lavfi',
    '-i',
    'anoisesrc=duration=3:seed=7:amplitude=0.3:sample_rate=48000',
    '-ac',
    '2',
  ],
  'tone.wav': ['-f', 'lavfi', '-i', 'aevalsrc=0.2*sin(2*PI*(300+200*t)*t):duration=4:s=48000', '-ac', '2'],
};

/** Makes the media that the files of a project name and that are not there. */
export async function makeFilmMedia(project: string): Promise<void> {
  const names = readdirSync(project, { recursive: true, encoding: 'utf8' });
  const text = names
    .filter((name) => name.endsWith('.html'))
    .map((name) => readFileSync(join(project, name), 'utf8'))
    .join('');
  const { path } = await findFFmpeg();
  for (const [name, args] of Object.entries(MEDIA)) {
    const file = join(project, name);
    if (text.includes(name) && !existsSync(file)) execFileSync(path, ['-loglevel', 'error', ...args, file]);
  }
}
