/** What a failure means to whoever has to act on it: each kind has its own exit code in the command line. */
export type ErrorKind = 'usage' | 'render' | 'missing' | 'output' | 'cancelled';

/** Every code that a {@link FilmgateError} can bear, with its kind. Match on the code, never on the message. */
export const ERROR_KINDS = {
  /** An option is out of its range, malformed, or at odds with another. */
  INVALID_OPTION: 'usage',
  /** The scene module is not where it was said to be. */
  SCENE_NOT_FOUND: 'usage',
  /** The scene module cannot be loaded, or does not export a scene. */
  SCENE_INVALID: 'usage',
  /** The page is not where it was said to be. */
  PAGE_NOT_FOUND: 'usage',
  /** No FFmpeg was found on this machine. */
  FFMPEG_NOT_FOUND: 'missing',
  /** The program named as FFmpeg does not behave like one. */
  FFMPEG_INVALID: 'missing',
  /** The FFmpeg that was found was built without the encoder that the codec needs. */
  ENCODER_MISSING: 'missing',
  /** No browser was found on this machine. */
  BROWSER_NOT_FOUND: 'missing',
  /** The program named as the browser does not behave like one. */
  BROWSER_INVALID: 'missing',
  /** An optional package that this scene needs is not installed. */
  PACKAGE_MISSING: 'missing',
  /** The output exists, and overwriting was not asked for. */
  OUTPUT_EXISTS: 'output',
  /** The output's folder is missing, or cannot be written to. */
  OUTPUT_UNWRITABLE: 'output',
  /** The disk filled up while the video was written. */
  DISK_FULL: 'output',
  /** The finished video could not be put in its final place. */
  PUBLISH_FAILED: 'output',
  /** Another render is at work on the same output. */
  OUTPUT_BUSY: 'output',
  /** An unfinished render of this output is there, with segments that were verified. */
  RENDER_UNFINISHED: 'output',
  /** There is no unfinished render of this output to go on with. */
  NOTHING_TO_RESUME: 'usage',
  /** The unfinished render was of something else: its source, its settings or its FFmpeg differ. */
  RESUME_CHANGED: 'usage',
  /** The manifest of the unfinished render is damaged, was edited, or is of another version. */
  MANIFEST_INVALID: 'output',
  /** A sound track, or what a page plays, is missing, or holds nothing that FFmpeg can hear. */
  AUDIO_INVALID: 'usage',
  /** A video or sound of the page cannot be read, or not be decoded. */
  MEDIA_INVALID: 'usage',
  /** The scene's set-up threw. */
  SETUP_FAILED: 'render',
  /** The scene's set-up, or its loading, gave no answer in time. */
  SETUP_TIMEOUT: 'render',
  /** The page could not be loaded, or went away while it was captured. */
  PAGE_FAILED: 'render',
  /** The page, or a frame of it, was not ready in time. */
  PAGE_NOT_READY: 'render',
  /** A script of the page threw while it loaded; or the page had another error, and the render is strict. */
  PAGE_ERROR: 'render',
  /** Capturing a frame threw. */
  CAPTURE_FAILED: 'render',
  /** A page cannot be drawn into a canvas exactly as it is: the render goes on with screenshots. */
  CAPTURE_INEXACT: 'render',
  /** A capture worker ended on its own. */
  WORKER_DIED: 'render',
  /** A frame was not captured within the limit, and nothing said why. */
  FRAME_STALLED: 'render',
  /** A frame does not have the number of bytes that its format asks for. */
  FRAME_SIZE: 'render',
  /** A frame index was delivered twice. */
  FRAME_DUPLICATE: 'render',
  /** A frame index is outside the range that is rendered. */
  FRAME_OUT_OF_RANGE: 'render',
  /** The frames ended before the range was complete. */
  FRAME_MISSING: 'render',
  /** `writeFrame` was called while an earlier write was pending. */
  WRITE_PENDING: 'render',
  /** FFmpeg failed, was killed, or stopped before it had all frames. */
  ENCODE_FAILED: 'render',
  /** FFmpeg ended well, but did not encode as many frames as it was given. */
  FRAMES_LOST: 'render',
  /** FFmpeg had a frame, or the end of the frames, and did nothing with it for too long. */
  ENCODER_STALLED: 'render',
  /** A file does not hold exactly the frames that it should, at exactly their times. */
  VIDEO_INVALID: 'render',
  /** No Redis answers at the farm's address. */
  FARM_UNREACHABLE: 'missing',
  /** The farm's Redis wants another user or password, or does not let this user do what a farm needs. */
  FARM_REFUSED: 'usage',
  /** The farm's Redis is too old, may lose jobs as it is set up, or its clock and this machine's differ. */
  FARM_UNSUITABLE: 'missing',
  /** No worker of the farm may render this film. */
  NO_WORKER: 'missing',
  /** The farm knows no film of this id. */
  FILM_UNKNOWN: 'usage',
  /** What a worker was given to do, or a film's description in storage, is not what Filmgate writes. */
  JOB_INVALID: 'render',
  /** A machine of the film's environment still plans the film otherwise than it was planned. */
  PLAN_DIFFERS: 'render',
  /** The source cannot be sent to other machines. */
  SOURCE_NOT_PORTABLE: 'usage',
  /** A file of the source changed while it was handed in. */
  SOURCE_CHANGED: 'usage',
  /** The storage cannot be read or written. */
  STORAGE_FAILED: 'output',
  /** The farm's other machines use another storage. */
  STORAGE_DIFFERS: 'usage',
  /** A file in storage is not what was put there. */
  STORAGE_DAMAGED: 'render',
  /** The render was cancelled by its caller. */
  CANCELLED: 'cancelled',
} as const satisfies Record<string, ErrorKind>;

