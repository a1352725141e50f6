import type { PlannedRender, RenderResult, Snapshot } from '../../index';
import type { Notice } from '../notices';
import type { PageMessage } from '../pageMessages';

/**
 * How a render is shown. After `finished` or `failed`, exactly one of which is called where a video is rendered, comes
 * only `close`.
 */
export interface Display {
  /** What will be rendered. */
  planned(plan: PlannedRender): void;
  /** What a page said: when it is said first, and at the end if that was more than once. */
  pageMessage(message: PageMessage): void;
  /** Something that happens now and then. */
  notice(incident: Notice): void;
  /** Where the render stands, four times a second. */
  update(snapshot: Snapshot): void;
  /** Something that a person should know meanwhile. */
  status(text: string): void;
  /** A line that stays. */
  log(text: string): void;
  finished(result: RenderResult): void;
  failed(error: unknown): void;
  /** Settles when everything has been put out, or nobody reads it. */
  close(): Promise<void>;
}
