import { cpus } from 'node:os';
import { distinctUntilChanged, filter, type Observable, scan, startWith, throttleTime } from 'rxjs';
import type { RenderEvent } from '../frames/events';
import { snapshots } from './snapshots';

const EVERY = 1000; // ms from one look to the next
const SETTLING = 2500; // ms for a new lane to show what it gives: the third look after it may add another
const WAITING = 0.5; // share of the workers' time

/** How many lanes to have: one more whenever workers wait for the encoder although cores are idle. */
export function autoLanes(
  events: Observable<RenderEvent>,
  most: number,
  idleCores: () => number = idleCoresSince(),
): Observable<number> {
  return events.pipe(
    snapshots({ every: EVERY }),
    filter(({ captureWaiting, bottleneck }) => {
      const idle = idleCores(); // Asked every time: it counts since it was asked last.
      return bottleneck === 'encode' && captureWaiting > WAITING && idle >= 1;
    }),
    throttleTime(SETTLING),
    scan((lanes) => Math.min(most, lanes + 1), 1),
    startWith(1),
    distinctUntilChanged(),
  );
}

/** How many cores had nothing to do since it was asked last. */
function idleCoresSince(): () => number {
  let before = times();
  return () => {
    const now = times();
    const idle = (now.idle - before.idle) / Math.max(1, now.all - before.all);
    before = now;
    return idle * now.cores;
  };
}

function times() {
  const cores = cpus();
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    cores: cores.length,
    idle: sum(cores.map(({ times }) => times.idle)),
    all: sum(cores.map(({ times }) => sum(Object.values(times)))),
  };
}
