import type { ErrorCode } from '../errors';
import type { FrameRange } from './range';

/** Memory and processor use of the processes of one kind. */
export interface ProcessUse {
  /** How many there are. */
  readonly processes: number;
  /** Their resident memory, in bytes. What processes share counts for each. */
  readonly memory: number;
  /** Processor time that they used for each second that passed: 1 is one core. */
  readonly cpu: number;
}

/** What a render tells only when it is asked for all events: for those who look at its inside. */
export type DetailEvent =
  /** What started the render. Only the command line tells it. */
  | {
      readonly type: 'command';
      /** To be run again by a POSIX shell, without the credentials in addresses. */
      readonly command: string;
    }
  /** All segments of the video, where there are any, with whether an earlier run has left them. */
  | {
      readonly type: 'segmentsPlanned';
      readonly segments: readonly { readonly range: FrameRange; readonly isResumed: boolean }[];
    }
  /** A worker failed, and is given up. */
  | {
      readonly type: 'workerEnded';
      readonly worker: string;
      readonly code: ErrorCode;
      readonly message: string;
    }
  /** A fresh worker starts under the name of one that was given up. The first ones start when the render is planned. */
  | { readonly type: 'workerStarting'; readonly worker: string }
  /** A small picture of a frame: a JPEG as base64. At most a few a second. */
  | {
      readonly type: 'thumbnail';
      readonly index: number;
      readonly width: number;
      readonly height: number;
      readonly jpeg: string;
    }
  /**
   * What this process, the browsers and the FFmpegs that it has started use at the moment, once a second. Browsers and
   * FFmpegs are only known on Linux.
   */
  | {
      readonly type: 'resources';
      readonly node: ProcessUse;
      readonly browsers: ProcessUse | undefined;
      readonly ffmpeg: ProcessUse | undefined;
    };
