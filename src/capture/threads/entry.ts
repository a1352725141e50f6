/** Runs in a worker thread: loads the scene, then paints the frames that it is asked for into the shared ring. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, FilmgateError, messageOf } from '../../errors';
import { captureFailed } from '../failure';
import { SlotRing } from '../ring';
import type { CapturePlan } from '../source';
import { sceneContext, sceneFrame } from './frameContext';
import { loadScene } from './loadScene';
import { painterFor } from './painter';
import type { PaintRequest, ThreadAnswer, ThreadData } from './protocol';
import { describeScene, type Scene } from './scene';

const { path, params, task } = workerData as ThreadData;

function answer(message: ThreadAnswer): void {
  parentPort?.postMessage(message);
}

function fail(error: unknown, otherwise: ErrorCode): void {
  const code = error instanceof FilmgateError ? error.code : otherwise;
  const cause = error instanceof Error ? error : new Error(messageOf(error));
  answer({ type: 'failed', code, message: messageOf(error), cause });
}

async function serve(scene: Scene, plan: CapturePlan, memory: SharedArrayBuffer): Promise<void> {
  const ring = SlotRing.over(memory, plan.window);
  const paint = painterFor(scene, path, plan);
  const context = sceneContext(plan, params);
  const state = await scene.setup?.(context);
  parentPort?.on('message', async ({ index }: PaintRequest) => {
    try {
      await paint(ring.pixels(index), sceneFrame(plan, context, index), state);
      answer({ type: 'painted' });
    } catch (error) {
      fail(captureFailed(index, error), 'CAPTURE_FAILED');
    }
  });
  answer({ type: 'ready' });
}

async function main(): Promise<void> {
  const scene = await loadScene(path, params);
  if (task.type === 'serve') await serve(scene, task.plan, task.memory);
  else answer({ type: 'described', description: describeScene(scene, task.overrides) });
}

main().catch((error) => fail(error, 'SETUP_FAILED'));
