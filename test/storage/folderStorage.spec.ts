import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { expect } from 'chai';
import { FolderStorage } from '../../src/storage/folderStorage';
import { openStorage } from '../../src/storage/openStorage';
import { expectThrows } from '../support/expectThrows';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { storageContract } from '../support/storageContract';

describe('FolderStorage', () => {
  const path = useFolder();
  beforeEach(() => mkdirSync(path('share')));
  storageContract(() => openStorage(path('share')));

  it('removes the folders that have become empty, and not the storage itself', async () => {
    const storage = new FolderStorage(path('share'));
    await storage.put('films/1/segments/a', { text: 'a' });
    await storage.remove(['films/1/segments/a']);
    expect(readdirSync(path('share'))).to.deep.equal([]);
  });

  it('does not make a share that is not mounted', async () => {
    const storage = new FolderStorage(path('share'));
    rmSync(path('share'), { recursive: true });
    expect((await rejection(storage.put('films/a', { text: 'a' }), 'STORAGE_FAILED')).message).to.match(
      /is the share mounted\?$/,
    );
    await rejection(storage.read('films/a'), 'STORAGE_FAILED');
    await rejection(storage.list('films/'), 'STORAGE_FAILED');
    expect(readdirSync(path())).to.deep.equal([]);
  });

  it('refuses a folder that is not there', () => {
    const message = `storage: there is no folder ${path('none')}; make it, or mount the share that all machines see`;
    expectThrows(() => openStorage(path('none')), 'STORAGE_FAILED', message);
  });
});
