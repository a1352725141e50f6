import { frameTime } from '../../frames/rate';
import type { CapturePlan } from '../source';
import { randomFrom } from './random';
import type { SceneContext, SceneFrame } from './scene';

/** What a scene's `setup` is given. */
export function sceneContext(plan: CapturePlan, params: unknown): SceneContext {
  const { format, fps, frames } = plan;
  return {
    width: format.width,
    height: format.height,
    fps: fps.numerator / fps.denominator,
    frames,
    duration: frameTime(frames, fps),
    params,
    random: randomFrom(0),
  };
}

/** What a scene's `paint` or `draw` is given for frame `index`. */
export function sceneFrame(plan: CapturePlan, context: SceneContext, index: number): SceneFrame {
  const { width, height, fps, frames, duration, params } = context;
  const time = frameTime(index, plan.fps);
  // Field by field: V8 makes a new hidden class, which outlives its frame, for each object that is spread and added to.
  return { width, height, fps, frames, duration, params, index, time, random: randomFrom(index + 1) };
}
