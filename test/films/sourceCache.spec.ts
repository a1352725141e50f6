import fs, { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'chai';
import { packSource } from '../../src/films/packSource';
import { unpackSource } from '../../src/films/sourceCache';
import { FolderStorage } from '../../src/storage/folderStorage';
import { useFolder } from '../support/folder';

const WEEK = 7 * 24 * 3600; // seconds

describe('the sources that a worker has unpacked', () => {
  const path = useFolder();

  async function unpack(text: string): Promise<string> {
    mkdirSync(path('storage'), { recursive: true });
    writeFileSync(path('page.html'), text);
    const storage = new FolderStorage(path('storage'));
    return unpackSource(storage, await packSource(storage, path(), ['page.html']), path('cache'));
  }

  function age(folder: string, seconds: number): void {
    const then = Date.now() / 1000 - seconds;
    utimesSync(folder, then, then);
  }

  it('are removed when no film has used them for a week, and another one comes', async () => {
    const old = await unpack('old');
    const used = await unpack('used');
    const young = await unpack('young');
    age(old, WEEK + 60);
    age(used, WEEK + 60);
    age(young, WEEK - 60);
    await unpack('used');
    expect(existsSync(old), 'nothing has come').to.equal(true);
    const fresh = await unpack('fresh');
    const left = readdirSync(path('cache/sources')).filter((name) => name !== 'node_modules');
    expect(left).to.have.members([used, young, fresh].map((folder) => basename(folder)));
    expect(readdirSync(await unpack('old'))).to.deep.equal(['page.html']);
  });

  it("are used and left where they are another user's, who alone may touch or remove them", async () => {
    const theirs = await unpack('theirs');
    age(theirs, WEEK + 60);
    const { rmSync, utimesSync: touch } = fs;
    const refuse = (path: unknown) => {
      if (path === theirs) throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    };
    Object.assign(fs, {
      rmSync: (...args: Parameters<typeof rmSync>) => refuse(args[0]) ?? rmSync(...args),
      utimesSync: (...args: Parameters<typeof touch>) => refuse(args[0]) ?? touch(...args),
    });
    try {
      expect(await unpack('theirs')).to.equal(theirs);
      expect(existsSync(await unpack('fresh'))).to.equal(true);
    } finally {
      Object.assign(fs, { rmSync, utimesSync: touch });
    }
    expect(existsSync(theirs)).to.equal(true);
  });
});
