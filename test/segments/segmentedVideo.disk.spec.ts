import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import type { RenderOptions } from '../../src/plan/renderOptions';
import { renderStatus } from '../../src/segments/status';
import {
  countFrom,
  film,
  keeping,
  ofType,
  requested,
  run,
  useSegmentWorkspace,
} from '../support/segmentWorkspace';

describe('a film in segments whose folder', () => {
  const workspace = useSegmentWorkspace();

  describe('is removed in the middle: OUTPUT_UNWRITABLE, whoever notices it first', () => {
    /** Again where an FFmpeg has made a file meanwhile: what comes after the listing is not removed. */
    const remove = (tries = 20): void => {
      try {
        rmSync(workspace.path('out'), { recursive: true, force: true });
      } catch (error) {
        if (tries === 0) throw error;
        remove(tries - 1);
      }
    };

    /** An FFmpeg that removes the folder as soon as it has done what these words are in, and ends well. */
    async function removing(words: string): Promise<string> {
      const { path: real } = await findFFmpeg();
      const [out, gone] = [workspace.path('out'), workspace.path('gone')];
      const remove = `mv '${out}' '${gone}'; rm -rf '${gone}'`; // At once: what the next segment writes meanwhile would keep it there.
      const script = `case "$*" in ${words}) '${real}' "$@"; ${remove}; exit 0;; esac`;
      writeFileSync(workspace.path('ffmpeg'), `#!/bin/sh\n${script}\nexec '${real}' "$@"\n`);
      chmodSync(workspace.path('ffmpeg'), 0o755);
      return workspace.path('ffmpeg');
    }

    const moments: [string, string][] = [
      ['when a segment is encoded', '*libx264*segment-00002-*'],
      ['when a segment is checked', '*segment-00002-*framecrc*'],
      ['when all are joined', '*concat*segments.txt*'],
      ['when the whole is checked', '*video.mp4*framecrc*'],
    ];
    for (const [when, words] of moments) {
      it(when, async () => {
        const { error, result } = await workspace.run({ ffmpeg: await removing(words) });
        expect(result).to.equal(undefined);
        expect(error).to.have.property('code', 'OUTPUT_UNWRITABLE');
        expect(error).to.have.property('message').that.includes(`${workspace.workDirectory()} was removed`);
        expect(error).to.have.property('cause');
        expect(statSync(workspace.path('out'), { throwIfNoEntry: false })).to.equal(undefined);
      });
    }

    for (const [when, after] of [
      ['segmentVerified', 2],
      ['assembling', 1],
      ['written', 15],
    ] as const) {
      it(`when it tells for the ${after}. time: ${when}`, async () => {
        let seen = 0;
        const { error, result } = await workspace.run({}, ({ type }) => {
          if (type === when) seen += 1;
          if (type === when && seen === after) remove();
        });
        expect(result).to.equal(undefined);
        expect(error).to.have.property('code', 'OUTPUT_UNWRITABLE');
        expect(statSync(workspace.path('out'), { throwIfNoEntry: false })).to.equal(undefined);
      });
    }
  });

  describe('is on a full disk', () => {
    let mounted = '';
    const disk = () => workspace.path('disk');
    const output = () => workspace.path('disk/film.mp4');
    const kept = () => renderStatus(output()).unfinished?.verified.map(({ segment }) => segment) ?? [];

    beforeEach(() => mkdirSync(disk()));
    afterEach(() => {
      if (mounted) execFileSync('umount', ['-l', mounted]);
      mounted = '';
    });

    /** Gives the folder a file system of so many bytes, or another size. Skips the test where that is not allowed. */
    function resize(test: Mocha.Context, bytes: number, ...more: string[]): void {
      const options = [mounted ? 'remount' : 'rw', `size=${bytes}`, ...more].join(',');
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'filmgate-test', disk()], { stdio: 'pipe' });
        mounted = disk();
      } catch (error) {
        if (mounted) throw error;
        console.log(
          `      skipped: a small file system cannot be mounted here (${(error as Error).message.trim()})`,
        );
        test.skip();
      }
    }

    const SIZE = { width: 160, height: 90 };
    const SEGMENT = 5 * SIZE.width * SIZE.height * 3; // bytes at least: noise in three planes, not compressed.
    const options = (more: Partial<RenderOptions> = {}) =>
      workspace.options({
        source: film(25, { format: { pixels: 'rgba', ...SIZE }, capture: ({ index }) => noise(index, SIZE) }),
        output: output(),
        segment: '5f',
        window: 2,
        ...more,
      });

    it('while a segment is encoded: DISK_FULL; what is verified is kept, and resumed when there is space', async function () {
      resize(this, Math.ceil(3.6 * SEGMENT));
      const { error } = await run(options());
      expect(error).to.have.property('code', 'DISK_FULL');
      const before = kept();
      expect(before.length).to.be.within(1, 3);
      expect(before).to.deep.equal(countFrom(0, before.length));
      resize(this, 40 * SEGMENT);
      const resumed = await run(options({ resume: true }));
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)).to.deep.equal(countFrom(before.length * 5, 25 - before.length * 5));
      expect(resumed.result).to.include({ frames: 25, resumedFrames: before.length * 5 });
    });

    it('while all are joined: DISK_FULL; nothing has to be rendered again', async function () {
      resize(this, Math.ceil(8 * SEGMENT));
      const { error, events } = await run(options());
      expect(ofType(events, 'assembling')).to.have.lengthOf(1);
      expect(error).to.have.property('code', 'DISK_FULL');
      expect(kept()).to.deep.equal([0, 1, 2, 3, 4]);
      const again = await run(options({ resume: true }));
      expect(again.error).to.have.property('code', 'DISK_FULL');
      expect(kept()).to.deep.equal([0, 1, 2, 3, 4]);
      resize(this, 40 * SEGMENT);
      const resumed = await run(options({ resume: true }));
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)).to.deep.equal([]);
      expect(renderStatus(output())).to.deep.include({ exists: true, unfinished: undefined });
    });

    it('or may only be read: OUTPUT_UNWRITABLE, and nothing is lost', async function () {
      resize(this, 40 * SEGMENT);
      await workspace.leave([1, 2], { output: workspace.output() });
      execFileSync('cp', ['-a', workspace.workDirectory(), disk()]);
      resize(this, 40 * SEGMENT, 'ro');
      for (const way of [{}, { resume: true }, { restart: true }]) {
        const { error } = await run(workspace.options({ output: output(), ...way }));
        expect(error).to.have.property('code', 'OUTPUT_UNWRITABLE');
      }
      expect(kept()).to.deep.equal([0, 1]);
      resize(this, 40 * SEGMENT, 'rw');
      const resumed = await run(workspace.options({ output: output(), resume: true }));
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)).to.deep.equal(countFrom(20, 20));
      expect(workspace.kept()).to.deep.equal(keeping([1, 2]));
    });
  });
});

/** A frame that nobody can compress, the same for the same index. */
function noise(index: number, { width, height }: { width: number; height: number }): Buffer {
  const frame = Buffer.alloc(width * height * 4, 255);
  let state = index + 1;
  for (let at = 0; at < frame.length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes, "Quick and dirty"
    if (at % 4 < 3) frame[at] = state >>> 24;
  }
  return frame;
}
