import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { cacheDirectory } from '../../../src/capture/chromium/cacheDirectory';
import { useEnvironment } from '../../support/environment';
import { useFolder } from '../../support/folder';

describe('cacheDirectory', () => {
  const path = useFolder();
  const fill = (folder: string) => writeFile(join(folder, 'file'), 'whole');

  useEnvironment(() => ({ XDG_CACHE_HOME: path('cache'), TMPDIR: path('tmp') }));
  beforeEach(() => mkdirSync(path('tmp')));

  it('is made once, and stays', async () => {
    const folder = await cacheDirectory('thing-1', fill);
    expect(folder).to.equal(path('cache/filmgate/thing-1'));
    expect(readdirSync(folder)).to.deep.equal(['file']);
    const again = await cacheDirectory('thing-1', () => Promise.reject(new Error('made twice')));
    expect(again).to.equal(folder);
  });

  it('is nobody else’s to write to', async () => {
    expect(statSync(join(await cacheDirectory('thing-1', fill), '..')).mode & 0o077).to.equal(0);
  });

  it('appears whole, whoever else makes it at the same time', async () => {
    const seen: boolean[] = [];
    const slow = async (folder: string) => {
      await fill(folder);
      seen.push(existsSync(path('cache/filmgate/thing-1')));
    };
    const folders = await Promise.all(Array.from({ length: 5 }, () => cacheDirectory('thing-1', slow)));
    expect(new Set(folders).size).to.equal(1);
    expect(seen[0]).to.equal(false);
    expect(readdirSync(path('cache/filmgate'))).to.deep.equal(['thing-1']);
    expect(readdirSync(folders[0] ?? '')).to.deep.equal(['file']);
  });

  it('does not appear when making it failed', async () => {
    const error = await cacheDirectory('thing-1', async (folder) => {
      await fill(folder);
      throw new Error('no more room');
    }).catch((reason) => reason);
    expect(error).to.have.property('message', 'no more room');
    expect(readdirSync(path('cache/filmgate'))).to.deep.equal([]);
    expect(existsSync(join(await cacheDirectory('thing-1', fill), 'file'))).to.equal(true);
  });

  it('removes what killed processes left long ago, and not what others are making now', async () => {
    for (const name of ['thing-1.part-old', 'thing-1.part-new', 'other.part-old']) {
      mkdirSync(path(`cache/filmgate/${name}`), { recursive: true, mode: 0o700 });
      if (name.endsWith('old')) utimesSync(path(`cache/filmgate/${name}`), 1, 1);
    }
    await cacheDirectory('thing-1', fill);
    expect(readdirSync(path('cache/filmgate'))).to.have.members([
      'thing-1',
      'thing-1.part-new',
      'other.part-old',
    ]);
  });

  it('lies among temporary files where there can be no cache', async () => {
    writeFileSync(path('cache'), 'a file');
    expect(await cacheDirectory('thing-1', fill)).to.equal(
      path(`tmp/filmgate-${process.getuid?.()}/thing-1`),
    );
  });

  it('is not in a folder that others may write to', async () => {
    mkdirSync(path('cache/filmgate/thing-1'), { recursive: true });
    chmodSync(path('cache/filmgate'), 0o777);
    expect(await cacheDirectory('thing-1', fill)).to.equal(
      path(`tmp/filmgate-${process.getuid?.()}/thing-1`),
    );
    chmodSync(path(`tmp/filmgate-${process.getuid?.()}`), 0o777);
    const error = await cacheDirectory('thing-1', fill).catch((reason) => reason);
    expect(error)
      .to.have.property('message')
      .that.matches(/belongs to somebody else/);
  });
});
