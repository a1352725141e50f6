import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { segmentOutput } from '../../src/output/segmentOutput';
import { WorkDirectory } from '../../src/output/workDirectory';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';

describe('a segment as an output', () => {
  const path = useFolder();
  let place: WorkDirectory;

  const open = (name = 'segment-00001.ts') => segmentOutput(place, name);

  beforeEach(() => {
    place = new WorkDirectory(path('video.mp4'));
    place.acquire();
  });

  it('is made in the workDirectory of its render, and stays there', async () => {
    const output = open();
    await output.check();
    output.begin();
    expect(output.target).to.equal(path('.video.mp4.filmgate/segment-00001.ts'));
    writeFileSync(output.target, 'twelve bytes');
    expect(await output.publish()).to.equal(12);
    expect(readFileSync(output.target, 'utf8')).to.equal('twelve bytes');
    expect(place.pid).to.equal(process.pid);
  });

  it('is removed alone when it is discarded, whether it is there or not', async () => {
    writeFileSync(open('segment-00002.ts').target, '');
    for (const discard of ['discard', 'discardSync'] as const) {
      writeFileSync(open().target, '');
      await open()[discard]();
      await open()[discard]();
      expect(readdirSync(place.folder).sort()).to.deep.equal(['lock', 'segment-00002.ts']);
    }
  });

  it('says when it is gone', async () => {
    const { message } = await rejection(open().publish(), 'OUTPUT_UNWRITABLE');
    expect(message).to.include(open().target);
  });
});
