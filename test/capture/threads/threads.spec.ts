import { join } from 'node:path';
import { expect } from 'chai';
import type { CaptureWorker, SourceOverrides } from '../../../src/capture/source';
import { type ThreadsOptions, threads } from '../../../src/capture/threads/threads';
import { capture, describeSource, planFor } from '../../support/captureContract';
import { useFolder } from '../../support/folder';
import { openThreads } from '../../support/openThreads';
import { rejection } from '../../support/rejection';

const scene = (name: string) => join(__dirname, '../../fixtures/scenes', name);

describe('threads', () => {
  const path = useFolder();
  const workers: CaptureWorker[] = [];

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    expect(openThreads()).to.equal(0);
  });

  const describeScene = (name: string, overrides: SourceOverrides = {}, options: ThreadsOptions = {}) =>
    describeSource(threads(scene(name), options), overrides);

  async function open(name: string, options: ThreadsOptions = {}): Promise<CaptureWorker> {
    const source = threads(scene(name), options);
    const worker = source.open().prepare(await planFor(source, 1))('worker 1');
    workers.push(worker);
    await worker.ready;
    return worker;
  }

  it('says what a scene declares, its rate exact', async () => {
    expect(await describeScene('typed.ts')).to.deep.equal({
      format: { width: 2, height: 1, pixels: 'rgba' },
      fps: { numerator: 30000, denominator: 1001 },
      frames: 30,
    });
    expect(openThreads()).to.equal(0);
  });

  it('says what a caller wants otherwise: another rate keeps the length in seconds', async () => {
    const overrides = { width: 32, height: 20, fps: { numerator: 60, denominator: 1 } };
    expect(await describeScene('painted.js', overrides)).to.deep.equal({
      format: { width: 32, height: 20, pixels: 'rgba' },
      fps: { numerator: 60, denominator: 1 },
      frames: 40,
    });
    expect(await describeScene('painted.js', { duration: 1.5 })).to.have.property('frames', 45);
  });

  it('is known by its files and its parameters, in whatever order these are given', () => {
    const identityOf = (params: unknown) => threads(scene('faulty.cjs'), { params }).open().identity?.();
    const identity = identityOf({ b: [1, { c: 2 }], a: 'x' });
    expect(identity?.files).to.deep.equal([scene('faulty.cjs'), scene('indexed.cjs')]);
    expect(identity?.settings).to.have.property('scene', scene('faulty.cjs'));
    expect(identityOf({ a: 'x', b: [1, { c: 2 }] })).to.deep.equal(identity);
    for (const other of [
      { a: 'x', b: [1, { c: 3 }] },
      { a: 'x', b: [1] },
      { a: 1 },
      { a: '1' },
      {},
      undefined,
    ])
      expect(identityOf(other)?.settings, String(other)).not.to.deep.equal(identity?.settings);
    const long = (last: number) => identityOf({ list: [...Array(2000).fill(0), last] })?.settings;
    expect(long(1)).not.to.deep.equal(long(2));
    expect(identityOf({ a: 1 })?.settings).not.to.deep.equal(identityOf({ a: '1' })?.settings);
  });

  it('runs a scene in TypeScript, with its parameters and its set-up', async () => {
    const worker = await open('typed.ts', { params: { red: 40 } });
    expect([...(await capture(worker, 9))]).to.deep.equal([40, 41, 9, 255, 0, 0, 0, 0]);
  });

  it('runs a scene that a function makes of the parameters', async () => {
    const made = { params: { width: 3 } };
    expect(await describeScene('made.mjs', {}, made)).to.deep.include({ sourceAlpha: false, frames: 3 });
    expect([...(await capture(await open('made.mjs', made), 2))]).to.deep.equal(new Array(12).fill(2));
  });

  it('gives each frame random numbers of its own, the same on every worker and in any order', async () => {
    const numbers = async (worker: CaptureWorker, index: number) => {
      const bytes = new Uint8Array(await capture(worker, index));
      return [...new Float64Array(bytes.buffer)];
    };
    const [one, two] = [await open('random.cjs'), await open('random.cjs')];
    const [first, fiftieth] = [await numbers(one, 0), await numbers(one, 50)];
    expect(await numbers(two, 50)).to.deep.equal(fiftieth);
    expect(fiftieth[0]).not.to.equal(first[0]);
    expect(fiftieth[1]).to.equal(first[1]);
  });

  it('paints in transparent black, whatever the slot held before', async () => {
    const worker = await open('random.cjs'); // Leaves its second half alone.
    await capture(worker, 0);
    const typed = await open('typed.ts', { params: { red: 1 } });
    await capture(typed, 0);
    expect([...(await capture(typed, 1))].slice(4)).to.deep.equal([0, 0, 0, 0]);
  });

  it('gives up describing when the session is closed', async () => {
    const session = threads(scene('stuck.mjs')).open();
    const describing = session.describe({});
    await Promise.all([rejection(describing, 'CANCELLED'), session.close()]);
    expect(openThreads()).to.equal(0);
  });

  describe('refuses at once', () => {
    it('a file that is not there, and a folder', () => {
      expect(() => threads(path('none.js')))
        .to.throw(/none\.js/)
        .with.property('code', 'SCENE_NOT_FOUND');
      expect(() => threads(path()))
        .to.throw()
        .with.property('code', 'SCENE_NOT_FOUND');
    });

    it('a file of another kind', () => {
      expect(() => threads(scene('notes.txt')))
        .to.throw(/\.mjs/)
        .with.property('code', 'SCENE_INVALID');
    });

    it('parameters that cannot be cloned to a thread', () => {
      const params = { onClick() {} };
      expect(() => threads(scene('painted.js'), { params }))
        .to.throw(/params/)
        .with.property('code', 'INVALID_OPTION');
    });

    for (const setupTimeout of [0, -1, Number.NaN]) {
      it(`a time limit of ${setupTimeout} s`, () => {
        expect(() => threads(scene('painted.js'), { setupTimeout }))
          .to.throw(/setupTimeout/)
          .with.property('code', 'INVALID_OPTION');
      });
    }
  });

  it('takes a time limit without an end', async () => {
    expect(
      await describeScene('painted.js', {}, { setupTimeout: Number.POSITIVE_INFINITY }),
    ).to.have.property('frames', 20);
  });
});
