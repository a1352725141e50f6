import { mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { textDigest } from '../../src/process/digest';
import {
  type Manifest,
  manifestText,
  parseManifest,
  type VerifiedSegment,
} from '../../src/segments/manifest';
import { digestsOf, ManifestStore } from '../../src/segments/manifestStore';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';

const EMPTY: Manifest = { settings: { scene: 'x' }, files: {}, segments: [], verified: [] };

describe('ManifestStore', () => {
  const path = useFolder();
  const file = () => path('manifest.json');
  const written = () => parseManifest(manifestText(file()) ?? '', file());
  const files: string[] = [];
  const open = (manifest = EMPTY) =>
    new ManifestStore(file(), manifest, () => ({ settings: {}, files: [...files] }));
  const segment = (number: number): VerifiedSegment => ({
    ...{ segment: number, first: number * 10, count: 10 },
    ...{ file: `segment-${number}`, bytes: number, sha256: `sum ${number}` },
  });

  beforeEach(() => void files.splice(0));

  it('begins with what it is given, and the files that are known by then', async () => {
    writeFileSync(path('scene.js'), 'scene');
    files.push(path('scene.js'));
    const store = open();
    await store.begin();
    expect(written()).to.deep.equal({ ...EMPTY, files: { [path('scene.js')]: textDigest('scene') } });
  });

  it('enters segments that come at the same time, one after the other, in their order', async () => {
    const store = open();
    await Promise.all([3, 1, 2, 0].map((number) => store.add(segment(number))));
    expect(written().verified).to.deep.equal([0, 1, 2, 3].map(segment));
    expect(store.verified).to.deep.equal(written().verified);
    expect(store.files).to.deep.equal(['segment-0', 'segment-1', 'segment-2', 'segment-3']);
  });

  it('knows a file as it was when it was first used', async () => {
    writeFileSync(path('a'), 'one');
    const store = open();
    await store.begin();
    files.push(path('a'));
    await store.add(segment(0));
    writeFileSync(path('a'), 'another');
    writeFileSync(path('b'), 'two');
    files.push(path('b'));
    await store.add(segment(1));
    expect(written().files).to.deep.equal({
      [path('a')]: textDigest('one'),
      [path('b')]: textDigest('two'),
    });
  });

  it('notes by what the video is known that is about to be moved', async () => {
    writeFileSync(path('video.mp4'), 'video');
    const store = open();
    await store.add(segment(0));
    await store.publishing(path('video.mp4'));
    const publishing = { inode: statSync(path('video.mp4')).ino, bytes: 5 };
    expect(written()).to.deep.equal({ ...EMPTY, verified: [segment(0)], publishing });
  });

  it('does not count what could not be written', async () => {
    const store = open();
    await store.add(segment(0));
    mkdirSync(path('manifest.json.new'));
    const { message, cause } = await rejection(store.add(segment(1)), 'OUTPUT_UNWRITABLE');
    expect(message).to.include(file());
    expect(cause).to.have.property('code', 'EISDIR');
    expect(store.files).to.deep.equal(['segment-0']);
    expect(written().verified).to.deep.equal([segment(0)]);
    rmdirSync(path('manifest.json.new'));
    await rejection(store.add(segment(2)), 'OUTPUT_UNWRITABLE'); // The render has failed by now.
  });

  it('says when its folder is gone', async () => {
    const store = open();
    rmSync(dirname(file()), { recursive: true });
    expect((await rejection(store.begin(), 'OUTPUT_UNWRITABLE')).message).to.include('ENOENT');
  });

  it('writes nothing where no later run could go on with it', async () => {
    const store = new ManifestStore(undefined, EMPTY, () => ({ settings: {}, files: [] }));
    await store.begin();
    await store.add(segment(0));
    expect(store.files).to.deep.equal(['segment-0']);
    expect(manifestText(file())).to.equal(undefined);
  });
});

describe('digestsOf', () => {
  const path = useFolder();

  it('keeps what is known, and says of a file that cannot be read that it cannot', async () => {
    writeFileSync(path('a'), 'a');
    writeFileSync(path('b'), 'b');
    const paths = [path('a'), path('b'), path('none'), path()];
    const unreadable = 'unreadable';
    expect(await digestsOf(paths, { [path('a')]: 'known', old: 'too' })).to.deep.equal({
      ...{ [path('a')]: 'known', old: 'too', [path('b')]: textDigest('b') },
      ...{ [path('none')]: unreadable, [path()]: unreadable },
    });
  });
});
