import type { FrameRate } from '../../frames/rate';
import type { SourceIdentity } from '../../frames/sourceIdentity';

/** A page as it is loaded. */
export interface PreparedPage {
  /** Absolute path of its file, or its URL. */
  readonly page: string;
  /** What is served at that path in place of the file, which then need not exist. */
  readonly document?: string;
  /** Runs in the page before its own scripts. */
  readonly script?: string;
  /** Runs in the page, once it has loaded, where the video keeps an alpha channel. */
  readonly transparentScript?: string;
  /** In seconds, if it is known before the page has loaded. */
  readonly duration?: number;
  /** Its rate, where none is asked for. Default 30. */
  readonly fps?: FrameRate;
  /** Whether a last frame that is not shown in full counts. Default: if it is shown for half of its time or more. */
  readonly countsPartOfFrame?: boolean;
  /** What the page uses and is not in the video, in words for a person. */
  readonly unsupported?: readonly string[];
  /** What else shapes its frames: settings by their names, and files that were read. */
  readonly identity?: SourceIdentity;
}
