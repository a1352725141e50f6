import { dirname, relative, resolve, sep } from 'node:path';
import { inspect } from 'node:util';
import { invalidOption, messageOf } from '../../errors';
import { CaptureStopwatch } from '../../frames/captureTimes';
import { frameBytes } from '../../frames/format';
import { SCENE_OPTIONS } from '../../options/sceneOptions';
import { Deadline } from '../../process/deadline';
import type { CaptureSession, CaptureSource, CaptureWorker, SourceDescription } from '../source';
import { checkScenePath } from './loadScene';
import { sceneFiles } from './sceneFiles';
import { SceneThread } from './sceneThread';
import { SharedFrameSlots } from './sharedFrameSlots';

/** How to run a scene module on worker threads. */
export interface ThreadsOptions {
  /** What the scene gets as `params`: anything that can be cloned to a thread. */
  readonly params?: unknown;
  /** How long a thread may take to load the scene and to set it up, in seconds. Default 60. */
  readonly setupTimeout?: number;
}

/**
 * Captures by painting a scene module on worker threads. Workers paint straight into shared memory, and FFmpeg is
 * fed from there: pixels are not copied on the way.
 *
 * @param scene - path of the module: `.js`, `.mjs`, `.cjs`, or `.ts` where the runtime can load it
 * @throws FilmgateError `SCENE_NOT_FOUND`, `SCENE_INVALID`, `INVALID_OPTION` at once. The render fails with
 * `SETUP_FAILED`, `SETUP_TIMEOUT`, `PACKAGE_MISSING`, `CAPTURE_FAILED`, `WORKER_DIED`.
 */
export function threads(scene: string, options: ThreadsOptions = {}): CaptureSource {
  const { params = SCENE_OPTIONS.params.default, setupTimeout = SCENE_OPTIONS.setupTimeout.default } =
    options;
  const path = resolve(scene);
  checkScenePath(path);
  checkParams(params);
  if (!(setupTimeout > 0)) throw invalidOption('setupTimeout', setupTimeout, 'give seconds, above 0');

  return {
    open: () => openSession(path, params, setupTimeout),
    portable: () => {
      const files = sceneFiles(path);
      const root = commonFolder(files);
      const fromRoot = (file: string) => relative(root, file).split(sep).join('/');
      const entry = fromRoot(path);
      return { kind: 'scene', root, files: files.map(fromRoot), entry, options: { params, setupTimeout } };
    },
  };
}

const EVERYTHING = {
  depth: null,
  sorted: true,
  maxArrayLength: null,
  maxStringLength: null,
  breakLength: Infinity,
};

function openSession(path: string, params: unknown, setupTimeout: number): CaptureSession {
  let describing: SceneThread | undefined;
  return {
    async describe(overrides) {
      describing = new SceneThread('scene', { path, params, task: { type: 'describe', overrides } });
      try {
        const answer = await describing.started(new Deadline(setupTimeout));
        return (answer as { description: SourceDescription }).description;
      } finally {
        await describing.close();
      }
    },
    prepare(plan) {
      const ring = SharedFrameSlots.allocate(plan.window, frameBytes(plan.format));
      const task = { type: 'serve', plan, memory: ring.memory } as const;
      return (name) => serve(new SceneThread(name, { path, params, task }), ring, setupTimeout);
    },
    identity: () => ({
      settings: { scene: path, params: inspect(params, EVERYTHING) },
      files: sceneFiles(path),
    }),
    close: async () => describing?.close(),
  };
}

function serve(thread: SceneThread, ring: SharedFrameSlots, setupTimeout: number): CaptureWorker {
  return {
    ready: thread.started(new Deadline(setupTimeout)).then(() => {}),
    async capture({ index, slot, times }) {
      const stopwatch = new CaptureStopwatch(times);
      const painting = await thread.paint({ index, slot });
      stopwatch.lap('transfer', 'picture', painting);
      return { index, data: ring.bytes(slot) };
    },
    close: () => thread.close(),
  };
}

/** The innermost folder that holds all files. */
function commonFolder(files: readonly string[]): string {
  return files
    .map((file) => dirname(file))
    .reduce((common, folder) => {
      let both = common;
      while (both !== folder && !folder.startsWith(both.endsWith(sep) ? both : both + sep))
        both = dirname(both);
      return both;
    });
}

function checkParams(params: unknown): void {
  try {
    structuredClone(params);
  } catch (error) {
    throw invalidOption('params', messageOf(error), 'give plain data: it is cloned to each worker');
  }
}
