import { join } from 'node:path';
import { type RenderResult, type RenderVideoOptions, renderVideo, threads } from '../../src';

/** What is rendered from frames that are ready in memory. */
export interface RawRender extends Partial<RenderVideoOptions> {
  /** Raw RGBA frames, shown again and again. */
  readonly file: string;
  readonly size: { readonly width: number; readonly height: number };
  /** Length in frames. */
  readonly length: number;
  readonly output: string;
}

/** Renders frames that cost next to nothing: FFmpeg is all that there is to wait for. */
export function rawRender({ file, size, length, ...options }: RawRender): Promise<RenderResult> {
  const params = { file, ...size, frames: length };
  const source = threads(join(__dirname, 'readyFrames.ts'), { params });
  return renderVideo({ ...options, source, overwrite: true });
}
