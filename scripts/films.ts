/**
 * Renders the projects of test/fixtures/films with HyperFrames' own renderer and with Filmgate, in the same browser, and
 * compares them frame by frame. Prints a table, and exits with 1 when two differ, with 3 when there was nothing to compare
 * with, because HyperFrames could not be installed or failed itself. Arguments are names of projects.
 */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { findBrowser } from '../src/chromium';
import { hyperframes } from '../src/hyperframes';
import { render } from '../src/index';
import { makeFilmMedia } from '../test/support/filmMedia';
import { areEqual, compareVideos } from './films/compare';
import { installReference, type Reference, ReferenceMissing } from './films/reference';
import { compareSounds, soundEqual } from './films/sound';

const FILMS = resolve(__dirname, '../test/fixtures/films');

/** What a project is rendered with, where that is not the same for all. */
const SPECIAL: Record<string, { variables?: Record<string, unknown>; format?: 'webm' }> = {
  variables: { variables: { side: 70, mode: 'fast' } },
  transparent: { format: 'webm' },
};

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const browser = await findBrowser();
  const reference = await installReference(browser);
  let differ = 0;
  let missing = 0;
  for (const name of names.length > 0 ? names : readdirSync(FILMS).sort()) {
    const difference = await compareFilm(reference, name, browser.path).catch((error: Error) => error);
    if (difference instanceof Error) {
      console.log(`FAILED  ${name.padEnd(14)}  ${difference}`);
      if (difference instanceof ReferenceMissing) missing += 1;
      else differ += 1;
      continue;
    }
    const { sound } = difference;
    const isEqual = areEqual(difference) && soundEqual(sound);
    if (!isEqual) differ += 1;
    const { frames, sizes, ssim, worstFrame, block, blockAt } = difference;
    const counts = frames[0] === frames[1] ? `${frames[0]} frames` : `${frames.join(' and ')} frames`;
    const size = sizes[0] === sizes[1] ? '' : `, ${sizes.join(' and ')}`;
    const worst = `SSIM ${ssim.toFixed(4)} at ${worstFrame}, block ${block.toFixed(1)} at ${blockAt || 'none'}`;
    const { has, offset, correlation, louder } = sound;
    const like = `correlation ${correlation.toFixed(4)}, ${offset.toFixed(2)} ms late, ${louder.toFixed(2)} dB louder`;
    const heard =
      has[0] || has[1] ? `, sound: ${has[0] && has[1] ? like : `only in ${has[0] ? 'theirs' : 'ours'}`}` : '';
    console.log(`${isEqual ? 'equal ' : 'DIFFER'}  ${name.padEnd(14)}  ${counts}${size}, ${worst}${heard}`);
  }
  process.exitCode = differ > 0 ? 1 : missing > 0 ? 3 : 0;
}

async function compareFilm(reference: Reference, name: string, browser: string) {
  const { variables, format } = SPECIAL[name] ?? {};
  const project = join(reference.folder, 'projects', name);
  const output = join(reference.folder, 'videos', name);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(reference.folder, 'videos'), { recursive: true });
  cpSync(join(FILMS, name), project, { recursive: true });
  cpSync(resolve(__dirname, '../node_modules/gsap/dist/gsap.min.js'), join(project, 'gsap.min.js'));
  await makeFilmMedia(project);

  const ending = format ?? 'mp4';
  const theirs = `${output}-hyperframes.${ending}`;
  const args = ['--crf', '12', '--format', ending];
  if (variables) args.push('--variables', JSON.stringify(variables));
  await reference.render(project, theirs, args);

  const ours = `${output}-filmgate.${ending}`;
  const source = hyperframes(project, { browser, ...(variables ? { variables } : {}) });
  const events = render({ source, output: ours, overwrite: true, crf: 12 });
  await lastValueFrom(events);
  return { ...(await compareVideos(theirs, ours)), sound: await compareSounds(theirs, ours) };
}

main().catch((error: Error) => {
  console.error(error);
  process.exitCode = error instanceof ReferenceMissing ? 3 : 1;
});
