/** Types for scenes that draw on a Canvas 2D context. Needs the package `@napi-rs/canvas`. */
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { SceneBase, SceneFrame } from './capture/threads/scene';

/** A scene that draws on a Canvas 2D context, which is reset before each frame. */
export interface CanvasScene<Params = unknown, State = unknown> extends SceneBase<Params, State> {
  /** Draws one frame. Without `alpha: false`, what is not drawn on stays transparent. */
  draw(context: SKRSContext2D, frame: SceneFrame<Params>, state: State): void | Promise<void>;
}

/** Returns the scene as it is, with its context, parameters and state typed. */
export function defineCanvasScene<Params = unknown, State = unknown>(
  scene: CanvasScene<Params, State>,
): CanvasScene<Params, State> {
  return scene;
}
