import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { threads } from '../../src/capture/threads/threads';
import { type Manifest, parseManifest, writeManifest } from '../../src/segments/manifest';
import { renderStatus } from '../../src/segments/status';
import { type Cli, childrenOf, parseLines, startCli } from '../support/cli';
import { compiledSources } from '../support/compiled';
import { gone } from '../support/encoderProcess';
import { countFrom, keeping, ofType, requested, useSegmentWorkspace } from '../support/segmentWorkspace';
import { decodeIndices } from '../support/video';

describe('a film in segments that was killed', () => {
  const workspace = useSegmentWorkspace();
  const { path } = workspace;
  const manifest = () => `${workspace.workDirectory()}/manifest.json`;

  describe('with SIGKILL', () => {
    before(compiledSources); // Listens to this process's exit, as it may.
    const source = () => threads(path('scene.cjs'));
    let running: Cli | undefined;

    beforeEach(() => writeFileSync(path('scene.cjs'), SCENE));
    afterEach(() => void running?.child.kill('SIGKILL'));

    function start(...more: string[]): Cli {
      const args = [
        'render',
        path('scene.cjs'),
        '-o',
        workspace.output(),
        '--segment',
        '10f',
        '--workers',
        '2',
      ];
      const lossless = ['--crf', '0', '--pixel-format', 'yuv444p', '--preset', 'ultrafast'];
      const told = ['--progress-format', 'ndjson', '--progress-fd', '3'];
      running = startCli([...args, ...lossless, ...told, ...more], { more: ['pipe'] });
      return running;
    }

    /** Ends it, waits until its FFmpegs have gone, and tells which segments it has said to be verified. */
    async function kill({ child, ended }: Cli): Promise<number[]> {
      const children = childrenOf(child.pid as number);
      child.kill('SIGKILL');
      const { fd3 } = await ended;
      await Promise.all(children.map(gone));
      const whole = fd3.slice(0, fd3.lastIndexOf('\n') + 1);
      const verified = parseLines(whole).filter(({ type }) => type === 'segmentVerified');
      return verified.map(({ segment }) => segment as number);
    }

    const holdFrom = (frame: number) => writeFileSync(path('hold'), String(frame));
    const goOn = () => rmSync(path('hold'));
    const isWhole = async () => {
      expect(workspace.files()).to.deep.equal(['film.mp4']);
      expect(await decodeIndices(workspace.output())).to.deep.equal(countFrom(0, 40));
    };

    it('before anything was verified, is rendered again', async () => {
      holdFrom(5);
      const cli = start();
      await cli.said(/"written":5,/);
      expect(await kill(cli)).to.deep.equal([]);
      expect(workspace.kept()).to.include.members(['lock', 'manifest.json']);
      expect(await workspace.run({ source: source() })).to.have.nested.property(
        'error.code',
        'RENDER_UNFINISHED',
      );
      goOn();
      const resumed = await workspace.run({ source: source(), resume: true });
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)).to.deep.equal(countFrom(0, 40));
      await isWhole();
    });

    it('in the third segment, is resumed from there', async () => {
      holdFrom(25);
      const cli = start();
      await cli.said(/("segmentVerified"[\s\S]*){2}/);
      expect((await kill(cli)).sort()).to.deep.equal([0, 1]);
      goOn();
      const resumed = await workspace.run({ source: source(), resume: true });
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)).to.deep.equal(countFrom(20, 20));
      await isWhole();
    });

    it('at random moments, again and again, has no verified segment rendered twice', async () => {
      const told = ['progress', 'segmentVerified', 'assembling'];
      const moments = fc.sample(fc.record({ type: fc.constantFrom(...told), delay: fc.nat(60) }), 3);
      for (const { type, delay } of moments) {
        const verified = existsSync(manifest())
          ? (renderStatus(workspace.output()).unfinished?.verified ?? [])
          : [];
        const cli = start('-y', ...(existsSync(manifest()) ? ['--resume'] : []));
        await cli.said(new RegExp(`"type":"(${type}|finished)"`));
        await new Promise((resolve) => setTimeout(resolve, delay)); // No matter when: that is the point.
        const rendered = await kill(cli);
        const twice = verified.filter(({ segment }) => rendered.includes(segment));
        expect(twice, JSON.stringify(moments)).to.deep.equal([]);
      }
      const isThere = existsSync(manifest());
      const resumed = await workspace.run({ source: source(), resume: isThere, overwrite: true });
      expect(resumed.error, JSON.stringify(moments)).to.equal(undefined);
      await isWhole();
    });
  });

  describe('while the video was put in its place', () => {
    /** All four segments are there, and a whole video beside them. */
    beforeEach(async () => {
      const whole = workspace.path('whole.mp4');
      await workspace.run({ output: whole });
      await workspace.run({}, ({ type }) => {
        if (type === 'assembling') writeFileSync(workspace.output(), 'in its place');
      });
      expect(workspace.kept()).to.deep.equal(keeping([1, 2, 3, 4]));
      rmSync(workspace.output());
      renameSync(whole, `${workspace.workDirectory()}/video.mp4`);
      await publishing(`${workspace.workDirectory()}/video.mp4`);
    });

    async function publishing(file: string): Promise<void> {
      const { ino: inode, size: bytes } = statSync(file);
      const known: Manifest = parseManifest(readFileSync(manifest(), 'utf8'), manifest());
      await writeManifest(manifest(), { ...known, publishing: { inode, bytes } });
    }

    /** Resumes, and expects that nothing is left to do. */
    async function isFinished(): Promise<void> {
      const { ino, size } = statSync(workspace.output());
      const resumed = await workspace.run({ resume: true });
      expect(resumed.error).to.equal(undefined);
      expect(resumed.events.map(({ type }) => type)).to.deep.equal(['planned', 'finished']);
      expect(resumed.result).to.include({
        frames: 40,
        bytes: size,
        resumedFrames: 40,
        output: workspace.output(),
      });
      expect(statSync(workspace.output()).ino).to.equal(ino);
      await workspace.expectWhole();
    }

    it('after it was moved: it is finished', async () => {
      renameSync(`${workspace.workDirectory()}/video.mp4`, workspace.output());
      await isFinished();
    });

    it('after it was linked: it is finished', async () => {
      linkSync(`${workspace.workDirectory()}/video.mp4`, workspace.output());
      await isFinished();
    });

    it('while the workDirectory was tidied up: it is finished', async () => {
      renameSync(`${workspace.workDirectory()}/video.mp4`, workspace.output());
      rmSync(workspace.segment(1));
      rmSync(workspace.segment(4));
      await isFinished();
    });

    it('before it was moved: it is put together once more, and nothing is rendered', async () => {
      const resumed = await workspace.run({ resume: true });
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)).to.deep.equal([]);
      expect(ofType(resumed.events, 'assembling')).to.deep.equal([{ type: 'assembling', segments: 4 }]);
      await workspace.expectWhole();
    });

    it('and something else is there now: it is not replaced unless that was asked for', async () => {
      writeFileSync(workspace.output(), 'something else');
      expect(await workspace.run({ resume: true })).to.have.nested.property('error.code', 'OUTPUT_EXISTS');
      expect(readFileSync(workspace.output(), 'utf8')).to.equal('something else');
      expect(workspace.kept()).to.include.members(keeping([1, 2, 3, 4]));
      const resumed = await workspace.run({ resume: true, overwrite: true });
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)).to.deep.equal([]);
      await workspace.expectWhole();
    });
  });
});

// Frames bear their indices. From the one that a file names they are held, as long as there is such a file.
const SCENE = `
  const { existsSync, readFileSync } = require('node:fs');
  const { setTimeout } = require('node:timers/promises');
  const held = __dirname + '/hold';
  module.exports = {
    width: 64, height: 36, fps: 30, frames: 40, alpha: false,
    async paint(pixels, { index, width, height }) {
      while (existsSync(held) && index >= Number(readFileSync(held, 'utf8'))) await setTimeout(5);
      for (let at = 0; at < width * height; at += 1) {
        const column = Math.floor(((at % width) * 4) / width);
        const row = Math.floor((Math.floor(at / width) * 4) / height);
        pixels.fill(255 * ((index >> (row * 4 + column)) & 1), at * 4, at * 4 + 3);
        pixels[at * 4 + 3] = 255;
      }
    },
  };
`;
