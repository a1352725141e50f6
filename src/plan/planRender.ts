import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type CaptureSession, planCapture, type SourceOverrides } from '../capture/source';
import type { Codec } from '../encode/codecs';
import { resolveEncodeOptions } from '../encode/encodeOptions';
import { alphaWarning } from '../encode/pixelFormat';
import { planEncoder } from '../encode/planEncoder';
import { invalidOption } from '../errors';
import { findFFmpeg } from '../ffmpeg/findFFmpeg';
import { frameBytes, hasAlpha } from '../frames/format';
import { checkRange } from '../frames/range';
import { FRAMES_PER_WORKER } from '../options/renderOptions';
import { planOutput } from '../output/planOutput';
import { hasSound } from '../segments/audio';
import { planSegments } from '../segments/planSegments';
import { wasPublished } from '../segments/resume';
import { checkRenderOptions } from './checkOptions';
import type { RenderOptions } from './renderOptions';
import type { RenderPlan } from './renderPlan';

/**
 * Resolves the options of a render against the source, FFmpeg and the disk. One that is shared by many machines has
 * segments in any case.
 *
 * @throws FilmgateError
 */
export async function planRender(
  options: RenderOptions,
  session: CaptureSession,
  signal: AbortSignal,
  isShared = false,
): Promise<RenderPlan> {
  const checked = checkRenderOptions(options);
  const { range: asked } = checked;
  const overrides = { ...checked.overrides, encodes: encodesAlpha(options), range: asked, isShared };
  const { described, findingFFmpeg } = await askBoth(session, overrides, signal);
  const { format, fps, frames, sourceAlpha = hasAlpha(format), repeats = false, sounds = false } = described;
  const range = checkRange(asked ?? { first: 0, count: frames }, frames);
  if (checked.lanes > 1 && described.sequential) {
    // They would ask for frames that it has passed.
    throw invalidOption('lanes', checked.lanes, 'this source is captured in ascending order: use 1');
  }

  const output = planOutput(options.output, {
    overwrite: options.overwrite || (options.resume && wasPublished(resolve(options.output))) || false,
    restart: options.restart || options.resume || false,
  });
  const input = { format, fps, first: range.first, sourceAlpha, repeats };
  const encode = await planEncoder(options, input, output, () => findingFFmpeg);

  const wanted = checked.workers === 'auto' ? defaultWorkers(described.waits) : checked.workers;
  const workers = Math.min(wanted, range.count);
  const window = Math.min(
    checked.window ?? workers * FRAMES_PER_WORKER,
    range.count,
    framesInMemory(frameBytes(format), checked.memory, 'pixels' in format),
  );
  const warning = alphaWarning(encode, options);
  const source = { range, identity: session.identity?.(), sounds, isShared };
  return {
    capture: planCapture(described, { range, window, keepAlpha: encode.keepAlpha }),
    pool: {
      workers: Array.from({ length: workers }, (_, index) => `worker ${index + 1}`),
      memory: checked.memory,
      maxTries: checked.maxTries,
      frameTimeout: checked.frameTimeout,
    },
    encode,
    segments: await planSegments(options, checked, encode, source, signal),
    warnings: warning === undefined ? [] : [warning],
    soundWarning: checked.pageAudio && !hasSound(encode.codec) ? noSound(encode.codec) : undefined,
  };
}

/**
 * Asks the source what it is, and FFmpeg meanwhile what it can do: both take a program that has to start. None of them is
 * still at it afterwards. That there is no FFmpeg is told by its promise alone, after what else may be wrong.
 */
async function askBoth(session: CaptureSession, overrides: SourceOverrides, signal: AbortSignal) {
  const failed = new AbortController();
  const describing = session.describe(overrides);
  describing.catch(() => failed.abort());
  const findingFFmpeg = findFFmpeg(overrides.ffmpeg, AbortSignal.any([signal, failed.signal]));
  await Promise.allSettled([describing, findingFFmpeg]);
  return { described: await describing, findingFFmpeg };
}

/** What becomes of frames with an alpha channel; undefined where that is not known, as the options are wrong. */
function encodesAlpha(options: RenderOptions): SourceOverrides['encodes'] {
  const format = { image: 'png', width: 2, height: 2 } as const;
  const fps = { numerator: 1, denominator: 1 };
  try {
    const input = { format, fps, first: 0, sourceAlpha: true, repeats: false };
    const { keepAlpha, pixelFormat } = resolveEncodeOptions(options, input, options.output);
    return { keepAlpha, pixelFormat };
  } catch {
    return undefined; // They are checked again, when all is known.
  }
}

function noSound(codec: Codec): string {
  return `${codec} has no sound, and what the page plays is left out; choose an mp4, mov, mkv or webm`;
}

/** One core is left to the encoder, but not at the price of a page's second worker: docs/performance.md. */
export function defaultWorkers(waits = false, cores = availableParallelism()): number {
  return Math.min(cores, Math.max(waits ? 2 : 1, cores - 1));
}

/** Raw frames all have the same size, so that the window in bytes is a window in frames. */
function framesInMemory(bytes: number, memory: number, isRaw: boolean): number {
  if (bytes > memory)
    throw invalidOption('memory', memory, `one frame needs up to ${bytes} bytes: give more`);
  return isRaw ? Math.floor(memory / bytes) : Number.POSITIVE_INFINITY;
}
