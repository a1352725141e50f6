import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Subject } from 'rxjs';
import { writeTrace } from '../../src/dashboard/index';
import { FilmgateError } from '../../src/errors';
import { type RenderEvent, render, renderVideo, type Snapshot } from '../../src/index';
import { startCli } from '../support/cli';
import { rejection } from '../support/rejection';
import { indexedThreads, useRenderWorkspace } from '../support/renderWorkspace';

interface Line {
  readonly ph: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly id: number;
  readonly tid: number;
  readonly args: Record<string, unknown>;
}

describe('writeTrace', () => {
  const workspace = useRenderWorkspace();

  const read = (name: string): Line[] => JSON.parse(readFileSync(workspace.path(name), 'utf8'));

  /** The spans of each track, those that contain others first. */
  function tracks(lines: readonly Line[]): Map<number, Line[]> {
    const byTrack = new Map<number, Line[]>();
    for (const line of lines.filter(({ ph }) => ph === 'X'))
      byTrack.set(line.tid, [...(byTrack.get(line.tid) ?? []), line]);
    for (const spans of byTrack.values()) spans.sort((a, b) => a.ts - b.ts || b.dur - a.dur);
    return byTrack;
  }

  function expectNested(lines: readonly Line[]): void {
    for (const spans of tracks(lines).values()) {
      const open: Line[] = [];
      for (const span of spans) {
        expect(span.dur, span.name).to.be.at.least(0);
        while (open.length > 0 && end(open.at(-1)) <= span.ts) open.pop();
        const outer = open.at(-1);
        if (outer) expect(end(span), `${span.name} in ${outer.name}`).to.be.at.most(end(outer));
        open.push(span);
      }
    }
  }

  const end = (span: Line | undefined) => (span ? span.ts + span.dur : 0);

  it('writes spans that nest, flows that pair up, and the same busy time for workers as snapshots have', async () => {
    const events = new Subject<RenderEvent>();
    const written = writeTrace(events, workspace.path('trace.json'));
    let last: Snapshot | undefined;
    await renderVideo({
      ...workspace.options({ source: indexedThreads({ frames: 60 }), events: 'all' }),
      onEvent: (event) => events.next(event),
      onProgress(snapshot) {
        last = snapshot;
      },
    });
    events.complete();
    await written;

    const lines = read('trace.json');
    expectNested(lines);
    for (const phase of ['s', 't', 'f']) {
      const ids = lines.filter(({ ph }) => ph === phase).map(({ id }) => id);
      expect(ids.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 60 }, (_, index) => index));
    }
    for (const { name, busySeconds } of last?.workers ?? []) {
      const track = lines.find(({ ph, args }) => ph === 'M' && args.name === name)?.tid;
      const spans = lines.filter(({ ph, tid, name }) => ph === 'X' && tid === track && /^frame/.test(name));
      const seconds = spans.reduce((sum, { dur }) => sum + dur, 0) / 1e6;
      expect((seconds - busySeconds) / (last?.elapsedSeconds ?? 0)).to.be.within(-0.02, 0.02);
    }
    const parts = lines.filter(({ name }) => name === 'picture');
    expect(parts).to.have.length(60);
  });

  it('gives segments in lanes a track for each FFmpeg, and says when they begin and are verified', async () => {
    const source = indexedThreads({ frames: 40 });
    const options = workspace.options({ source, events: 'all', segment: '10f', lanes: 2 });
    await writeTrace(render(options), workspace.path('trace.json'));
    const lines = read('trace.json');
    expectNested(lines);
    expect(lines.filter(({ ph }) => ph === 'b')).to.have.length(4);
    expect(lines.filter(({ ph }) => ph === 'e')).to.have.length(4);
  });

  it('ends with the failure of a render, and what was going on then', async () => {
    const source = indexedThreads({ frames: 40, fail: 12 });
    await writeTrace(
      render(workspace.options({ source, events: 'all', maxTries: 1 })),
      workspace.path('trace.json'),
    );
    const lines = read('trace.json');
    expectNested(lines);
    expect(lines.some(({ ph, name }) => ph === 'i' && name.includes('frame 12'))).to.equal(true);
  });

  it('leaves a trace that can be read, but for its bracket, where the program is killed', async () => {
    const scene = join(__dirname, '../fixtures/scenes/indexed.cjs');
    const cli = startCli([
      ...['render', scene, '-o', workspace.path('video.mp4'), '--trace', workspace.path('trace.json')],
      ...['--params', '{"frames":5000}', '--progress-format', 'ndjson'],
    ]);
    await cli.said(/"written":[1-9]\d\d/);
    cli.child.kill('SIGKILL');
    await cli.ended;
    const lines: Line[] = JSON.parse(`${readFileSync(workspace.path('trace.json'), 'utf8')}]`);
    expect(lines.filter(({ name }) => name.startsWith('write '))).to.have.length.above(50);
  });

  it('refuses a path that is no .json, or cannot be written', async () => {
    const events = new Subject<RenderEvent>();
    expect(() => writeTrace(events, 'film.mp4')).to.throw(FilmgateError, 'trace: invalid value "film.mp4"');
    expect(() => writeTrace(events, workspace.path('none/trace.json'))).to.throw(FilmgateError, 'trace:');
    await rejection(
      Promise.resolve().then(() => writeTrace(events, '/proc/trace.json')),
      'OUTPUT_UNWRITABLE',
    );
  });
});
