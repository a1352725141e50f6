import { createRequire } from 'node:module';
import { FilmgateError } from '../../errors';
import type { CapturePlan } from '../source';
import type { Scene, SceneFrame } from './scene';

/** Paints one frame into a slot of RGBA pixels. */
export type Painter = (pixels: Uint8ClampedArray, frame: SceneFrame, state: unknown) => void | Promise<void>;

/**
 * How this scene's frames get into RGBA pixels.
 *
 * @throws FilmgateError `PACKAGE_MISSING` when the scene draws on a canvas and there is none.
 */
export function painterFor(scene: Scene, path: string, plan: CapturePlan): Painter {
  return scene.draw ? canvasPainter(scene, path, plan) : pixelPainter(scene);
}

function pixelPainter(scene: Scene): Painter {
  return (pixels, frame, state) => {
    if (scene.clear !== false) clear(pixels); // The slot holds an earlier frame, and which depends on the schedule.
    return scene.paint?.(pixels, frame, state);
  };
}

/** In words of 4 bytes, because V8 fills shared memory one element at a time. */
function clear({ buffer, byteOffset, length }: Uint8ClampedArray): void {
  new Uint32Array(buffer, byteOffset, length / 4).fill(0);
}

function canvasPainter(scene: Scene, path: string, plan: CapturePlan): Painter {
  const { width, height } = plan.format;
  const canvas = loadCanvas(path).createCanvas(width, height);
  const context = canvas.getContext('2d');
  return async (pixels, frame, state) => {
    context.reset();
    await scene.draw?.(context as never, frame, state);
    // `data()` is eight times as fast, and premultiplied: on black, as a video without alpha shows it.
    pixels.set(plan.keepAlpha ? context.getImageData(0, 0, width, height).data : canvas.data());
  };
}

/** The scene's own copy if it has one (its fonts are registered there), or else the one beside Filmgate. */
function loadCanvas(path: string): typeof import('@napi-rs/canvas') {
  for (const from of [path, __filename]) {
    try {
      return createRequire(from)('@napi-rs/canvas');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new FilmgateError(
    'PACKAGE_MISSING',
    `${path} draws on a canvas, which needs a package that is not installed: npm install @napi-rs/canvas`,
  );
}
