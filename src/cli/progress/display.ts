import type { RenderResult, Snapshot } from '../../index';

/** How a render is shown. After `finished` or `failed`, exactly one of which is called, comes only `close`. */
export interface Display {
  /** Where the render stands, four times a second. */
  update(snapshot: Snapshot): void;
  /** Something that a person should know meanwhile. */
  notice(text: string): void;
  finished(result: RenderResult): void;
  failed(error: unknown): void;
  /** Settles when everything has been put out, or nobody reads it. */
  close(): Promise<void>;
}
