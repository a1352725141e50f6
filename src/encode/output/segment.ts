import { rmSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { diskError } from './diskError';
import type { Output } from './output';
import { sync } from './place';
import type { Workplace } from './workplace';

/** A part of a video, in the workplace of the render that it belongs to: it stays there. */
export function segmentOutput(workplace: Workplace, name: string): Output {
  const target = workplace.path(name);
  return {
    workplace,
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
