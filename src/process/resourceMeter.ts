import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessUse } from '../frames/detailEvents';
import { type ChildKind, runningChildren } from './childProcess';
import { statOf } from './procStat';

const TICKS = 100; // a second, on every Linux of today.

interface Counted {
  processes: number;
  pages: number;
  ticks: number;
}

/** Measures what this process and those that it has started use. */
export class ResourceMeter {
  private last = performance.now();
  private lastNode = process.cpuUsage();
  private lastTicks: Record<ChildKind, number> = { browser: 0, ffmpeg: 0 };
  private others = new Set<string>(); // Ids of processes that are none of ours: they need not be read again.

  /** What has been used since the last time. */
  measure(): { node: ProcessUse; browsers: ProcessUse | undefined; ffmpeg: ProcessUse | undefined } {
    const now = performance.now();
    const seconds = Math.max(0.001, (now - this.last) / 1000);
    this.last = now;
    const { user, system } = process.cpuUsage(this.lastNode);
    this.lastNode = process.cpuUsage();
    const node = { processes: 1, memory: process.memoryUsage.rss(), cpu: (user + system) / 1e6 / seconds };
    const counted = process.platform === 'linux' ? this.count() : undefined;
    if (!counted) return { node, browsers: undefined, ffmpeg: undefined };
    const use = (kind: ChildKind): ProcessUse => {
      const { processes, pages, ticks } = counted[kind];
      const used = Math.max(0, ticks - this.lastTicks[kind]); // One that has ended takes its time with it.
      this.lastTicks[kind] = ticks;
      return { processes, memory: pages * pageSize(), cpu: used / TICKS / seconds };
    };
    return { node, browsers: use('browser'), ffmpeg: use('ffmpeg') };
  }

  /** Each child leads a process group, to which all belong that it has started. */
  private count(): Record<ChildKind, Counted> | undefined {
    const counted = { browser: nothing(), ffmpeg: nothing() };
    const others = new Set<string>();
    try {
      for (const id of readdirSync('/proc')) {
        if (!/^\d/.test(id)) continue;
        const stat = this.others.has(id) ? undefined : statOf(id);
        const kind = stat && runningChildren.get(Number(stat[2]));
        if (!kind) {
          others.add(id);
          continue;
        }
        counted[kind].processes += 1;
        counted[kind].ticks += Number(stat[11]) + Number(stat[12]);
        counted[kind].pages += Number(stat[21]);
      }
    } catch {
      return undefined; // There is no /proc.
    }
    this.others = others;
    return counted;
  }
}

function nothing(): Counted {
  return { processes: 0, pages: 0, ticks: 0 };
}

let knownPageSize: number | undefined;

/** In bytes: Node does not tell it, but how many it has of both. */
function pageSize(): number {
  if (knownPageSize) return knownPageSize;
  const pages = Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1]);
  knownPageSize = 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages));
  return knownPageSize;
}
