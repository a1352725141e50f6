import type { ErrorCode } from '../../errors';
import type { CapturePlan, SourceDescription, SourceOverrides } from '../source';

/** What a thread is started with. */
export interface ThreadData {
  /** Absolute path of the scene module. */
  readonly path: string;
  readonly params: unknown;
  /** Say what the scene is, and end; or set it up, and paint frames until closed. */
  readonly task:
    | { readonly type: 'describe'; readonly overrides: SourceOverrides }
    | { readonly type: 'serve'; readonly plan: CapturePlan; readonly memory: SharedArrayBuffer };
}

/** To a thread that serves: paint this frame into its slot. */
export interface PaintRequest {
  readonly index: number;
  readonly slot: number;
}

/** From a thread: one answer to its start, then one to each request. */
export type ThreadAnswer =
  | { readonly type: 'described'; readonly description: SourceDescription }
  | { readonly type: 'ready' }
  /** `took` is how long the scene painted, in milliseconds. */
  | { readonly type: 'painted'; readonly took: number }
  | {
      readonly type: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly cause: Error | undefined;
    };
