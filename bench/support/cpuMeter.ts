import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Processor time, in milliseconds. */
  readonly used: number;
}

const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that Node runs on.

/** The processor time of this process and of all that it has started, from the meter's construction on. */
export class CpuMeter {
  private readonly before: Map<number, Process>;
  private readonly latest = new Map<number, Process>();

  constructor() {
    this.before = new Map(family().map((one) => [one.pid, one]));
  }

  /** Looks again: what a process used is lost when it ends. */
  look(): void {
    for (const one of family()) this.latest.set(one.pid, one);
  }

  /** Milliseconds for each frame: of Node, of the browsers, and of FFmpeg. */
  perFrame(frames: number): { node: number; browsers: number; ffmpeg: number } {
    this.look();
    const spent = { node: 0, browsers: 0, ffmpeg: 0 };
    for (const { pid, name, used } of this.latest.values()) {
      const who = pid === process.pid ? 'node' : name.startsWith('ffmpeg') ? 'ffmpeg' : 'browsers';
      spent[who] += (used - (this.before.get(pid)?.used ?? 0)) / frames;
    }
    return spent;
  }
}

function family(): Process[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const processes = all.map((pid) => read(Number(pid))).filter((one) => one !== undefined);
  const own = new Set([process.pid]);
  for (let size = 0; size < own.size; ) {
    size = own.size;
    for (const { pid, parent } of processes) if (own.has(parent)) own.add(pid);
  }
  return processes.filter(({ pid }) => own.has(pid));
}

function read(pid: number): Process | undefined {
  try {
    const [, name = '', rest = ''] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    const fields = rest.split(' ').map(Number);
    const used = (((fields[11] ?? 0) + (fields[12] ?? 0)) * 1000) / TICKS_PER_SECOND;
    return { pid, parent: fields[1] ?? 0, name, used };
  } catch {
    return undefined; // It ended meanwhile.
  }
}