/** A stable name for what went wrong. */
export type ErrorCode = keyof typeof ERROR_KINDS;

/** What is known of a failure beside its text. Each field is there only where it applies. */
export interface ErrorDetails extends ErrorOptions {
  /** Name of the option that is wrong, as in {@link RenderOptions}. */
  readonly option?: string | undefined;
  /** The value that it was given. */
  readonly value?: unknown;
  /** Index of the frame at which it failed. */
  readonly frame?: number | undefined;
  /** Name of the worker that failed, such as `worker 1`. */
  readonly worker?: string | undefined;
  /** Exit code of the FFmpeg or browser that failed; null when a signal ended it. */
  readonly exitCode?: number | null | undefined;
  /** The signal that ended it; null when it exited by itself. */
  readonly signal?: NodeJS.Signals | null | undefined;
  /** The end of what it wrote to standard error. */
  readonly stderr?: string | undefined;
}

const BRAND = Symbol.for('filmgate.FilmgateError'); // Shared by all copies of the package in one process.
const DETAILS = ['option', 'value', 'frame', 'worker', 'exitCode', 'signal', 'stderr'] as const;

/**
 * The one error class of Filmgate. `code` is stable; `message` is for people; `cause` keeps the original. The other
 * fields say what the message says, for programs.
 */
export class FilmgateError extends Error {
  /** Always `FilmgateError`. */
  override readonly name = 'FilmgateError';
  /** Name of the option that is wrong. */
  declare readonly option?: string;
  /** The value that it was given. */
  declare readonly value?: unknown;
  /** Index of the frame at which it failed. */
  declare readonly frame?: number;
  /** Name of the worker that failed, such as `worker 1`. */
  declare readonly worker?: string;
  /** Exit code of the FFmpeg or browser that failed; null when a signal ended it. */
  declare readonly exitCode?: number | null;
  /** The signal that ended it; null when it exited by itself. */
  declare readonly signal?: NodeJS.Signals | null;
  /** The end of what it wrote to standard error. */
  declare readonly stderr?: string;

  constructor(
    /** The stable name of what went wrong. */
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    Object.defineProperty(this, BRAND, { value: true });
    for (const name of DETAILS) {
      if (details[name] !== undefined) Object.assign(this, { [name]: details[name] });
    }
  }

  /** Whether something that was thrown is a FilmgateError, also one of another copy of this package. */
  static is(thrown: unknown): thrown is FilmgateError {
    return thrown instanceof Error && BRAND in thrown;
  }

  /** What the failure means to whoever has to act on it. */
  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** An `INVALID_OPTION` error: `crf: invalid value 99; h264 accepts 0 to 51`. */
export function invalidOption(option: string, value: unknown, fix: string, cause?: unknown): FilmgateError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const details = { option, value, ...(cause === undefined ? {} : { cause }) };
  return new FilmgateError('INVALID_OPTION', `${option}: invalid value ${shown}; ${fix}`, details);
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** At which frame something failed, and on which worker, where that is known. */
export type FailurePlace = Pick<ErrorDetails, 'frame' | 'worker'>;

/** Where something that was thrown failed. */
export function placeOf(thrown: unknown): FailurePlace {
  const { frame, worker }: FailurePlace = FilmgateError.is(thrown) ? thrown : {};
  return { ...(frame === undefined ? {} : { frame }), ...(worker === undefined ? {} : { worker }) };
}
