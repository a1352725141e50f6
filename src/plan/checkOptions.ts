import type { SourceOverrides } from '../capture/source';
import { invalidOption } from '../errors';
import { parseBytes } from '../frames/bytes';
import { integerInRange, positive } from '../frames/check';
import { checkSize, parseSize } from '../frames/format';
import { parseRange } from '../frames/range';
import { parseFrameRate } from '../frames/rate';
import { RENDER_OPTIONS, SOURCE_OPTIONS } from '../options/renderOptions';
import { parseAudioTrack } from '../segments/audio';
import { parseSegmentLength } from '../segments/segment';
import type { RenderOptions, SourceOptions } from './renderOptions';

/**
 * Checks what render and preview have in common, as far as that can be checked without asking anybody.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function checkSourceOptions(options: SourceOptions) {
  const {
    maxTries = SOURCE_OPTIONS.maxTries.default,
    frameTimeout = SOURCE_OPTIONS.frameTimeout.default,
    encoderTimeout = SOURCE_OPTIONS.encoderTimeout.default,
  } = options;
  positive('encoderTimeout', encoderTimeout);
  return {
    overrides: checkOverrides(options),
    maxTries: integerInRange('maxTries', maxTries, 1),
    frameTimeout: positive('frameTimeout', frameTimeout),
  };
}

/**
 * The same for all options of a render.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function checkRenderOptions(options: RenderOptions) {
  const { frames, window, segment, audio = [] } = options;
  const {
    workers = RENDER_OPTIONS.workers.default,
    memory = RENDER_OPTIONS.memory.default,
    lanes = RENDER_OPTIONS.lanes.default,
    pageAudio = RENDER_OPTIONS.pageAudio.default,
  } = options;
  if (options.resume && options.restart) {
    throw invalidOption('resume', true, 'restart is given as well, which starts over: give one of the two');
  }
  const { overrides, maxTries, frameTimeout } = checkSourceOptions(options);
  return {
    overrides,
    maxTries,
    frameTimeout,
    range: typeof frames === 'string' ? parseRange(frames) : frames,
    workers: workers === 'auto' ? workers : integerInRange('workers', workers, 1, 256),
    window: window === undefined ? undefined : integerInRange('window', window, 1),
    memory: parseBytes(memory),
    lanes: integerInRange('lanes', lanes, 1, 64),
    segmentLength: segment === undefined ? undefined : parseSegmentLength(segment),
    audio: audio.map(parseAudioTrack),
    pageAudio,
  };
}

/** What a caller wants otherwise than the source says. */
function checkOverrides({ size, fps, duration, ffmpeg }: SourceOptions): SourceOverrides {
  if (duration !== undefined && !(duration > 0 && Number.isFinite(duration))) {
    throw invalidOption('duration', duration, 'give a length in seconds, above 0');
  }
  return {
    ...(size === undefined ? {} : typeof size === 'string' ? parseSize(size) : checkSize(size)),
    ...(fps === undefined ? {} : { fps: parseFrameRate(fps) }),
    ...(duration === undefined ? {} : { duration }),
    ...(ffmpeg === undefined ? {} : { ffmpeg }),
  };
}
