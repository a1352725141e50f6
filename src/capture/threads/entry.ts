/** Runs in a worker thread: loads the scene, then paints the frames that it is asked for into the shared ring. */
import { parentPort, workerData } from 'node:worker_threads';
import { FilmgateError, messageOf } from '../../errors';
import { captureFailed } from '../captureFailure';
import type { CapturePlan } from '../source';
import { sceneContext, sceneFrame } from './frameContext';
import { loadScene } from './loadScene';
import { painterFor } from './painter';
import type { PaintRequest, ThreadAnswer, ThreadData } from './protocol';
import { describeScene, type Scene } from './scene';
import { SharedFrameSlots } from './sharedFrameSlots';

const { path, params, task } = workerData as ThreadData;

function answer(message: ThreadAnswer): void {
  parentPort?.postMessage(message);
}

function fail({ code, message, cause }: FilmgateError): void {
  answer({ type: 'failed', code, message, cause: cause === undefined ? undefined : sendable(cause) });
}

/** What was thrown, as an error that can be sent: not everything that hangs on an error can be cloned. */
function sendable(thrown: unknown): Error {
  const plain = new Error(messageOf(thrown));
  if (thrown instanceof Error && thrown.stack) plain.stack = thrown.stack;
  try {
    const clone = structuredClone(thrown);
    return clone instanceof Error ? clone : plain;
  } catch {
    return plain;
  }
}

function setupFailed(thrown: unknown): FilmgateError {
  if (FilmgateError.is(thrown)) return thrown;
  const message = `${path} could not be set up: ${messageOf(thrown)}`;
  return new FilmgateError('SETUP_FAILED', message, { cause: thrown });
}

async function serve(scene: Scene, plan: CapturePlan, memory: SharedArrayBuffer): Promise<void> {
  const ring = SharedFrameSlots.over(memory, plan.window);
  const paint = painterFor(scene, path, plan);
  const context = sceneContext(plan, params);
  const state = await scene.setup?.(context);
  parentPort?.on('message', async ({ index, slot }: PaintRequest) => {
    try {
      const start = performance.now();
      await paint(ring.pixels(slot), sceneFrame(plan, context, index), state);
      answer({ type: 'painted', took: performance.now() - start });
    } catch (error) {
      fail(captureFailed(index, error));
    }
  });
  answer({ type: 'ready' });
}

async function main(): Promise<void> {
  const scene = await loadScene(path, params);
  if (task.type === 'serve') await serve(scene, task.plan, task.memory);
  else answer({ type: 'described', description: describeScene(scene, task.overrides) });
}

parentPort?.ref(); // A set-up that waits for ever is not to end the thread: the timeout tells of it.
main().catch((error) => fail(setupFailed(error)));
