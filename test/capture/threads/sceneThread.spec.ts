import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import type { CaptureWorker } from '../../../src/capture/source';
import { threads } from '../../../src/capture/threads/threads';
import type { ErrorCode } from '../../../src/errors';
import { capture, describeSource, planFor } from '../../support/captureContract';
import { useFolder } from '../../support/folder';
import { openThreads } from '../../support/openThreads';
import { rejection } from '../../support/rejection';
import { settle } from '../../support/settle';

describe('a scene that fails on its thread', () => {
  const path = useFolder();
  let worker: CaptureWorker | undefined;

  afterEach(async () => {
    await worker?.close();
    worker = undefined;
    expect(openThreads()).to.equal(0);
  });

  const outline = 'width: 2, height: 2, fps: 30, frames: 9';
  const paint = 'paint() {}';

  function source(text: string, name = 'scene.cjs', setupTimeout = 30) {
    writeFileSync(path(name), text);
    return threads(path(name), { setupTimeout });
  }

  async function open(text: string, setupTimeout?: number): Promise<CaptureWorker> {
    const plan = await planFor(source(text), 1);
    worker = source(text, 'scene.cjs', setupTimeout).open().prepare(plan)('worker 1');
    worker.ready.catch(() => {});
    return worker;
  }

  describe('while it is loaded', () => {
    const describing = (text: string, setupTimeout?: number) =>
      describeSource(source(text, 'scene.mjs', setupTimeout));

    it('cannot be loaded: SCENE_INVALID, with the cause', async () => {
      const error = await rejection(describing('throw new TypeError("no film")'), 'SCENE_INVALID');
      expect(error.message).to.include('scene.mjs').and.include('no film');
      expect(error.cause).to.be.instanceOf(TypeError).with.property('message', 'no film');
    });

    it('declares what cannot be: INVALID_OPTION', async () => {
      const text = `export default { ${outline}, fps: 29.97, ${paint} }`;
      expect((await rejection(describing(text), 'INVALID_OPTION')).message).to.include('30000/1001');
    });

    it('is a function that throws: SETUP_FAILED', async () => {
      const text = 'export default () => { throw new Error("no film") }';
      expect((await rejection(describing(text), 'SETUP_FAILED')).message).to.include('no film');
    });

    it('ends its process: WORKER_DIED', async () => {
      expect((await rejection(describing('process.exit(3)'), 'WORKER_DIED')).message).to.include(
        'exit code 3',
      );
    });

    for (const [what, text] of Object.entries({
      'is busy for ever': 'for (;;);',
      'waits for ever': 'await new Promise(() => {})',
    })) {
      it(`${what}: SETUP_TIMEOUT`, async () => {
        const describing = describeSource(source(text, 'a.mjs', 0.5));
        expect((await rejection(describing, 'SETUP_TIMEOUT')).message)
          .to.include('a.mjs')
          .and.include('0.5 s');
      });
    }
  });

  describe('while it is set up', () => {
    const setup = (body: string, timeout?: number) =>
      open(`module.exports = { ${outline}, ${paint}, async setup() { ${body} } }`, timeout);

    it('throws: SETUP_FAILED, with the cause', async () => {
      const error = await rejection((await setup('throw new TypeError("no lens")')).ready, 'SETUP_FAILED');
      expect(error.message).to.include('scene.cjs').and.include('no lens');
      expect(error.cause).to.be.instanceOf(TypeError).with.property('message', 'no lens');
    });

    it('never answers: SETUP_TIMEOUT', async () => {
      const { ready } = await setup('await new Promise(() => {})', 0.5);
      expect((await rejection(ready, 'SETUP_TIMEOUT')).message).to.include('scene.cjs');
    });

    it('ends its process: WORKER_DIED', async () => {
      await rejection((await setup('process.exit()')).ready, 'WORKER_DIED');
    });
  });

  describe('while it paints', () => {
    const fails = async (body: string, code: ErrorCode) => {
      const { ready } = await open(
        `module.exports = { ${outline}, async paint(pixels, { index }) { ${body} } }`,
      );
      await ready;
      return rejection(capture(worker as CaptureWorker, 4), code);
    };

    it('ends its process: WORKER_DIED, now and at the next frame', async () => {
      const error = await fails('process.exit(5)', 'WORKER_DIED');
      expect(error.message).to.include('worker 1').and.include('exit code 5');
      await rejection(capture(worker as CaptureWorker, 5), 'WORKER_DIED');
    });

    it('throws outside of the frame: WORKER_DIED, with the cause', async () => {
      const body = 'setImmediate(() => { throw new Error("late") }); await new Promise(() => {})';
      const error = await fails(body, 'WORKER_DIED');
      expect(error.message).to.include('late');
      expect(error.cause).to.have.property('message', 'late');
    });

    it('throws nothing outside of the frame: WORKER_DIED', async () => {
      await fails('setImmediate(() => { throw undefined }); await new Promise(() => {})', 'WORKER_DIED');
    });

    it('is stuck outside JavaScript: closing it says so, and does not wait for ever', async () => {
      const args = JSON.stringify(['-c', `echo $$ > '${path('pid')}'; exec sleep 1000`]);
      const body = `require('node:child_process').spawnSync('/bin/sh', ${args})`;
      const stuck = await open(`module.exports = { ${outline}, paint() { ${body} } }`);
      await stuck.ready;
      const capturing = rejection(capture(stuck, 4), 'CANCELLED');
      const pid = () => (existsSync(path('pid')) ? Number(readFileSync(path('pid'), 'utf8')) : 0);
      while (pid() === 0) await settle();
      worker = undefined;
      const error = await rejection(stuck.close(), 'WORKER_DIED');
      expect(error.message).to.include('worker 1').and.include('could not be ended');
      await capturing;
      process.kill(pid(), 'SIGKILL');
      while (openThreads() > 0) await settle();
    });

    // What hangs on an error is not always something that can be sent to another thread.
    for (const [what, thrown] of Object.entries({
      'a string': '"no light"',
      'an error of the web': 'new DOMException("no light", "AbortError")',
      'an error with a function as its cause': 'new Error("no light", { cause: () => {} })',
      'an error of its own class': 'new (class extends Error { fix() {} })("no light")',
    })) {
      it(`throws ${what}: CAPTURE_FAILED, with the cause`, async () => {
        const error = await fails(`throw ${thrown}`, 'CAPTURE_FAILED');
        expect(error.message).to.include('frame 4').and.include('no light');
        expect(error.cause).to.be.instanceOf(Error).with.property('message', 'no light');
      });
    }
  });
});
