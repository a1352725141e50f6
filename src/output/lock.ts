import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { textDigest } from '../process/digest';
import { hasEnded, statOf } from '../process/procStat';

/** Who is at work: a process, told from others that may have its number later. */
export interface Holder {
  readonly pid: number;
  /** When it was started, by the system's count; undefined where the system does not tell. */
  readonly started?: string;
  readonly host: string;
}

const TRIES = 1000; // A lock that is just being taken over may be met many times, and takes a moment each.

/**
 * Takes the lock at `path`. Returns who has it, if that is not this process from now on.
 *
 * The lock of a dead process is replaced only by whoever has taken the right to, which is a lock as well, and only while
 * it is still the one that was seen: of many that find it at the same time, one takes it over.
 */
export function takeLock(path: string): Holder | undefined {
  const me: Holder = { pid: process.pid, ...startOf(process.pid), host: hostname() };
  const own = JSON.stringify(me);
  let rival: Holder | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (appears(path, own)) return undefined;
    const text = textOf(path);
    if (text === undefined) continue; // It was given back just now.
    const holder = holderIn(text);
    if (holder && isAlive(holder)) return holder;
    const right = `${path}.${textDigest(text).slice(0, 16)}`;
    rival = takeLock(right);
    if (rival) continue; // Most likely it is done by now.
    try {
      if (textOf(path) !== text) continue; // Somebody was faster.
      renameSync(drafted(path, own), path);
      return undefined;
    } finally {
      rmSync(right, { force: true });
    }
  }
  if (rival) return rival;
  throw new Error(`${path} can neither be taken nor read`);
}

/** Who has the lock at `path`, if that is somebody who is still alive. */
export function holderOf(path: string): Holder | undefined {
  const holder = holderIn(textOf(path));
  return holder && isAlive(holder) ? holder : undefined;
}

/** The lock appears with its content, if there is none. */
function appears(path: string, text: string): boolean {
  const draft = drafted(path, text);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false; // Its holder has swept our draft away.
    return writtenAnew(path, text); // A file system without links.
  } finally {
    rmSync(draft, { force: true });
  }
}

function writtenAnew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Puts a text into a file of its own beside the lock. */
function drafted(path: string, text: string): string {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, text);
    return draft;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function holderIn(text: string | undefined): Holder | undefined {
  try {
    const holder = JSON.parse(text ?? '');
    return holder.pid > 0 && Number.isSafeInteger(holder.pid) && holder.host ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** A process on another machine counts as alive: from here nobody can tell. */
function isAlive({ pid, started, host }: Holder): boolean {
  if (host !== hostname()) return true;
  if (hasEnded(pid)) return false;
  const now = startOf(pid);
  return now === undefined || started === undefined || now.started === started;
}

/** When a process began, in its 22nd field; zombies have ended. */
function startOf(pid: number): { started: string } | undefined {
  const fields = statOf(pid);
  if (!fields) return undefined;
  return { started: fields[0] === 'Z' ? 'never' : (fields[19] ?? '') };
}
