import { isAbsolute, join, relative, sep } from 'node:path';
import type { HeardRun } from '../sound/heardSound';

const INSIDE = 'source:';

/** Names media by where they are in the source, which has another folder on every machine. */
export function withoutFolder(runs: readonly HeardRun[], folder: string): HeardRun[] {
  return runs.map((run) => {
    const path = relative(folder, run.media);
    const isInside = folder !== '' && isAbsolute(run.media) && !path.startsWith('..');
    return isInside ? { ...run, media: INSIDE + path.split(sep).join('/') } : run;
  });
}

/** The paths of media on this machine. */
export function inFolder(runs: readonly HeardRun[], folder: string): HeardRun[] {
  return runs.map((run) => {
    if (!run.media.startsWith(INSIDE)) return run;
    return { ...run, media: join(folder, run.media.slice(INSIDE.length)) };
  });
}
