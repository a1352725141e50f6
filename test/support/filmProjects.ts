import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stop } from 'esbuild';
import { type HyperframesOptions, hyperframes } from '../../src/capture/hyperframes/hyperframes';
import type { RenderEvent } from '../../src/frames/events';
import type { RenderOptions } from '../../src/plan/renderOptions';
import { render } from '../../src/render';
import { openThreads } from './openThreads';
import { settle } from './settle';
import { type DecodeOptions, decode } from './video';

const FILMS = join(__dirname, '../fixtures/films');

/** A picture of a film, read by its colours. */
export type Picture = (x: number, y: number) => string;

/** HyperFrames' compiler uses esbuild, which keeps a thread of its own: other specs count those. */
export async function stopCompiler(): Promise<void> {
  await stop();
  while (openThreads() > 0) await settle();
}

/** Projects of HyperFrames in a folder of their own, each with GSAP beside it. */
export function useFilmProjects() {
  let folder = '';
  let videos = 0;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'filmgate-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  after(stopCompiler);

  const projects = {
    /** A project of test/fixtures/films. */
    copy(name: string): string {
      const project = join(folder, name);
      cpSync(join(FILMS, name), project, { recursive: true });
      cpSync(require.resolve('gsap/dist/gsap.min.js'), join(project, 'gsap.min.js'));
      return project;
    },

    /** One of the given files. */
    write(files: Readonly<Record<string, string>>): string {
      const project = mkdtempSync(join(folder, 'project-'));
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(project, name)), { recursive: true });
        writeFileSync(join(project, name), text);
      }
      return project;
    },

    /** Renders a project. Without loss, and with one worker, if not told otherwise. */
    async render(
      project: string,
      options: HyperframesOptions = {},
      more: Partial<RenderOptions> = {},
      pixels: DecodeOptions = {},
    ) {
      videos += 1;
      const output = join(folder, more.output ?? `${videos}.mp4`);
      const source = hyperframes(project, options);
      const usual = { source, workers: 1, crf: 0, preset: 'ultrafast', pixelFormat: 'yuv444p' };
      const events: RenderEvent[] = [];
      await new Promise<void>((resolve, reject) => {
        render({ ...usual, ...more, output }).subscribe({
          next: (event) => events.push(event),
          error: reject,
          complete: resolve,
        });
      });
      const { frames, width, height } = await decode(output, pixels);
      const channels = pixels.pixels === 'rgba' ? 4 : 3;
      const pictures = frames.map(
        (frame): Picture =>
          (x, y) =>
            nameOf([...frame.subarray((y * width + x) * channels, (y * width + x + 1) * channels)]),
      );
      const messages = events.flatMap((event) => (event.type === 'pageMessage' ? [event.text] : []));
      return { output, width, height, pictures, messages };
    },
  };
  return projects;
}

/** The colours that the fixtures use. */
const COLOURS: Record<string, readonly number[]> = {
  ground: [0x10, 0x20, 0x30],
  red: [0xe6, 0x39, 0x46],
  green: [0x2a, 0x9d, 0x8f],
  yellow: [0xe9, 0xc4, 0x6a],
  violet: [0x9b, 0x5d, 0xe5],
  pink: [0xf1, 0x5b, 0xb5],
  white: [255, 255, 255],
  navy: [0x1d, 0x35, 0x57],
  steel: [0x45, 0x7b, 0x9d],
};

function nameOf(bytes: readonly number[]): string {
  if (bytes[3] !== undefined && bytes[3] < 128) return 'nothing';
  const found = Object.entries(COLOURS).find(([, colour]) =>
    colour.every((value, index) => Math.abs(value - (bytes[index] ?? 0)) < 12),
  );
  return found ? found[0] : bytes.join(',');
}
