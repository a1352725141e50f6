import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { expect } from 'chai';
import { WorkDirectory } from '../../src/output/workDirectory';
import { textDigest } from '../../src/process/digest';
import { type Manifest, writeManifest } from '../../src/segments/manifest';
import { resumeFrom, wasPublished } from '../../src/segments/resume';
import { expectThrows } from '../support/expectThrows';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';

const SETTINGS = { scene: 'a b', encoding: '-c:v libx264 -crf 18 -preset fast out' };

describe('resumeFrom', () => {
  const path = useFolder();
  let place: WorkDirectory;
  const resume = (settings: Record<string, string> = SETTINGS, signal = new AbortController().signal) =>
    resumeFrom(place, settings, signal);

  /** Two of three segments, verified. */
  const manifest = (): Manifest => ({
    settings: SETTINGS,
    files: { [path('scene.js')]: textDigest('scene') },
    segments: [0, 1, 2].map((segment) => ({ segment, first: segment * 10, count: 10 })),
    verified: [0, 2].map((segment) => ({
      ...{ segment, first: segment * 10, count: 10 },
      ...{ file: `segment-${segment}`, bytes: 7, sha256: textDigest(`video ${segment}`) },
    })),
  });
  const publishing = (file: string) => {
    const { ino: inode, size: bytes } = statSync(file);
    return writeManifest(place.manifest, { ...manifest(), publishing: { inode, bytes } });
  };

  beforeEach(async () => {
    place = new WorkDirectory(path('video.mp4'));
    mkdirSync(place.folder);
    writeFileSync(path('scene.js'), 'scene');
    for (const segment of [0, 2]) writeFileSync(place.path(`segment-${segment}`), `video ${segment}`);
    await writeManifest(place.manifest, manifest());
  });

  it('trusts segments whose files have not changed', async () => {
    expect(await resume()).to.deep.equal({
      verified: manifest().verified,
      files: manifest().files,
      earlierRun: {
        invalid: [],
        publishedBytes: undefined,
        manifestText: readFileSync(place.manifest, 'utf8'),
      },
    });
  });

  it('leaves everything as it is', async () => {
    const before = readFileSync(place.manifest, 'utf8');
    truncateSync(place.path('segment-0'), 3);
    await resume();
    expect(readFileSync(place.manifest, 'utf8')).to.equal(before);
    expect(statSync(place.path('segment-0')).size).to.equal(3);
  });

  it('fails where there is nothing to resume: NOTHING_TO_RESUME', async () => {
    rmSync(place.manifest);
    expect((await rejection(resume(), 'NOTHING_TO_RESUME')).message).to.include(path('video.mp4'));
    rmSync(place.folder, { recursive: true });
    await rejection(resume(), 'NOTHING_TO_RESUME');
  });

  it('does not trust a manifest that is damaged: MANIFEST_INVALID', async () => {
    truncateSync(place.manifest, 100);
    await rejection(resume(), 'MANIFEST_INVALID');
  });

  describe('refuses a segment, and no other, when its file', () => {
    const damages: [string, (file: string) => void, string][] = [
      ['is missing', (file) => rmSync(file), 'its file is missing'],
      ['was cut short', (file) => truncateSync(file, 6), 'its file has 6 bytes instead of 7'],
      ['has grown', (file) => appendFileSync(file, '!'), 'its file has 8 bytes instead of 7'],
      ['is empty', (file) => truncateSync(file, 0), 'its file has 0 bytes instead of 7'],
      ['has a byte flipped', (file) => writeFileSync(file, 'vidEo 0'), 'the content of its file has changed'],
    ];
    for (const [what, damage, problem] of damages) {
      it(what, async () => {
        damage(place.path('segment-0'));
        const { verified, earlierRun } = await resume();
        expect(verified.map(({ segment }) => segment)).to.deep.equal([2]);
        const message = `segment 1 is rendered again: ${problem}`;
        expect(earlierRun.invalid).to.deep.equal([
          { type: 'segmentInvalid', segment: 0, range: { first: 0, count: 10 }, message },
        ]);
      });
    }

    it('is a folder', async () => {
      rmSync(place.path('segment-0'));
      mkdirSync(place.path('segment-0'));
      const bytes = statSync(place.path('segment-0')).size;
      const [first, ...others] = manifest().verified.map((segment) => ({ ...segment }));
      await writeManifest(place.manifest, {
        ...manifest(),
        verified: [{ ...first, bytes } as never, ...others],
      });
      const { verified, earlierRun } = await resume();
      expect(verified.map(({ segment }) => segment)).to.deep.equal([2]);
      expect(earlierRun.invalid[0]?.message).to.include('its file cannot be read');
    });
  });

  it('stops looking when it is cancelled', async () => {
    const reason = new Error('changed my mind');
    const failure = await resume(SETTINGS, AbortSignal.abort(reason)).catch((error) => error);
    expect(failure).to.equal(reason);
  });

  describe('says what is otherwise than it was', () => {
    const changed = async (settings: Record<string, string>) =>
      (await rejection(resume(settings), 'RESUME_CHANGED')).message;

    it('a setting: what it was and what it is', async () => {
      expect(await changed({ ...SETTINGS, scene: 'a c' })).to.include('scene was a b, and is a c');
    });

    it('a long one: only what differs, with the word before', async () => {
      const encoding = SETTINGS.encoding.replace('18', '20');
      expect(await changed({ ...SETTINGS, encoding })).to.include('encoding was -crf 18, and is -crf 20.');
      const longer = SETTINGS.encoding.replace('fast', 'fast -tune film');
      expect(await changed({ ...SETTINGS, encoding: longer })).to.include(
        'encoding was fast, and is fast -tune film.',
      );
      const shorter = SETTINGS.encoding.replace('-c:v libx264 ', '');
      expect(await changed({ ...SETTINGS, encoding: shorter })).to.include(
        'encoding was -c:v libx264, and is nothing.',
      );
    });

    it('one more, one less', async () => {
      const { scene, ...less } = SETTINGS;
      expect(await changed(less)).to.include(`scene was ${scene}, and is not given`);
      expect(await changed({ ...SETTINGS, fps: '30' })).to.include('fps was not given, and is 30');
    });

    it('a file that was edited, or is gone', async () => {
      writeFileSync(path('scene.js'), 'another');
      expect(await changed(SETTINGS)).to.include(`${path('scene.js')} has changed`);
      rmSync(path('scene.js'));
      expect(await changed(SETTINGS)).to.include(`${path('scene.js')} has changed`);
    });

    it('all of it, and how to go on', async () => {
      writeFileSync(path('scene.js'), 'another');
      const message = await changed({ ...SETTINGS, scene: 'c', fps: '30' });
      expect(message).to.include('scene was').and.include('fps was').and.include('scene.js has changed');
      expect(message).to.include(path('video.mp4')).and.include('--restart');
    });
  });

  describe('knows a video that was moved to its place before the render was killed', () => {
    const output = () => path('video.mp4');
    const video = () => place.path('video.mp4');

    beforeEach(async () => {
      writeFileSync(video(), 'the video');
      await publishing(video());
    });

    it('by rename', async () => {
      expect(wasPublished(output())).to.equal(false);
      expect((await resume()).earlierRun.publishedBytes).to.equal(undefined);
      renameSync(video(), output());
      expect(wasPublished(output())).to.equal(true);
      expect((await resume()).earlierRun.publishedBytes).to.equal(9);
    });

    it('by link, with the other name still there', async () => {
      linkSync(video(), output());
      expect(wasPublished(output())).to.equal(true);
      expect((await resume()).earlierRun.publishedBytes).to.equal(9);
    });

    it('and no other file', async () => {
      writeFileSync(output(), 'the video');
      expect(wasPublished(output())).to.equal(false);
      expect((await resume()).earlierRun.publishedBytes).to.equal(undefined);
    });

    it('nor that one, when it was written to since', async () => {
      renameSync(video(), output());
      appendFileSync(output(), '!');
      expect(wasPublished(output())).to.equal(false);
    });

    it('whatever has become of the segments', async () => {
      renameSync(video(), output());
      rmSync(place.path('segment-0'));
      const { verified, earlierRun } = await resume();
      expect(earlierRun.publishedBytes).to.equal(9);
      expect([verified, earlierRun.invalid]).to.deep.equal([manifest().verified, []]);
    });
  });

  it('wasPublished: without a manifest nothing was, and a damaged one is not trusted', () => {
    truncateSync(place.manifest, 10);
    expectThrows(() => wasPublished(path('video.mp4')), 'MANIFEST_INVALID');
    rmSync(place.manifest);
    expect(wasPublished(path('video.mp4'))).to.equal(false);
  });
});
