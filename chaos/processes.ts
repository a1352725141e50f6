import { readdirSync, readFileSync } from 'node:fs';

/** A process, as `/proc` tells of it. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Told from a later one of the same number by this. */
  readonly key: string;
  readonly command: string;
}

/** The variable that marks the processes of a run: they inherit it, whatever session they are in. */
export const MARK = 'FILMGATE_CHAOS';

/**
 * The processes of one run: those that bear its mark in their environment, and those that were started by them or are in
 * a session of theirs, as long as {@link Family.alive} is asked now and then.
 */
export class Family {
  private readonly known = new Set<string>();
  private readonly foreign = new Set<string>();
  private readonly pids = new Set<number>();
  private readonly sessions = new Set<number>();

  constructor(private readonly mark: string) {}

  /** Those that run now. What has ended and is not yet reaped does not count. */
  alive(): Process[] {
    const all = running();
    let found = all.filter((one) => this.isKnown(one));
    for (let count = -1; found.length !== count; found = all.filter((one) => this.isKnown(one))) {
      count = found.length; // Again, for the children of those that were found just now.
    }
    return found;
  }

  private isKnown({ pid, parent, session, key }: Process): boolean {
    if (this.known.has(key)) return true;
    if (this.foreign.has(key)) return false;
    const isOurs = this.pids.has(parent) || this.sessions.has(session) || this.isMarked(pid, key);
    if (!isOurs) return false;
    this.known.add(key);
    this.pids.add(pid);
    if (session === pid) this.sessions.add(session);
    return true;
  }

  private isMarked(pid: number, key: string): boolean {
    const environment = contentOf(`/proc/${pid}/environ`);
    if (environment.split('\0').includes(`${MARK}=${this.mark}`)) return true;
    if (environment !== '') this.foreign.add(key);
    return false;
  }
}

export const isEncoder = ({ command }: Process) => /^\S*ffmpeg .*pipe:0/.test(command);
/** FFmpeg in any of its parts but the first, in which it says what it can do. */
export const isFFmpeg = ({ command }: Process) => /^\S*ffmpeg .*-i /.test(command);
export const isRenderer = ({ command }: Process) => command.includes('--type=renderer');
/** The browser itself, and not a script that has started it. */
export const isBrowser = ({ command }: Process) =>
  command.includes('--remote-debugging-pipe') && !command.includes('--type=') && !/^\S*sh /.test(command);

/** Sends a signal. Returns whether there was a process to receive it. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function running(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = contentOf(`/proc/${name}/stat`);
      // What follows the name, which is in parentheses and may hold anything: proc_pid_stat(5), from the 3rd field on.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [state = '', parent, , session] = fields;
      if (stat === '' || state === 'Z' || state === 'X') return [];
      const command = contentOf(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      const pid = Number(name);
      const key = `${pid} ${fields[19]}`;
      return [{ pid, parent: Number(parent), session: Number(session), key, command }];
    });
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // It ended meanwhile.
  }
}
