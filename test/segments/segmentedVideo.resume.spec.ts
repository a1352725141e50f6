import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { expect } from 'chai';
import { FilmgateError } from '../../src/errors';
import { findFFmpeg } from '../../src/ffmpeg/findFFmpeg';
import { planOutput } from '../../src/output/planOutput';
import type { RenderPlan } from '../../src/plan/renderPlan';
import type { SegmentsPlan } from '../../src/segments/planSegments';
import { SegmentedVideo } from '../../src/segments/segmentedVideo';
import {
  countFrom,
  film,
  keeping,
  ofType,
  type Run,
  requested,
  useSegmentWorkspace,
} from '../support/segmentWorkspace';

describe('a film in segments that failed', () => {
  const workspace = useSegmentWorkspace();
  const manifest = () => `${workspace.workDirectory()}/manifest.json`;
  const codeOf = ({ error }: Run) => (error as { code?: string } | undefined)?.code;

  it('keeps the segments that are verified, and nothing else', async () => {
    await workspace.leave([1, 3]);
    expect(workspace.files()).to.deep.equal(['.film.mp4.filmgate']);
    expect(workspace.kept()).to.deep.equal(['manifest.json', 'segment 1', 'segment 3']);
  });

  describe('as something is not what FFmpeg said: VIDEO_INVALID', () => {
    /** An FFmpeg that cuts short what it has written by arguments like these, and ends well. */
    async function cutting(like: string): Promise<string> {
      const { path: real } = await findFFmpeg();
      const cut = `for file; do :; done; truncate -s 2000 "\${file#file:}"`; // The last argument.
      const script = `case "$*" in ${like}) '${real}' "$@"; ${cut}; exit 0;; esac`;
      writeFileSync(workspace.path('cutting'), `#!/bin/sh\n${script}\nexec '${real}' "$@"\n`, {
        mode: 0o755,
      });
      return workspace.path('cutting');
    }

    it('a segment, which is not kept', async () => {
      const ended = await workspace.run({ ffmpeg: await cutting('*libx264*segment-00002-*') });
      expect(codeOf(ended)).to.equal('VIDEO_INVALID');
      expect(workspace.kept()).to.not.include('segment 2');
    });

    it('the whole, and all segments are kept', async () => {
      const ended = await workspace.run({ ffmpeg: await cutting('*concat*segments.txt*') });
      expect(codeOf(ended)).to.equal('VIDEO_INVALID');
      expect(workspace.kept()).to.deep.equal(keeping([1, 2, 3, 4]));
      const resumed = await workspace.run({ resume: true });
      expect(requested(resumed)).to.deep.equal([]);
      await workspace.expectWhole();
    });
  });

  it('leaves nothing where no segment was verified', async () => {
    await workspace.leave([]);
    expect(workspace.files()).to.deep.equal([]);
  });

  it('leaves nothing of a source of which nobody knows what it shows, nor does it say anything in between', async () => {
    const source = film(40, { identity: undefined as never });
    const { error } = await workspace.run({ source, output: workspace.output() }, ({ type }, cancel) => {
      if (type !== 'assembling') return;
      expect(workspace.kept()).to.include('segment 1').and.not.include('manifest.json');
      cancel();
    });
    expect(error).to.equal(undefined);
    expect(workspace.files()).to.deep.equal([]);
  });

  it('is not discarded by a render without resume or restart: RENDER_UNFINISHED', async () => {
    await workspace.leave([1, 2]);
    for (const overwrite of [false, true]) {
      const ended = await workspace.run({ overwrite });
      expect(codeOf(ended)).to.equal('RENDER_UNFINISHED');
      expect(ended.events).to.deep.equal([]);
      expect(workspace.kept()).to.deep.equal(keeping([1, 2]));
    }
  });

  describe('can be resumed: only the missing frames are rendered', () => {
    for (const verified of [[1], [1, 2, 3], [2, 4]]) {
      it(`where segments ${verified} are verified`, async () => {
        await workspace.leave(verified);
        const resumed = await workspace.run({ resume: true, lanes: 2 });
        expect(resumed.error).to.equal(undefined);
        const missing = countFrom(0, 40).filter((index) => !verified.includes(Math.floor(index / 10) + 1));
        expect(requested(resumed)).to.deep.equal(missing);
        const resumedFrames = verified.length * 10;
        const plan = { segments: 4, resumedSegments: verified.length, resumedFrames };
        expect(ofType(resumed.events, 'planned')[0]?.plan).to.include(plan);
        expect(resumed.result).to.include({ frames: 40, resumedFrames });
        await workspace.expectWhole();
      });
    }

    it('after several failures in a row', async () => {
      await workspace.leave([2]);
      expect(requested(await workspace.leave([2, 3], { resume: true }))).to.not.include.members([15]);
      await workspace.leave([1, 2, 3], { resume: true });
      const last = await workspace.run({ resume: true });
      expect(requested(last)).to.deep.equal(countFrom(30, 10));
      expect(last.result).to.include({ resumedFrames: 30 });
      await workspace.expectWhole();
    });

    it('where all segments are verified and only the output was taken', async () => {
      const first = await workspace.run({}, ({ type }) => {
        if (type === 'assembling') writeFileSync(workspace.output(), 'somebody else');
      });
      expect(codeOf(first)).to.equal('OUTPUT_EXISTS');
      expect(readFileSync(workspace.output(), 'utf8')).to.equal('somebody else');
      expect(JSON.parse(readFileSync(manifest(), 'utf8'))).to.have.property('publishing'); // It was about to.
      expect(workspace.kept()).to.deep.equal(keeping([1, 2, 3, 4]));
      expect(codeOf(await workspace.run({ resume: true }))).to.equal('OUTPUT_EXISTS');
      expect(workspace.kept()).to.deep.equal(keeping([1, 2, 3, 4]));
      const resumed = await workspace.run({ resume: true, overwrite: true });
      expect(resumed.error).to.equal(undefined);
      expect(requested(resumed)).to.deep.equal([]);
      expect(ofType(resumed.events, 'workerReady')).to.deep.equal([]);
      await workspace.expectWhole();
    });

    it('with other workers, lanes, window and watchdog than before', async () => {
      await workspace.leave([1, 2]);
      const options = {
        workers: 1,
        lanes: 1,
        window: 3,
        memory: '1MB',
        maxTries: 2,
        frameTimeout: 9,
        encoderTimeout: 9,
      };
      const { error } = await workspace.run({ resume: true, ...options });
      expect(error).to.equal(undefined);
      await workspace.expectWhole();
    });
  });

  it('is not resumed when another run has continued it since it was planned: OUTPUT_BUSY', async () => {
    await workspace.leave([1, 3]);
    const manifestText = readFileSync(manifest(), 'utf8').trimEnd();
    const segments = { manifest: { verified: [] }, earlierRun: { manifestText }, isResumable: true };
    const output = planOutput(workspace.path('out/film.mp4'), { restart: true });
    const session = film(40).open();
    const start = () =>
      new SegmentedVideo({ encode: { output } } as RenderPlan, segments as unknown as SegmentsPlan, session);
    expect(start).to.throw(FilmgateError, 'continued it meanwhile').with.property('code', 'OUTPUT_BUSY');
    expect(workspace.kept()).to.deep.equal(keeping([1, 3]));
    expect(requested(await workspace.run({ resume: true }))).to.have.lengthOf(20);
    await workspace.expectWhole();
  });

  it('starts over with restart', async () => {
    await workspace.leave([1, 3]);
    const over = await workspace.run({ restart: true }, (event) => {
      if (event.type === 'requested' && event.index === 0)
        expect(workspace.kept()).to.not.include('segment 3');
    });
    expect(over.error).to.equal(undefined);
    expect(requested(over)).to.deep.equal(countFrom(0, 40));
    expect(over.result).to.include({ resumedFrames: 0 });
    await workspace.expectWhole();
  });

  it('starts over in one go as well', async () => {
    await workspace.leave([1, 3]);
    const over = await workspace.run({ restart: true, segment: 'off' });
    expect(over.error).to.equal(undefined);
    await workspace.expectWhole();
  });

  it('cannot be resumed when it is finished or was never begun: NOTHING_TO_RESUME', async () => {
    expect(codeOf(await workspace.run({ resume: true }))).to.equal('NOTHING_TO_RESUME');
    expect(workspace.files()).to.deep.equal([]);
    await workspace.run();
    expect(codeOf(await workspace.run({ resume: true, overwrite: true }))).to.equal('NOTHING_TO_RESUME');
    await workspace.expectWhole();
  });

  it('cannot be both resumed and restarted: INVALID_OPTION, and nothing is lost', async () => {
    await workspace.leave([1]);
    expect(codeOf(await workspace.run({ resume: true, restart: true }))).to.equal('INVALID_OPTION');
    expect(workspace.kept()).to.deep.equal(keeping([1]));
  });

  describe('and of which a segment is damaged, has that one rendered again, and keeps the others', () => {
    const damages: [string, (file: string) => void, string][] = [
      ['missing', (file) => rmSync(file), 'its file is missing'],
      ['with a flipped byte', flip, 'the content of its file has changed'],
    ];
    for (const [what, damage, says] of damages) {
      it(what, async () => {
        await workspace.leave([1, 2, 4]);
        damage(workspace.segment(2));
        const resumed = await workspace.run({ resume: true });
        expect(resumed.error).to.equal(undefined);
        const refused = ofType(resumed.events, 'segmentInvalid');
        expect(refused).to.have.lengthOf(1);
        expect(refused[0]).to.deep.include({ segment: 1, range: { first: 10, count: 10 } });
        expect(refused[0]?.message).to.include(says);
        expect(requested(resumed)).to.deep.equal(countFrom(10, 20));
        expect(ofType(resumed.events, 'planned')[0]?.plan).to.include({
          resumedSegments: 2,
          resumedFrames: 20,
        });
        await workspace.expectWhole();
      });
    }

    it('and is forgotten, should the render fail again', async () => {
      await workspace.leave([1, 2, 4]);
      flip(workspace.segment(2));
      await workspace.leave([1, 4], { resume: true });
      const resumed = await workspace.run({ resume: true });
      expect(ofType(resumed.events, 'segmentInvalid')).to.deep.equal([]);
      expect(requested(resumed)).to.deep.equal(countFrom(10, 20));
      await workspace.expectWhole();
    });
  });

  describe('and whose manifest is damaged: MANIFEST_INVALID, and nothing is lost', () => {
    const edited = (from: string | RegExp, to: string) => () => {
      const text = readFileSync(manifest(), 'utf8');
      expect(text).to.match(new RegExp(from));
      writeFileSync(manifest(), text.replace(from, to));
    };
    const becomesFolder = () => {
      rmSync(manifest());
      mkdirSync(manifest());
    };
    const damages: [string, () => void][] = [
      ['truncated', () => truncateSync(manifest(), 300)],
      ['edited', edited('"count": 10', '"count": 11')],
      ['of another version', edited('"version": 1', '"version": 2')],
      ['a folder', becomesFolder],
    ];

    it('also when one render after the other is tried, until it is started over', async () => {
      await workspace.leave([1, 2]);
      for (const [what, damage] of damages) {
        const text = readFileSync(manifest(), 'utf8');
        damage();
        const refused = await workspace.run({ resume: true });
        expect(codeOf(refused), what).to.equal('MANIFEST_INVALID');
        expect((refused.error as Error).message).to.include(manifest());
        expect(refused.events).to.deep.equal([]);
        expect(codeOf(await workspace.run({ overwrite: true })), what).to.equal('RENDER_UNFINISHED');
        expect(workspace.kept()).to.deep.equal(keeping([1, 2]));
        if (what !== 'a folder') writeFileSync(manifest(), text);
      }
      const { error } = await workspace.run({ restart: true });
      expect(error).to.equal(undefined);
      await workspace.expectWhole();
    });

    it('and is resumed when it is as it was again', async () => {
      await workspace.leave([1, 2, 3]);
      const text = readFileSync(manifest(), 'utf8');
      truncateSync(manifest(), 0);
      expect(codeOf(await workspace.run({ resume: true }))).to.equal('MANIFEST_INVALID');
      writeFileSync(manifest(), text);
      const resumed = await workspace.run({ resume: true });
      expect(requested(resumed)).to.deep.equal(countFrom(30, 10));
      await workspace.expectWhole();
    });
  });
});

/** Flips a bit in the middle of a file. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.of((bytes[at] ?? 0) ^ 1), 0, 1, at);
  closeSync(handle);
}
