import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { COMPLETE, MediaCache } from '../../../../src/capture/chromium/media/mediaCache';
import { useFolder } from '../../../support/folder';

describe('MediaCache', () => {
  const folder = useFolder();
  const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);

  /** A range of 100 bytes that was used so many seconds ago. */
  function range(name: string, age: number, isComplete = true): string {
    const path = folder(name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, '0.jpg'), Buffer.alloc(100));
    if (isComplete) writeFileSync(join(path, COMPLETE), '100');
    utimesSync(path, secondsAgo(age), secondsAgo(age));
    return path;
  }

  function download(name: string, age: number): string {
    const path = folder(name);
    writeFileSync(path, Buffer.alloc(100));
    utimesSync(path, secondsAgo(age), secondsAgo(age));
    return path;
  }

  const prune = (limit: number, inUse: string[] = []) => new MediaCache(folder(), limit).prune(inUse);

  it('removes what has not been used for the longest time, of all videos', () => {
    const [oldest, newest, middle] = [range('a/0-x', 30), range('a/24-x', 10), range('b/0-x', 20)];
    prune(200);
    expect([oldest, newest, middle].map(existsSync)).to.deep.equal([false, true, true]);
  });

  it('removes nothing below its limit', () => {
    const paths = [range('a/0-x', 30), range('b/0-x', 20)];
    prune(200);
    expect(paths.map(existsSync)).to.deep.equal([true, true]);
  });

  it('keeps what is in use, however old that is and however small the limit', () => {
    const [used, other] = [range('a/0-x', 30), range('a/24-x', 10)];
    prune(0, [used]);
    expect([used, other].map(existsSync)).to.deep.equal([true, false]);
  });

  it('leaves alone what another render is extracting, and removes what was left half-made', () => {
    const [growing, left] = [range('a/0-x', 1, false), range('a/0-y', 3600, false)];
    prune(0);
    expect([growing, left].map(existsSync)).to.deep.equal([true, false]);
  });

  it('removes media that were fetched, when no render needs them any more', () => {
    const paths = [download('1.download', 7200), download('2.download', 7200), download('3.download', 60)];
    prune(0, [paths[1] as string]);
    expect(paths.map(existsSync)).to.deep.equal([false, true, true]);
  });

  it('is no trouble where there is nothing', () => {
    new MediaCache(folder('missing'), 0).prune([]);
  });
});
