import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { FilmgateError, messageOf } from '../errors';
import { diskError } from './diskError';
import { type Holder, holderOf, takeLock } from './lock';

const LOCK = 'lock';
const MANIFEST = 'manifest.json';
const TRIES = 100; // to enter while others leave

/**
 * The hidden folder beside an output in which the video is made: `.out.mp4.filmgate` for `out.mp4`. A lock in it lets in
 * one render at a time. What a killed one has left is removed by the next, except a manifest and its segments, which a
 * render that resumes needs.
 */
export class WorkDirectory {
  readonly folder: string;
  private isLocked = false;

  constructor(
    /** Absolute path of the output. */
    readonly output: string,
  ) {
    this.folder = join(dirname(output), `.${basename(output)}.filmgate`);
  }

  /** Where a file of this name is. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Where the manifest of a segmented render is. */
  get manifest(): string {
    return this.path(MANIFEST);
  }

  /** Whether there is an unfinished render that could be resumed. */
  get isUnfinished(): boolean {
    return existsSync(this.manifest);
  }

  /** The process that has the lock; undefined when there is none. */
  get pid(): number | undefined {
    return holderOf(this.path(LOCK))?.pid;
  }

  /**
   * Checks that it could be acquired: nobody has the lock, and the folder can be made, which is tried.
   *
   * @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`, `DISK_FULL`
   */
  check(): void {
    this.checkFree();
    const around = dirname(this.folder);
    if (!existsSync(around)) {
      throw new FilmgateError('OUTPUT_UNWRITABLE', `output: there is no folder ${around}; make it first`);
    }
    try {
      if (existsSync(this.folder)) accessSync(this.folder, constants.W_OK);
      else mkdirSync(this.folder);
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      const isPassing = code === 'EEXIST' || (code === 'ENOENT' && syscall === 'access'); // Somebody enters, or leaves.
      if (!isPassing) throw diskError(`${around} cannot be written to`, error);
    }
    this.removeEmpty();
  }

  /**
   * Takes the lock, and removes everything in the folder except the files in `keep`. `check` runs before that and may
   * throw: then everything stays.
   *
   * @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`, `DISK_FULL`, and what `check` throws
   */
  acquire(keep: readonly string[] = [], check: () => void = () => {}): void {
    let holder: Holder | undefined;
    try {
      holder = this.takeLock();
      this.isLocked = holder === undefined;
      if (this.isLocked) check();
      if (this.isLocked) this.sweep(keep);
    } catch (error) {
      this.releaseLock();
      if (FilmgateError.is(error)) throw error;
      const code = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'DISK_FULL' : 'OUTPUT_UNWRITABLE';
      const message = `output: ${this.folder} cannot be written to: ${messageOf(error)}`;
      throw new FilmgateError(code, message, { cause: error });
    }
    if (holder) throw this.busy(holder);
  }

  /** Removes everything in the folder except the lock and the files in `keep`. */
  sweep(keep: readonly string[] = []): void {
    const left = readdirSync(this.folder).filter((name) => name !== LOCK && !keep.includes(name));
    left.sort((one, other) => Number(one === MANIFEST) - Number(other === MANIFEST)); // If killed meanwhile, the manifest is still there.
    for (const name of left) rmSync(this.path(name), { recursive: true, force: true, maxRetries: 3 });
  }

  /** Gives back the lock, and leaves nothing in the folder but the files in `keep`. Does nothing without the lock. */
  release(keep: readonly string[] = []): void {
    if (!this.isLocked) return;
    try {
      if (existsSync(this.folder)) this.sweep(keep);
    } finally {
      this.releaseLock();
    }
  }

  /**
   * Removes what an earlier render has left. Returns whether there was anything.
   *
   * @throws FilmgateError `OUTPUT_BUSY`, `OUTPUT_UNWRITABLE`
   */
  clean(): boolean {
    if (!existsSync(this.folder)) return false;
    this.checkFree();
    try {
      this.acquire();
    } catch (error) {
      if ((error as FilmgateError).code !== 'DISK_FULL') throw error;
      this.sweep(); // Without the lock, for which there is no room: nor is there for anybody else's.
    }
    this.isLocked = true;
    this.releaseLock();
    return true;
  }

  private checkFree(): void {
    const holder = holderOf(this.path(LOCK));
    if (holder) throw this.busy(holder);
  }

  private takeLock(): Holder | undefined {
    for (let tries = 1; ; tries += 1) {
      try {
        if (!existsSync(this.folder)) mkdirSync(this.folder);
        return takeLock(this.path(LOCK));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const isPassing = code === 'ENOENT' || code === 'EEXIST'; // Somebody leaves, or enters.
        if (!isPassing || tries === TRIES) throw error;
      }
    }
  }

  /** Gives the lock back if it was taken, and removes the folder if nothing is in it. */
  private releaseLock(): void {
    if (this.isLocked) rmSync(this.path(LOCK), { force: true });
    this.isLocked = false;
    this.removeEmpty();
  }

  private removeEmpty(): void {
    try {
      rmdirSync(this.folder);
    } catch {
      // Something is kept there, or somebody is at work, or it is gone.
    }
  }

  private busy({ pid, host }: Holder): FilmgateError {
    const isHere = host === hostname();
    const where = isHere ? '' : ` on ${host}`;
    const fix = isHere ? '' : `, or, if that has ended, remove ${this.path(LOCK)}`;
    const message = `output: ${this.output} is being rendered by process ${pid}${where}; wait for it, or name another output${fix}`;
    return new FilmgateError('OUTPUT_BUSY', message);
  }
}

/** Somebody's verified segments would be lost. */
export function unfinished(output: string): FilmgateError {
  const fixes = '--resume continues it, --restart starts over, filmgate clean removes it';
  return new FilmgateError('RENDER_UNFINISHED', `output: found an unfinished render of ${output}: ${fixes}`);
}
