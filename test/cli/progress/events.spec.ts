import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { ndjsonDisplay } from '../../../src/cli/progress/ndjsonDisplay';
import type { RenderEvent } from '../../../src/index';
import { parseLines, runCli } from '../../support/cli';
import { useFolder } from '../../support/folder';

const PAGE = readFileSync(join(__dirname, '../../../docs/events.md'), 'utf8');
const SCHEMA = z.fromJSONSchema(JSON.parse(/```json\n([\s\S]*?)\n```/.exec(PAGE)?.[1] ?? ''));
const ALL = ['--progress-format', 'ndjson', '--progress-events', 'all'];

describe('all events', () => {
  const path = useFolder();

  async function linesOf(...args: string[]): Promise<Record<string, unknown>[]> {
    const { stderr } = await runCli(['render', ...args, '-o', path('video.mp4'), ...ALL]);
    const lines = parseLines(stderr);
    for (const line of lines) {
      const { success, error } = SCHEMA.safeParse(line);
      expect(success, `${JSON.stringify(line)}: ${error?.message}`).to.equal(true);
    }
    return lines;
  }

  /** How many lines there are of each type. */
  function countTypes(lines: Record<string, unknown>[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of lines) counts[String(type)] = (counts[String(type)] ?? 0) + 1;
    return counts;
  }

  function sceneOf(paint: string): string {
    const scene = `width: 64, height: 48, fps: 30, frames: 20, alpha: false, paint(pixels, { index }) { ${paint} }`;
    writeFileSync(path('scene.js'), `const fs = require('node:fs'); module.exports = { ${scene} };`);
    return path('scene.js');
  }

  it('are as the schema in docs/events.md says, from each step of a frame to segments and retries', async () => {
    const fail = `if (index === 7 && !fs.existsSync('MARK')) { fs.writeFileSync('MARK', ''); throw new Error('no'); }`;
    const scene = sceneOf(`${fail.replaceAll('MARK', path('mark'))} pixels.fill(index);`);
    const lines = await linesOf(scene, '--segment', '10f', '--workers', '1');
    const counts = countTypes(lines);
    expect(counts).to.include({
      planned: 1,
      segmentsPlanned: 1,
      segmentVerified: 2,
      assembling: 1,
      finished: 1,
    });
    expect(counts).to.include({ requested: 20, captured: 20, writing: 20, written: 20, captureStarted: 21 });
    expect(counts).to.include({ retried: 1, workerEnded: 1, workerStarting: 1, workerReady: 2 });
    expect(counts.thumbnail).to.be.at.least(1);
    expect(lines[0]).to.include({ type: 'command' });
    expect(lines.at(-1)).to.include({ type: 'finished', frames: 20 });
  });

  it('tell how long the parts of a capture took, never longer than the capture', async () => {
    const lines = await linesOf(sceneOf('pixels.fill(index);'), '--workers', '1');
    const started = new Map<unknown, number>();
    for (const line of lines) {
      const { type, index, at } = line as { type: string; index: number; at: number };
      if (type === 'captureStarted') started.set(index, at);
      if (type !== 'captured') continue;
      const times = Object.values(line.times as Record<string, number>);
      expect(times.reduce((sum, time) => sum + time, 0)).to.be.at.most(
        at - (started.get(index) ?? at) + 0.01,
      );
    }
    expect(started).to.have.length(20);
  });

  it('are in the order of their times, up to the failure that ends them', async () => {
    const lines = await linesOf(sceneOf("throw new Error('never');"), '--max-tries', '1');
    expect(lines.at(-1)).to.include({ type: 'failed', code: 'CAPTURE_FAILED' });
    const times = lines.map(({ at }) => Number(at));
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
  });

  it('tell how many a reader that lags far behind has missed', () => {
    const lines: string[] = [];
    const sink = {
      isStderr: true,
      isFull: true,
      write: (line: string) => lines.push(line),
      close: async () => {},
    };
    const display = ndjsonDisplay(sink, 'all');
    const event: RenderEvent = { type: 'written', index: 1 };
    for (let count = 0; count < 20_005; count += 1) display.event?.(event);
    expect(lines).to.have.length(20_000);
    sink.isFull = false;
    display.event?.(event);
    expect(parseLines(lines.slice(20_000).join(''))).to.containSubset([{ type: 'dropped', count: 5 }, event]);
  });
});
