import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { threads } from '../../../src/capture/threads/threads';
import type { ErrorCode } from '../../../src/errors';
import type { RenderEvent } from '../../../src/frames/events';
import type { RenderOptions } from '../../../src/plan/renderOptions';
import { render } from '../../../src/render';
import { useFolder } from '../../support/folder';
import { useRenderWorkspace } from '../../support/renderWorkspace';
import { decodeIndices } from '../../support/video';

const FRAMES = 40;

describe('a scene that fails once on its thread', () => {
  const workspace = useRenderWorkspace();
  const path = useFolder();

  /** Renders a scene with these faults, and checks that all of its frames are there; tells what was tried again. */
  async function survives(
    faults: Readonly<Record<number, string>>,
    options: Partial<RenderOptions> = {},
  ): Promise<Record<number, ErrorCode[]>> {
    mkdirSync(path('marks'));
    const params = { frames: FRAMES, faults, marks: path('marks') };
    const source = threads(join(__dirname, '../../fixtures/scenes/faulty.cjs'), { params });
    let [outstanding, peak] = [0, 0];
    const count = ({ type }: RenderEvent) => {
      if (type === 'requested') outstanding += 1;
      if (type === 'written') outstanding -= 1;
      peak = Math.max(peak, outstanding);
    };
    const whole = workspace.options({ source, window: 6, frameTimeout: 3, ...options });
    const events = await lastValueFrom(render(whole).pipe(tap(count), toArray()));
    expect(await decodeIndices(workspace.path('video.mp4'))).to.deep.equal(
      Array.from({ length: FRAMES }, (_, index) => index),
    );
    expect(peak).to.be.most(6);
    workspace.expectQuiet();
    expect(workspace.files()).to.deep.equal(['video.mp4']);

    const tried: Record<number, ErrorCode[]> = {};
    for (const event of events)
      if (event.type === 'retried') tried[event.index] = [...(tried[event.index] ?? []), event.code];
    const last = events.at(-1);
    expect(last?.type === 'finished' && last.result.retries).to.equal(Object.values(tried).flat().length);
    return tried;
  }

  const codes: Record<string, ErrorCode> = {
    throws: 'CAPTURE_FAILED',
    exits: 'WORKER_DIED',
    dies: 'WORKER_DIED',
    hangs: 'FRAME_STALLED',
    waits: 'FRAME_STALLED',
  };

  for (const [fault, code] of Object.entries(codes)) {
    it(`and ${fault}: its frame is tried again, and the video is whole`, async () => {
      expect(await survives({ 17: fault })).to.deep.equal({ 17: [code] });
    });
  }

  it('at its first frame and at its last, with one worker', async () => {
    const tried = await survives({ 0: 'exits', 39: 'throws' }, { workers: 1 });
    expect(tried).to.deep.equal({ 0: ['WORKER_DIED'], 39: ['CAPTURE_FAILED'] });
  });

  it('in every way, with a window of one for each worker', async () => {
    const faults = { 0: 'throws', 1: 'hangs', 2: 'exits', 20: 'waits', 21: 'dies', 38: 'exits', 39: 'hangs' };
    const tried = await survives(faults, { workers: 3, window: 3 });
    for (const [index, fault] of Object.entries(faults))
      expect(tried[Number(index)]).to.deep.equal([codes[fault]]);
    expect(Object.keys(tried)).to.have.lengthOf(7);
  });
});
