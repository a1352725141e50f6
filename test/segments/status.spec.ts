import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect } from 'chai';
import { parseManifest } from '../../src/segments/manifest';
import { cleanRender, renderStatus } from '../../src/segments/status';
import { useOtherProcesses } from '../support/otherProcess';
import { expectRefused } from '../support/refused';
import { ofType, useSegmentStage } from '../support/segmentStage';

describe('the status of a render', () => {
  const stage = useSegmentStage();
  const startOthers = useOtherProcesses();
  const nothing = () => ({ output: stage.output(), exists: false, worker: undefined, unfinished: undefined });
  const manifest = () => `${stage.workplace()}/manifest.json`;

  it('is nothing, or a finished video', async () => {
    expect(renderStatus(stage.output())).to.deep.equal(nothing());
    expect(cleanRender(stage.output())).to.equal(false);
    await stage.run();
    expect(renderStatus(stage.output())).to.deep.equal({ ...nothing(), exists: true });
    expect(cleanRender(stage.output())).to.equal(false);
    await stage.expectWhole();
  });

  it('is what an unfinished one has left', async () => {
    await stage.leave([1, 3]);
    const { unfinished, ...rest } = renderStatus(relative('.', stage.output()));
    expect({ ...rest, unfinished: undefined }).to.deep.equal(nothing());
    const { settings, verified, segments } = parseManifest(readFileSync(manifest(), 'utf8'), '');
    const changed = statSync(manifest()).mtime;
    expect(unfinished).to.deep.equal({ segments, verified, settings, changed, folder: stage.workplace() });
    expect(segments).to.deep.equal(
      [0, 1, 2, 3].map((segment) => ({ segment, first: segment * 10, count: 10 })),
    );
    expect(verified.map(({ segment }) => segment)).to.deep.equal([0, 2]);
    for (const { file, bytes } of verified)
      expect(statSync(`${stage.workplace()}/${file}`).size).to.equal(bytes);
    expect(settings).to.include({
      ...{ identity: 'indices', size: '64x36', fps: '30', frames: '0-39' },
      ...{ 'segment length': '10 frames' },
    });
    expect(settings.encoding).to.include('-crf 0').and.include('yuv444p').and.include('-preset ultrafast');
  });

  it('is removed by cleanRender, with a video that is there left alone', async () => {
    await stage.leave([1]);
    writeFileSync(stage.output(), 'an older one');
    expect(renderStatus(stage.output())).to.include({ exists: true });
    expect(cleanRender(stage.output())).to.equal(true);
    expect(cleanRender(stage.output())).to.equal(false);
    expect(stage.files()).to.deep.equal(['film.mp4']);
    expect(readFileSync(stage.output(), 'utf8')).to.equal('an older one');
  });

  it('tells who is at work, and what is verified by then; it cannot be cleaned', async () => {
    const { events } = await stage.run({}, ({ type }) => {
      if (type !== 'assembling') return;
      const { worker, unfinished } = renderStatus(stage.output());
      expect(worker).to.equal(process.pid);
      expect(unfinished?.verified).to.have.lengthOf(4);
      expectRefused(() => cleanRender(stage.output()), 'OUTPUT_BUSY', String(process.pid));
    });
    expect(ofType(events, 'finished')).to.have.lengthOf(1);
    await stage.expectWhole();
  });

  it('does not take a process for one at work that has died', async () => {
    await stage.leave([2]);
    const [other] = startOthers(1);
    const output = JSON.stringify(stage.output());
    await other?.run(`new (src('encode/output/workplace.js').Workplace)(${output}).enter(['manifest.json'])`);
    expect(renderStatus(stage.output())).to.include({ worker: other?.pid });
    await other?.kill();
    expect(readdirSync(stage.workplace())).to.include('lock');
    expect(renderStatus(stage.output()).worker).to.equal(undefined);
    expect(cleanRender(stage.output())).to.equal(true);
    expect(stage.files()).to.deep.equal([]);
  });

  for (const [what, damage] of [
    ['truncated', () => truncateSync(manifest(), 50)],
    ['a folder', () => mkdirSync(manifest())],
  ] as const) {
    it(`is unknown where the manifest is ${what}: MANIFEST_INVALID, until it is cleaned`, async () => {
      if (what === 'truncated') await stage.leave([1]);
      else mkdirSync(stage.workplace());
      damage();
      expectRefused(() => renderStatus(stage.output()), 'MANIFEST_INVALID', manifest());
      expect(cleanRender(stage.output())).to.equal(true);
      expect(stage.files()).to.deep.equal([]);
      expect(renderStatus(stage.output())).to.deep.equal(nothing());
    });
  }

  it('of a sequence is what is beside its folder', () => {
    const pattern = stage.path('out/frames/%03d.png');
    expect(renderStatus(pattern)).to.deep.equal({ ...nothing(), output: pattern });
    mkdirSync(stage.path('out/.frames.filmgate/frames'), { recursive: true });
    expect(cleanRender(pattern)).to.equal(true);
    expect(stage.files()).to.deep.equal([]);
  });
});
