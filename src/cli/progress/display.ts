import type { PlannedRender, RenderEvent, RenderResult, Snapshot } from '../../index';
import type { Notice } from '../notices';
import type { PageMessage } from '../pageMessages';

/**
 * Shows a render. Where a video is rendered, exactly one of `finished` and `failed` is called, and after it only `close`.
 */
export interface Display {
  /** What will be rendered. */
  planned(plan: PlannedRender): void;
  /** What a page reported: the first time, and at the end with its count if it came again. */
  pageMessage(message: PageMessage): void;
  /** Something that happens now and then, such as a warning or a retry. */
  notice(notice: Notice): void;
  /** Where the page is that shows the render; without it, a line for people says so. */
  dashboard?(url: string): void;
  /** Every event, for those that show them all. */
  event?(event: RenderEvent): void;
  /** Where the render stands, four times a second. */
  update(snapshot: Snapshot): void;
  /** What is going on, for as long as it is. */
  status(text: string): void;
  /** A line for people. */
  log(text: string): void;
  finished(result: RenderResult): void;
  failed(error: unknown): void;
  /** Settles when everything has been written, or nobody reads it. */
  close(): Promise<void>;
}
