import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Storage } from '../../src/storage/storage';
import { useFolder } from './folder';
import { rejection } from './rejection';

/** What every storage must do. `open` gives an empty one for each test. */
export function storageContract(open: () => Storage | Promise<Storage>): void {
  const path = useFolder();
  let storage: Storage;

  beforeEach(async () => {
    storage = await open();
  });
  afterEach(() => storage.close());

  it('gives back the text that was put', async () => {
    await storage.put('films/1/plan.json', { text: '{"á":1}' });
    expect(await storage.read('films/1/plan.json')).to.equal('{"á":1}');
  });

  it('gives back the bytes of a file that was put', async () => {
    writeFileSync(path('segment'), Buffer.from([0, 255, 10, 13]));
    await storage.put('films/1/a.ts', { file: path('segment') });
    expect(await storage.fetch('films/1/a.ts', path('copy'))).to.equal(true);
    expect(readFileSync(path('copy'))).to.deep.equal(Buffer.from([0, 255, 10, 13]));
  });

  it('puts an empty file', async () => {
    writeFileSync(path('empty'), '');
    await storage.put('sources/empty', { file: path('empty') });
    expect(await storage.read('sources/empty')).to.equal('');
  });

  it('replaces what was there', async () => {
    await storage.put('films/1/plan.json', { text: 'a long first text' });
    await storage.put('films/1/plan.json', { text: 'second' });
    expect(await storage.read('films/1/plan.json')).to.equal('second');
  });

  it('says that a file is missing, which is no error', async () => {
    expect(await storage.read('films/none')).to.equal(undefined);
    expect(await storage.fetch('films/none', path('none'))).to.equal(false);
    await storage.remove(['films/none']);
  });

  it('lists the files below a prefix in the order of their keys', async () => {
    for (const key of ['films/2/b', 'films/1/b', 'films/1/a', 'films/11/c'])
      await storage.put(key, { text: key });
    expect(await storage.list('films/1/')).to.deep.equal(['films/1/a', 'films/1/b']);
    expect(await storage.list('films/1')).to.deep.equal(['films/1/a', 'films/1/b', 'films/11/c']);
    expect(await storage.list('nothing/')).to.deep.equal([]);
  });

  it('removes files', async () => {
    for (const key of ['films/1/a', 'films/1/b']) await storage.put(key, { text: key });
    await storage.remove(['films/1/a']);
    expect(await storage.list('films/')).to.deep.equal(['films/1/b']);
  });

  it('leaves nothing of a file that cannot be read', async () => {
    await rejection(storage.put('films/1/a', { file: path('none') }), 'STORAGE_FAILED');
    expect(await storage.list('')).to.deep.equal([]);
  });

  it('stops putting a file when it is cancelled, and leaves nothing of it', async () => {
    writeFileSync(path('large'), Buffer.alloc(8 * 2 ** 20));
    const stop = new AbortController();
    const putting = storage.put('films/1/a', { file: path('large') }, stop.signal);
    stop.abort();
    await rejection(putting, 'CANCELLED');
    expect(await storage.list('')).to.deep.equal([]);
  });

  for (const key of ['../a', 'films/../../a', '/etc/a', 'films//a', '.hidden', 'films/./a', '']) {
    it(`refuses the key ${JSON.stringify(key)}`, async () => {
      await rejection(storage.put(key, { text: 'x' }), 'JOB_INVALID');
      await rejection(storage.read(key), 'JOB_INVALID');
    });
  }
}
