import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeTemporaryFolder, removeFolder } from '../../../src/capture/chromium/temporaryFolder';
import { useFolder } from '../../support/folder';

describe('a temporary folder of a browser', () => {
  const path = useFolder();

  it('takes away those of programs that were killed, and no others', () => {
    const { pid: ended } = spawnSync(process.execPath, ['-e', '']);
    const kept = [
      `filmgate-browser-${hostname()}-${process.ppid}-a`,
      `filmgate-browser-another.host-${ended}-b`,
      `filmgate-check-${hostname()}-${ended}-c`,
      `filmgate-browser-x`,
    ];
    for (const name of [...kept, `filmgate-browser-${hostname()}-${ended}-d`]) {
      mkdirSync(join(path('.'), name));
      writeFileSync(join(path('.'), name, 'file'), 'x');
    }
    const made = makeTemporaryFolder(path('.'), 'browser');
    removeFolder(made);
    removeFolder(made);
    expect(readdirSync(path('.')).sort()).to.deep.equal(kept.sort());
  });
});
