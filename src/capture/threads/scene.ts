import { FilmgateError, invalidOption } from '../../errors';
import { integerInRange } from '../../frames/check';
import { checkSize } from '../../frames/format';
import { type FrameRateInput, framesIn, parseFrameRate } from '../../frames/rate';
import type { SourceDescription, SourceOverrides } from '../source';

/** What holds for a whole scene, on every worker. */
export interface SceneContext<Params = unknown> {
  /** Width of the picture, in pixels. */
  readonly width: number;
  /** Height of the picture, in pixels. */
  readonly height: number;
  /** Frames per second; exact rates such as 30000/1001 as the nearest number. */
  readonly fps: number;
  /** How many frames the scene has. */
  readonly frames: number;
  /** Length in seconds. */
  readonly duration: number;
  /** What the caller gave as parameters; an empty object without. */
  readonly params: Params;
  /** A random number from 0 to 1. It depends on the frame (in `setup`: on nothing), never on the worker. */
  random(): number;
}

/** What a scene is told of the frame that it paints. */
export interface SceneFrame<Params = unknown> extends SceneContext<Params> {
  /** Place in the video, counted from 0. */
  readonly index: number;
  /** When the frame is shown, in seconds from the start. */
  readonly time: number;
}

/** Size, rate and length of a scene, and what it sets up: everything but how a frame is painted. */
export interface SceneBase<Params = unknown, State = unknown> {
  /** Width of the picture, in pixels. */
  readonly width: number;
  /** Height of the picture, in pixels. */
  readonly height: number;
  /** Exact frame rate, such as `30` or `'30000/1001'`. */
  readonly fps: FrameRateInput;
  /** Length in frames. Give this or `duration`. */
  readonly frames?: number;
  /** Length in seconds. Give this or `frames`. */
  readonly duration?: number;
  /** `false` when every frame is opaque: saves the encoder an alpha channel. */
  readonly alpha?: boolean;
  /** Runs once on each worker, before its first frame. What it returns is handed to every `paint` or `draw`. */
  setup?(context: SceneContext<Params>): State | Promise<State>;
}

/**
 * What a scene module exports by default: an outline, and how to paint a frame. Every worker loads the module for
 * itself, and any worker may be asked for any frame, so a frame must depend on nothing but its index and the
 * parameters.
 */
export interface Scene<Params = unknown, State = unknown> extends SceneBase<Params, State> {
  /**
   * `false` when `paint` sets every byte of every frame: they then need not be cleared before, and still hold some
   * earlier frame. Default true.
   */
  readonly clear?: boolean;
  /** Paints into RGBA pixels: 4 bytes each, straight alpha, rows top-down, transparent black to begin with. */
  paint?(pixels: Uint8ClampedArray, frame: SceneFrame<Params>, state: State): void | Promise<void>;
  /**
   * Draws on a Canvas 2D context, reset before each frame. Needs the package `@napi-rs/canvas`; its types come with
   * `defineCanvasScene` of `filmgate/canvas`. Give this or `paint`.
   */
  draw?(context: never, frame: SceneFrame<Params>, state: State): void | Promise<void>;
}

/** Returns the scene as it is, with its parameters and state typed. */
export function defineScene<Params = unknown, State = unknown>(
  scene: Scene<Params, State>,
): Scene<Params, State> {
  return scene;
}

/**
 * Checks what a module exports.
 *
 * @throws FilmgateError `SCENE_INVALID`
 */
export function checkScene(exported: unknown, path: string): Scene {
  const problem = problemOf(exported);
  if (!problem) return exported as Scene;
  const form = 'export default { width, height, fps, frames, paint(pixels, frame) { … } }';
  throw new FilmgateError('SCENE_INVALID', `${path} ${problem}; a scene is: ${form}`);
}

/**
 * Size, rate and length of a scene, after what the caller wants otherwise.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function describeScene(scene: Scene, overrides: SourceOverrides): SourceDescription {
  const size = { width: overrides.width ?? scene.width, height: overrides.height ?? scene.height };
  const declared = parseFrameRate(scene.fps, 'scene.fps');
  const fps = overrides.fps ?? declared;
  const declaredSeconds =
    scene.duration ??
    (integerInRange('scene.frames', scene.frames ?? 0, 1) * declared.denominator) / declared.numerator;
  const seconds = overrides.duration ?? declaredSeconds;
  if (!(seconds > 0 && Number.isFinite(seconds))) {
    throw invalidOption('duration', seconds, 'give a length in seconds, above 0');
  }
  return {
    ...(scene.alpha === undefined ? {} : { sourceAlpha: scene.alpha }),
    format: { ...checkSize(size, 'scene'), pixels: 'rgba' },
    fps,
    frames: integerInRange('frames', framesIn(seconds, fps), 1),
  };
}

function problemOf(exported: unknown): string | undefined {
  if (typeof exported !== 'object' || exported === null) return 'exports no scene';
  const scene = exported as Scene;
  if (typeof scene.paint !== 'function' && typeof scene.draw !== 'function') {
    return 'has neither a paint nor a draw function';
  }
  if (scene.paint && scene.draw) return 'has both a paint and a draw function';
  if (scene.frames === undefined && scene.duration === undefined) return 'says neither frames nor duration';
  if (scene.frames !== undefined && scene.duration !== undefined) return 'says both frames and duration';
  return undefined;
}
