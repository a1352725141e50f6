import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Manifest, manifestText, parseManifest, writeManifest } from '../../src/segments/manifest';
import { expectThrows } from '../support/expectThrows';
import { useFolder } from '../support/folder';

const MANIFEST: Manifest = {
  settings: { scene: '/scène.js', 'segment length': '10 frames' },
  files: { '/scène.js': 'a1' },
  segments: [
    { segment: 0, first: 5, count: 10 },
    { segment: 1, first: 15, count: 3 },
  ],
  verified: [{ segment: 1, first: 15, count: 3, file: 'segment-00002.ts', bytes: 17, sha256: 'b2' }],
};

describe('a manifest', () => {
  const path = useFolder();
  const file = () => path('manifest.json');
  const text = () => manifestText(file()) ?? '';
  const read = () => parseManifest(text(), file());

  it('is read as it was written', async () => {
    await writeManifest(file(), MANIFEST);
    expect(read()).to.deep.equal(MANIFEST);
    const publishing = { ...MANIFEST, publishing: { inode: 12, bytes: 34 } };
    await writeManifest(file(), publishing);
    expect(read()).to.deep.equal(publishing);
    expect(readdirSync(path())).to.deep.equal(['manifest.json']);
  });

  it('says of which version it is, for people and for other versions', async () => {
    await writeManifest(file(), MANIFEST);
    expect(JSON.parse(text())).to.include({ version: 1 });
  });

  it('stays as it was when the next one cannot be written', async () => {
    await writeManifest(file(), MANIFEST);
    mkdirSync(path('manifest.json.new'));
    const failure = await writeManifest(file(), { ...MANIFEST, files: {} }).catch((error) => error);
    expect(failure).to.have.property('code', 'EISDIR');
    expect(read()).to.deep.equal(MANIFEST);
  });

  it('is not there, or cannot be read', () => {
    expect(manifestText(file())).to.equal(undefined);
    mkdirSync(file());
    expectThrows(() => manifestText(file()), 'MANIFEST_INVALID', file(), 'EISDIR');
  });

  describe('is not trusted', () => {
    beforeEach(() => writeManifest(file(), MANIFEST));

    const damages: [string, (text: string) => string][] = [
      ['empty', () => ''],
      ['garbage', () => 'garbage'],
      ['something else', () => '[1, 2, 3]'],
      ['null', () => 'null'],
      ['cut short in the middle', (text) => text.slice(0, text.length / 2)],
      ['cut short by its last bracket', (text) => text.trimEnd().slice(0, -1)],
      ['with a frame moved', (text) => text.replace('"first": 15', '"first": 14')],
      ['with a segment more', (text) => text.replace('"verified": [', '"verified": [\n  { "segment": 0 },')],
      ['with a setting changed', (text) => text.replace('10 frames', '11 frames')],
      ['with a setting more', (text) => text.replace('"settings": {', '"settings": { "fps": "30",')],
      ['with a field more', (text) => text.replace('"files"', '"more": 1, "files"')],
      ['with another digest', (text) => text.replace(/"digest": "./, '"digest": "x')],
      ['without a digest', (text) => text.replace(/"digest": ".*",/, '')],
    ];
    for (const [what, damage] of damages) {
      it(what, () => {
        const damaged = damage(text());
        expect(damaged).to.not.equal(text());
        const says = [file(), '--restart', 'filmgate clean'];
        expectThrows(() => parseManifest(damaged, file()), 'MANIFEST_INVALID', ...says);
      });
    }

    it('of another version, which it names', () => {
      const other = text().replace('"version": 1', '"version": 2');
      expectThrows(() => parseManifest(other, file()), 'MANIFEST_INVALID', 'version 2', 'version 1');
    });

    it('but may be written in another way', () => {
      writeFileSync(file(), JSON.stringify(JSON.parse(readFileSync(file(), 'utf8'))));
      expect(read()).to.deep.equal(MANIFEST);
    });
  });
});
