import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBrowser } from '../../src/capture/chromium/findBrowser';

/** A browser that writes down the process groups that it was started in: what was opened, and whether it has ended. */
export interface RecordedBrowser {
  readonly path: string;
  /** How many of them have been opened. */
  opened(): number;
  /** Ends the program that was opened first or later, but not what was started around it. Waits until it is there. */
  kill(which?: number): Promise<void>;
  /** Sends a signal to what renders the page in the one that was opened first or later. Waits until it is there. */
  signalRenderer(signal: NodeJS.Signals, which?: number): Promise<void>;
  /** The processes that still run, with all that the browsers have started. */
  alive(): number[];
  /** Settles when none runs any more. */
  gone(): Promise<void>;
}

/** Puts a program into `folder`, before the browser that Filmgate would use. Both capture in the same ways. */
export async function recordBrowser(folder: string): Promise<RecordedBrowser> {
  const { path: program, mode, version, env = {} } = await findBrowser();
  const path = join(folder, mode === 'beginframe' ? 'headless-shell' : 'browser');
  const list = join(folder, 'browser-groups');
  const exported = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  // Each render asks for its version, which takes a browser as long as a few frames.
  const answer = version ? `[ "$1" = --version ] && echo 'Chromium ${version}' && exit` : '';
  const record = `[ "$1" = --version ] || echo $$ >> '${list}'`;
  writeFileSync(path, `#!/bin/sh\n${answer}\n${exported.join('')}${record}\nexec '${program}' "$@"\n`, {
    mode: 0o755,
  });
  const groups = () => (existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n').map(Number) : []);
  const alive = () => {
    const recorded = new Set(groups());
    return [...recorded].some(isGroup) ? processes().filter(({ group }) => recorded.has(group)) : [];
  };
  const browserOf = (group: number) => {
    const all = processes().filter((process) => process.group === group);
    const leader = all.find(({ pid }) => pid === group);
    const isShell = leader?.name === 'sh' || /^chromium-headles/.test(leader?.name ?? '');
    return (isShell && all.find(({ parent }) => parent === group)) || leader;
  };
  return {
    path,
    opened: () => groups().length,
    async kill(which = 0) {
      while (groups().length <= which) await sleep(10);
      process.kill(browserOf(groups()[which] as number)?.pid as number, 'SIGKILL');
    },
    async signalRenderer(signal, which = 0) {
      const renderers = () =>
        processes().filter(({ pid, group }) => group === groups()[which] && isRenderer(pid));
      while (renderers().length === 0) await sleep(10);
      for (const { pid } of renderers()) process.kill(pid, signal);
    },
    alive: () => alive().map(({ pid }) => pid),
    async gone() {
      while (alive().length > 0) await sleep(20);
    },
  };
}

/** Whether a process group has any member, be it one that has ended and that nobody has waited for. */
function isGroup(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

function isRenderer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer');
  } catch {
    return false; // It ended meanwhile.
  }
}

interface RunningProcess {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  readonly group: number;
}

/** The processes of this machine, without those that have ended and that nobody has waited for. */
function processes(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, name = '', rest = ''] =
          /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        const [state, parent, group] = rest.split(' ');
        return state === 'Z'
          ? []
          : [{ pid: Number(pid), name, parent: Number(parent), group: Number(group) }];
      } catch {
        return []; // It ended meanwhile.
      }
    });
}
