import { from, map } from 'rxjs';
import type { CaptureSource } from '../../src/capture/source';
import type { SoundRun } from '../../src/frames/sound';

/** A source with sound: what each frame tells is heard. */
export function withSound(
  source: CaptureSource,
  soundAt: (index: number) => readonly SoundRun[],
): CaptureSource {
  return {
    open() {
      const session = source.open();
      return {
        ...session,
        describe: async (wanted) => ({ ...(await session.describe(wanted)), sounds: true }),
        prepare(plan) {
          const open = session.prepare(plan);
          return (name) => {
            const worker = open(name);
            return {
              ...worker,
              capture: (request) =>
                from(worker.capture(request)).pipe(
                  map((frame) => ({ ...frame, sound: soundAt(frame.index) })),
                ),
            };
          };
        },
      };
    },
  };
}

/** A run from 0 on to its end, if not told otherwise. */
export function runOf(media: string, more: Partial<SoundRun> = {}): SoundRun {
  return { id: media, media, start: 0, from: 0, rate: 1, loop: false, volume: 1, ...more };
}
