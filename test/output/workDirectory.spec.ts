import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect } from 'chai';
import { WorkDirectory } from '../../src/output/workDirectory';
import { expectThrows } from '../support/expectThrows';
import { useFolder } from '../support/folder';
import { type OtherProcess, useOtherProcesses } from '../support/otherProcess';

describe('WorkDirectory', () => {
  const path = useFolder();
  const startOthers = useOtherProcesses();
  let place: WorkDirectory;

  const open = () => new WorkDirectory(path('video.mp4'));
  const put = (...names: string[]) => {
    for (const name of names) writeFileSync(place.path(name), name);
  };
  const inPlace = () => readdirSync(place.folder).sort();
  const OPEN = () => {
    const output = JSON.stringify(path('video.mp4'));
    return `globalThis.place = new (src('output/workDirectory.js').WorkDirectory)(${output})`;
  };

  beforeEach(() => {
    place = open();
  });

  it('is a hidden folder beside the output, and there only while somebody is at work', () => {
    expect(place.folder).to.equal(path('.video.mp4.filmgate'));
    expect(readdirSync(path())).to.deep.equal([]);
    place.acquire();
    expect(readdirSync(path())).to.deep.equal(['.video.mp4.filmgate']);
    expect(place.pid).to.equal(process.pid);
    put('video.mp4');
    mkdirSync(place.path('frames'));
    writeFileSync(place.path('frames/0.png'), '');
    place.release();
    expect(readdirSync(path())).to.deep.equal([]);
    expect(place.pid).to.equal(undefined);
  });

  it('keeps the files that are named when it is left, and when it is entered again', () => {
    place.acquire();
    put('a', 'b', 'c');
    place.release(['a', 'b']);
    expect(inPlace()).to.deep.equal(['a', 'b']);
    place = open();
    place.acquire(['b']);
    expect(inPlace()).to.deep.equal(['b', 'lock']);
    put('c', 'd');
    place.sweep(['d']);
    expect(inPlace()).to.deep.equal(['d', 'lock']);
    expect(readFileSync(place.path('d'), 'utf8')).to.equal('d');
    place.release(['is not there']);
    expect(readdirSync(path())).to.deep.equal([]);
  });

  it('knows by the manifest that something unfinished is there', () => {
    place.acquire();
    expect(place.isUnfinished).to.equal(false);
    put('manifest.json');
    expect(place.isUnfinished).to.equal(true);
    place.release(['manifest.json']);
    expect(open().isUnfinished).to.equal(true);
  });

  it('is refused while somebody is at work, by the process and the output, and is not touched', () => {
    place.acquire();
    put('video.mp4');
    const second = open();
    const says = [path('video.mp4'), `process ${process.pid}`, 'wait for it, or name another'];
    expectThrows(() => second.check(), 'OUTPUT_BUSY', ...says);
    expectThrows(() => second.acquire(), 'OUTPUT_BUSY', ...says);
    expectThrows(() => second.clean(), 'OUTPUT_BUSY', ...says);
    second.release();
    expect(inPlace()).to.deep.equal(['lock', 'video.mp4']);
    expect(place.pid).to.equal(process.pid);
    place.release();
    second.check();
    second.acquire();
    second.release();
  });

  it('is refused while another process is at work; what that leaves when it is killed, the next removes', async () => {
    const [other] = startOthers(1) as [OtherProcess];
    const writes = "require('node:fs').writeFileSync(place.path('video.mp4'), '')";
    await other.run(`(${OPEN()}, place.acquire(), ${writes})`);
    expect(place.pid).to.equal(other.pid);
    expectThrows(() => place.acquire(), 'OUTPUT_BUSY', `process ${other.pid};`);
    await other.kill();
    expect(place.pid).to.equal(undefined);
    place.check();
    expect(inPlace()).to.deep.equal(['lock', 'video.mp4']);
    place.acquire();
    expect(inPlace()).to.deep.equal(['lock']);
    place.release();
    expect(readdirSync(path())).to.deep.equal([]);
  });

  it('says what to remove where a lock of another machine is in the way', () => {
    mkdirSync(place.folder);
    writeFileSync(place.path('lock'), JSON.stringify({ pid: 7, host: `not-${hostname()}` }));
    expectThrows(
      () => place.acquire(),
      'OUTPUT_BUSY',
      `process 7 on not-${hostname()}`,
      `remove ${place.path('lock')}`,
    );
  });

  it('removes the remains of others when it is asked to', () => {
    expect(place.clean()).to.equal(false);
    place.acquire();
    put('manifest.json', 'segment-1.ts');
    place.release(['manifest.json', 'segment-1.ts']);
    expect(open().clean()).to.equal(true);
    expect(readdirSync(path())).to.deep.equal([]);
    expect(open().clean()).to.equal(false);
  });

  it('bears that its folder has been removed', () => {
    place.acquire();
    rmSync(place.folder, { recursive: true });
    place.release();
    expect(readdirSync(path())).to.deep.equal([]);
    place.acquire();
    place.release();
  });

  it('does not touch what has taken its place after it was left', () => {
    place.acquire();
    place.release();
    const second = open();
    second.acquire();
    put('video.mp4');
    place.release();
    expect(inPlace()).to.deep.equal(['lock', 'video.mp4']);
    second.release();
  });

  describe('cannot be made', () => {
    const cases: [string, string, () => void][] = [
      ['where the folder of the output is gone', 'gone/video.mp4', () => {}],
      ['in a file', 'file/video.mp4', () => writeFileSync(path('file'), '')],
      ['where a file has its name', 'video.mp4', () => writeFileSync(path('.video.mp4.filmgate'), '')],
    ];
    for (const [what, output, prepare] of cases) {
      it(what, () => {
        prepare();
        const before = readdirSync(path());
        const there = new WorkDirectory(path(output));
        expectThrows(() => there.acquire(), 'OUTPUT_UNWRITABLE', there.folder);
        expect(readdirSync(path())).to.deep.equal(before);
      });
    }

    if (existsSync('/proc/self')) {
      it('in a folder that nobody can write to', () => {
        const there = new WorkDirectory('/proc/video.mp4');
        expectThrows(() => there.acquire(), 'OUTPUT_UNWRITABLE', '/proc');
        expectThrows(() => there.check(), 'OUTPUT_UNWRITABLE', '/proc cannot be written to');
      });
    }
  });

  it('can be checked, which leaves nothing behind and touches nothing', () => {
    place.check();
    expect(readdirSync(path())).to.deep.equal([]);
    mkdirSync(place.folder);
    put('manifest.json');
    place.check();
    expect(inPlace()).to.deep.equal(['manifest.json']);
  });

  it('is for one at a time, however many come and go', async () => {
    const VISITS = 150;
    const visitors = startOthers(4);
    await Promise.all(visitors.map((visitor) => visitor.run("src('output/workDirectory.js') && 0")));
    const visit = `(async () => {
      const { readdirSync, readFileSync, writeFileSync, existsSync } = require('node:fs');
      let [visits, refusals] = [0, 0];
      while (visits < ${VISITS}) {
        const ${OPEN().replace('globalThis.', '')};
        try {
          place.check();
          place.acquire();
        } catch (error) {
          if (error.code !== 'OUTPUT_BUSY') throw error;
          refusals += 1;
          continue;
        }
        if (existsSync(place.path('mine'))) throw new Error('it was not empty');
        writeFileSync(place.path('mine'), String(process.pid));
        await new Promise(setImmediate);
        if (readFileSync(place.path('mine'), 'utf8') !== String(process.pid)) throw new Error('it was taken away');
        place.release();
        visits += 1;
      }
      return { visits, refusals };
    })()`;
    type Visits = { visits: number; refusals: number };
    const ends = await Promise.all(visitors.map((visitor) => visitor.run<Visits>(visit)));
    expect(ends.map(({ visits }) => visits)).to.deep.equal(visitors.map(() => VISITS));
    expect(
      ends.some(({ refusals }) => refusals > 0),
      'they met',
    ).to.equal(true);
    expect(readdirSync(path())).to.deep.equal([]);
  });
});
