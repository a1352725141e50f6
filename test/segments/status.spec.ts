import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from 'chai';
import { parseManifest } from '../../src/segments/manifest';
import { cleanRender, renderStatus } from '../../src/segments/status';
import { expectThrows } from '../support/expectThrows';
import { useOtherProcesses } from '../support/otherProcess';
import { ofType, useSegmentWorkspace } from '../support/segmentWorkspace';

describe('the status of a render', () => {
  const workspace = useSegmentWorkspace();
  const startOthers = useOtherProcesses();
  const nothing = () => ({
    output: workspace.output(),
    exists: false,
    pid: undefined,
    unfinished: undefined,
  });
  const manifest = () => `${workspace.workDirectory()}/manifest.json`;

  it('is nothing, or a finished video', async () => {
    expect(renderStatus(workspace.output())).to.deep.equal(nothing());
    expect(cleanRender(workspace.output())).to.equal(false);
    await workspace.run();
    expect(renderStatus(workspace.output())).to.deep.equal({ ...nothing(), exists: true });
    expect(cleanRender(workspace.output())).to.equal(false);
    await workspace.expectWhole();
  });

  it('is what an unfinished one has left', async () => {
    await workspace.leave([1, 3]);
    const { unfinished, ...rest } = renderStatus(relative('.', workspace.output()));
    expect({ ...rest, unfinished: undefined }).to.deep.equal(nothing());
    const { settings, verified, segments } = parseManifest(readFileSync(manifest(), 'utf8'), '');
    const changed = statSync(manifest()).mtime;
    expect(unfinished).to.deep.equal({
      segments,
      verified,
      settings,
      changed,
      folder: workspace.workDirectory(),
    });
    expect(segments).to.deep.equal(
      [0, 1, 2, 3].map((segment) => ({ segment, first: segment * 10, count: 10 })),
    );
    expect(verified.map(({ segment }) => segment)).to.deep.equal([0, 2]);
    for (const { file, bytes } of verified)
      expect(statSync(`${workspace.workDirectory()}/${file}`).size).to.equal(bytes);
    expect(settings).to.include({
      ...{ identity: 'indices', size: '64x36', fps: '30', frames: '0-39' },
      ...{ 'segment length': '10 frames' },
    });
    expect(settings.encoding).to.include('-crf 0').and.include('yuv444p').and.include('-preset ultrafast');
  });

  it('is removed by cleanRender, with a video that is there left alone', async () => {
    await workspace.leave([1]);
    writeFileSync(workspace.output(), 'an older one');
    expect(renderStatus(workspace.output())).to.include({ exists: true });
    expect(cleanRender(workspace.output())).to.equal(true);
    expect(cleanRender(workspace.output())).to.equal(false);
    expect(workspace.files()).to.deep.equal(['film.mp4']);
    expect(readFileSync(workspace.output(), 'utf8')).to.equal('an older one');
  });

  it('names the running process and the verified segments, and cleanRender refuses to remove them', async () => {
    const { events } = await workspace.run({}, ({ type }) => {
      if (type !== 'assembling') return;
      const { pid, unfinished } = renderStatus(workspace.output());
      expect(pid).to.equal(process.pid);
      expect(unfinished?.verified).to.have.lengthOf(4);
      expectThrows(() => cleanRender(workspace.output()), 'OUTPUT_BUSY', String(process.pid));
    });
    expect(ofType(events, 'finished')).to.have.lengthOf(1);
    await workspace.expectWhole();
  });

  it('does not take a process for one at work that has died', async () => {
    await workspace.leave([2]);
    const [other] = startOthers(1);
    const output = JSON.stringify(workspace.output());
    await other?.run(
      `new (src('output/workDirectory.js').WorkDirectory)(${output}).acquire(['manifest.json'])`,
    );
    expect(renderStatus(workspace.output())).to.include({ pid: other?.pid });
    await other?.kill();
    expect(readdirSync(workspace.workDirectory())).to.include('lock');
    expect(renderStatus(workspace.output()).pid).to.equal(undefined);
    expect(cleanRender(workspace.output())).to.equal(true);
    expect(workspace.files()).to.deep.equal([]);
  });

  for (const [what, damage] of [
    ['truncated', () => truncateSync(manifest(), 50)],
    ['a folder', () => mkdirSync(manifest())],
  ] as const) {
    it(`is unknown where the manifest is ${what}: MANIFEST_INVALID, until it is cleaned`, async () => {
      if (what === 'truncated') await workspace.leave([1]);
      else mkdirSync(workspace.workDirectory());
      damage();
      expectThrows(() => renderStatus(workspace.output()), 'MANIFEST_INVALID', manifest());
      expect(cleanRender(workspace.output())).to.equal(true);
      expect(workspace.files()).to.deep.equal([]);
      expect(renderStatus(workspace.output())).to.deep.equal(nothing());
    });
  }

  it('of a sequence is what is beside its folder', () => {
    const pattern = workspace.path('out/frames/%03d.png');
    expect(renderStatus(pattern)).to.deep.equal({ ...nothing(), output: pattern });
    mkdirSync(workspace.path('out/.frames.filmgate/frames'), { recursive: true });
    expect(cleanRender(pattern)).to.equal(true);
    expect(workspace.files()).to.deep.equal([]);
  });
});
