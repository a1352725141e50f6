import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Places, renderCommand } from './commands';
import { Program } from './program';
import type { Scenario } from './scenario';
import { type Content, contentOf, ffmpeg, indicesIn, soundProblem, timeProblem } from './video';

/** Undisturbed renders to compare with, each made once. */
export class References {
  /** Sound for scenarios that want it. */
  readonly sound: string;
  /** A video that sounds, for pages in which one plays. */
  readonly film: string;
  private readonly made = new Map<string, Promise<Content>>();

  constructor(private readonly folder: string) {
    this.sound = join(folder, 'sound.wav');
    this.film = join(folder, 'film.mp4');
  }

  async begin(): Promise<void> {
    const tone = 'aevalsrc=0.5*sin(440*2*PI*t)|0.5*sin(550*2*PI*t):s=44100:d=2.1';
    await ffmpeg(['-f', 'lavfi', '-i', tone, this.sound]);
    const picture = 'testsrc2=size=320x180:rate=25:duration=6';
    const coded = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-g',
      '30',
      '-c:a',
      'aac',
    ];
    const heard = 'aevalsrc=0.4*sin(330*2*PI*t):s=48000:d=6';
    await ffmpeg(['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', heard, ...coded, this.film]);
  }

  /**
   * What an undisturbed render of a scenario holds: in a single stream, where decoded frames do not depend on segments, and
   * in the same segments otherwise.
   */
  of(scenario: Scenario): Promise<Content> {
    const { source, width, length, first, count, encoding, audio, media } = scenario;
    const segment = encoding.isExact ? undefined : scenario.segment;
    const isPage = source === 'page'; // The others paint the same.
    const key = [
      isPage,
      width,
      length,
      first,
      count,
      encoding.name,
      encoding.extension,
      segment,
      audio,
      media,
    ].join(' ');
    const made = this.made.get(key) ?? this.make({ ...scenario, segment }, `reference-${this.made.size}`);
    this.made.set(key, made);
    return made;
  }

  private async make(scenario: Scenario, name: string): Promise<Content> {
    const state = join(this.folder, name);
    mkdirSync(state);
    const output = join(this.folder, `${name}${scenario.encoding.extension}`);
    const places: Places = {
      output,
      state,
      control: 'http://127.0.0.1:9',
      sound: this.sound,
      film: this.film,
    };
    const calm: Scenario = {
      ...scenario,
      pace: 0,
      workers: 2,
      window: undefined,
      memory: undefined,
      lanes: 1,
    };
    const { code, stderr } = await new Program(renderCommand(calm, {}, places), process.env).ended;
    if (code !== 0) throw new Error(`an undisturbed render failed: ${stderr}`);
    const content = await contentOf(output);
    const indices = await indicesIn(output, scenario.width);
    const isRight =
      indices.length === scenario.count && indices.every((index, at) => index === scenario.first + at);
    if (!isRight) throw new Error(`an undisturbed render has the frames ${indices.join(' ')}`);
    const problem = timeProblem(content, scenario.fps);
    if (problem) throw new Error(`an undisturbed render is not in time: ${problem}`);
    const unheard = scenario.media ? soundProblem(content, scenario) : undefined;
    if (unheard) throw new Error(`an undisturbed render does not sound: ${unheard}`);
    return content;
  }
}
