import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFrameRate } from '../src/frames/rate';
import { compiledSources } from '../test/support/compiled';
import type { Scenario } from './scenario';

/** What a source is to do beside its frames. */
export interface SourceScript {
  /** The frame at which the source is to say that it is there. */
  readonly mark?: number;
  /** What goes wrong, at which frame or in the set-up, and how many times in all. */
  readonly fault?: SourceFault;
}

export interface SourceFault {
  readonly kind: 'throw' | 'exit' | 'never' | 'hang' | 'short' | 'oversized';
  readonly frame: number | 'setup';
  readonly times: number;
}

/** Where the files of a run are. */
export interface Places {
  readonly output: string;
  /** The folder for what the source writes and reads. */
  readonly state: string;
  /** URL at which pages write and read it. */
  readonly control: string;
  readonly sound: string;
  /** A video for pages. */
  readonly film: string;
}

const FIXTURES = join(__dirname, 'fixtures');

/** The command that renders a scenario, as a list. */
export function renderCommand(scenario: Scenario, script: SourceScript, places: Places): string[] {
  const { width, height, fps, length, pace, source, media, canvas } = scenario;
  const { state, control, film } = places;
  const params = { width, height, fps, length, pace, state, control, ...script };
  const main = join(compiledSources(), 'cli/main.js');
  const json = JSON.stringify(params);
  const options = [...renderOptions(scenario, places), ...watchdog(scenario)];
  if (source === 'threads') {
    const scene = [join(FIXTURES, 'scene.cjs'), '--params', json, '--setup-timeout', '4'];
    return [process.execPath, main, 'render', ...scene, ...options];
  }
  if (source === 'inline') {
    return [process.execPath, join(FIXTURES, 'inline.cjs'), compiledSources(), json, 'render', ...options];
  }
  const page = [
    writePage(params, { film: media ? film : undefined, hasUnseen: canvas === 'drawn' }),
    ...(canvas ? ['--capture', 'canvas'] : []),
    '--load-timeout',
    media ? '20' : '8',
    '--fps',
    fps,
  ];
  return [process.execPath, main, 'render', ...page, ...options];
}

function renderOptions(scenario: Scenario, { output, sound }: Places): string[] {
  const { first, count, workers, window, memory, segment, lanes, audio, encoding, overwrite } = scenario;
  return [
    ...['-o', output, '--progress-format', 'ndjson', '--progress-fd', '3'],
    ...['--workers', String(workers), ...encoding.args],
    ...(count === scenario.length ? [] : ['--frames', `${first}-${first + count - 1}`]),
    ...(window === undefined ? [] : ['--window', String(window)]),
    ...(memory === undefined ? [] : ['--memory', String(memory)]),
    ...['--segment', segment === undefined ? 'off' : `${segment}f`, '--lanes', String(lanes)],
    ...(audio ? ['--audio', `${sound}@0.2s,volume=0.5`] : []),
    ...(overwrite ? ['--overwrite'] : []),
  ];
}

/** Short, so that runs are; long enough for a machine that is busy. In seconds. */
export const LIMIT = { threads: 1.5, inline: 1.5, page: 3, encoder: 2 };

function watchdog({ source }: Scenario): string[] {
  return ['--frame-timeout', String(LIMIT[source]), '--encoder-timeout', String(LIMIT.encoder)];
}

/** In a folder of its own, because a page's folder is what its browsers may read. */
function writePage(
  params: { fps: string; state: string },
  { film, hasUnseen }: { readonly film: string | undefined; readonly hasUnseen: boolean },
): string {
  const folder = join(params.state, 'page');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'index.html');
  const { numerator, denominator } = parseFrameRate(params.fps);
  const json = JSON.stringify({ ...params, fps: numerator / denominator });
  const page = readFileSync(join(FIXTURES, 'page.html'), 'utf8').replace('PARAMS', () => json);
  const video = film ? '<video src="film.mp4" autoplay></video>' : '';
  if (film) copyFileSync(film, join(folder, 'film.mp4'));
  const unseen = hasUnseen ? '<i style="position: absolute; visibility: hidden">x</i>' : '';
  writeFileSync(path, page.replace('<!-- video -->', video + unseen));
  return path;
}
