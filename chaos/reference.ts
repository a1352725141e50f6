import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Places, renderCommand } from './commands';
import type { Film } from './film';
import { Program } from './program';
import { type Content, contentOf, ffmpeg, indicesIn, timeProblem } from './video';

/** Undisturbed renders to compare with, each made once. */
export class References {
  /** Sound for films that want it. */
  readonly sound: string;
  private readonly made = new Map<string, Promise<Content>>();

  constructor(private readonly folder: string) {
    this.sound = join(folder, 'sound.wav');
  }

  async begin(): Promise<void> {
    const tone = 'aevalsrc=0.5*sin(440*2*PI*t)|0.5*sin(550*2*PI*t):s=44100:d=2.1';
    await ffmpeg(['-f', 'lavfi', '-i', tone, this.sound]);
  }

  /**
   * What an undisturbed render of a film holds: in a single stream, where decoded frames do not depend on segments, and
   * in the same segments otherwise.
   */
  of(film: Film): Promise<Content> {
    const { source, width, length, first, count, encoding, audio } = film;
    const segment = encoding.isExact ? undefined : film.segment;
    const isPage = source === 'page'; // The others paint the same.
    const key = [isPage, width, length, first, count, encoding.name, encoding.extension, segment, audio].join(
      ' ',
    );
    const made = this.made.get(key) ?? this.make({ ...film, segment }, `reference-${this.made.size}`);
    this.made.set(key, made);
    return made;
  }

  private async make(film: Film, name: string): Promise<Content> {
    const state = join(this.folder, name);
    mkdirSync(state);
    const output = join(this.folder, `${name}${film.encoding.extension}`);
    const places: Places = { output, state, control: 'http://127.0.0.1:9', sound: this.sound };
    const calm: Film = { ...film, pace: 0, workers: 2, window: undefined, memory: undefined, lanes: 1 };
    const { code, stderr } = await new Program(renderCommand(calm, {}, places), process.env).ended;
    if (code !== 0) throw new Error(`an undisturbed render failed: ${stderr}`);
    const content = await contentOf(output);
    const indices = await indicesIn(output, film.width);
    const isRight = indices.length === film.count && indices.every((index, at) => index === film.first + at);
    if (!isRight) throw new Error(`an undisturbed render has the frames ${indices.join(' ')}`);
    const problem = timeProblem(content, film.fps);
    if (problem) throw new Error(`an undisturbed render is not in time: ${problem}`);
    return content;
  }
}
