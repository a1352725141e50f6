import { join } from 'node:path';
import { findFFmpeg } from '../src';
import { findBrowser } from '../src/chromium';
import { secondsOf } from './peers';
import type { Bench } from './support/bench';
import { round } from './support/figures';
import { inFolder } from './support/folder';
import { copyComposition, installFilmPeers } from './support/peers';

const ROUNDS = 3;
const LEAST_RATIO = 2.2;

/** HyperFrames encodes with these, and captures JPEG pictures of this quality. */
const ALIKE = ['--preset', 'medium', '--crf', '18'];
const JPEG = ['--image', 'jpeg', '--quality', '100'];

const CASES = [
  { what: 'preset and CRF alike, pictures without loss', composition: 'composition', args: ALIKE },
  { what: 'preset, CRF and pictures alike', composition: 'composition', args: [...ALIKE, ...JPEG] },
  { what: 'a gradient that fills the screen', composition: 'pages/gradient', args: [] },
  { what: 'text and pictures', composition: 'pages/text', args: [] },
  { what: 'one canvas', composition: 'pages/canvas', args: [] },
];

export const peersAlike: Bench = {
  what: `whole commands beside HyperFrames' at its default and with 2 workers: with its settings, and other pages; the best of ${ROUNDS}`,
  must: `with the same preset and CRF, Filmgate is ${LEAST_RATIO} × as fast`,

  run: ({ quick, say }) =>
    inFolder(async (folder) => {
      const [browser, ffmpeg] = await Promise.all([findBrowser(), findFFmpeg()]);
      say('installing HyperFrames into a temporary folder');
      const [own, other] = await installFilmPeers(folder, { browser, ffmpeg });
      const output = join(folder, 'film.mp4');
      const rows: [string, number, number][] = [];
      for (const { what, composition, args } of quick ? CASES.slice(0, 1) : CASES) {
        const copied = copyComposition(join(folder, 'alike'), composition);
        let [ownBest, otherBest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
        for (let turn = 0; turn < (quick ? 1 : ROUNDS); turn += 1) {
          const command = [...own.command(output, undefined, copied), ...args];
          ownBest = Math.min(ownBest, await secondsOf(own, output, command));
          for (const workers of [undefined, 2]) {
            const seconds = await secondsOf(other, output, other.command(output, workers, copied));
            otherBest = Math.min(otherBest, seconds);
          }
          say(`${what}: ${round(ownBest, 2)} s, ${other.name} ${round(otherBest, 2)} s`);
        }
        rows.push([what, ownBest, otherBest]);
      }
      const [[, first, second] = ['', 1, 0]] = rows;
      return {
        pass: quick || second / first >= LEAST_RATIO,
        figures: { ratioWithPresetAlike: round(second / first, 2) },
        table: [
          ['seconds', 'Filmgate', `${other.name} ${other.version}`, 'ratio'],
          ...rows.map(([what, ours, theirs]) => [
            what,
            round(ours, 2),
            round(theirs, 2),
            round(theirs / ours, 2),
          ]),
        ],
      };
    }),
};
