import { extname, resolve } from 'node:path';
import { fileOutput } from './fileOutput';
import type { Output } from './output';
import { sequenceOutput } from './sequenceOutput';

/** Where a video goes. */
export interface OutputPlan {
  /** The path as it was asked for. */
  readonly path: string;
  /** The absolute path; for a sequence, the pattern of its files. */
  readonly final: string;
  /** Whether it is one file, or a folder with a file for each frame. */
  readonly kind: 'file' | 'sequence';
  /** Whether what exists there may be replaced. */
  readonly overwrite: boolean;
  /** Whether an unfinished render of it may be discarded. */
  readonly restart: boolean;
}

/** Plans a video or a picture at `path`. A `.png` is a sequence, unless it is asked for as one picture. */
export function planOutput(
  path: string,
  { overwrite = false, restart = false }: { readonly overwrite?: boolean; readonly restart?: boolean },
  isPicture = false,
): OutputPlan {
  const kind = extname(path).toLowerCase() === '.png' && !isPicture ? 'sequence' : 'file';
  return { path, final: resolve(path), kind, overwrite, restart };
}

/** The output that a plan describes. Nothing is made before its `begin`. */
export function openOutput({ kind, final, overwrite, restart }: OutputPlan): Output {
  return kind === 'sequence' ? sequenceOutput(final, overwrite) : fileOutput(final, overwrite, restart);
}
