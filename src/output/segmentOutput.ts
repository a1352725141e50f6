import { rmSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { diskError } from './diskError';
import type { Output } from './output';
import { sync } from './publish';
import type { WorkDirectory } from './workDirectory';

/** A segment of a video, in the work directory of the render that it belongs to: it stays there. */
export function segmentOutput(workDirectory: WorkDirectory, name: string): Output {
  const target = workDirectory.path(name);
  return {
    workDirectory,
    target,
    async check() {},
    begin() {},
    async publish() {
      try {
        await sync(target);
        return (await stat(target)).size;
      } catch (error) {
        throw diskError('an encoded segment cannot be kept', error);
      }
    },
    discard: () => rm(target, { force: true }),
    discardSync: () => rmSync(target, { force: true }),
  };
}
