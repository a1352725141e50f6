import { extname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { FilmgateError, messageOf } from '../../errors';
import type { Deadline } from '../../process/deadline';
import type { PaintRequest, ThreadAnswer, ThreadData } from './protocol';

const END_GRACE = 2000; // ms for a thread to end: native code cannot be interrupted.

interface Pending {
  resolve(answer: ThreadAnswer): void;
  reject(error: unknown): void;
}

/** One worker thread that runs a scene. It answers once after its start, then once to each request. */
export class SceneThread {
  private readonly worker: Worker;
  private pending: Pending | undefined;
  private death: FilmgateError | undefined;
  private closed: Promise<void> | undefined;

  constructor(
    private readonly name: string,
    private readonly data: ThreadData,
  ) {
    this.worker = new Worker(join(__dirname, `entry${extname(__filename)}`), { workerData: data, name });
    this.worker.on('message', (answer: ThreadAnswer) => this.settle(answer));
    this.worker.on('error', (error) => this.die(`failed: ${messageOf(error)}`, error));
    this.worker.on('exit', (code) => this.die(`ended on its own, with exit code ${code}`));
  }

  /** The thread's first answer, to its being started. By the deadline, or `SETUP_TIMEOUT`. */
  started(deadline: Deadline): Promise<ThreadAnswer> {
    const what = this.data.task.type === 'serve' ? 'loaded and set up' : 'loaded';
    const message = `${this.name}: ${this.data.path} was not ${what} within ${deadline}; does a promise there never settle?`;
    return deadline.race(this.answer(), () => new FilmgateError('SETUP_TIMEOUT', message));
  }

  /** Has the thread paint one frame into its slot, and resolves with how long that took there, in milliseconds. */
  async paint(request: PaintRequest): Promise<number> {
    this.worker.postMessage(request);
    const answer = await this.answer();
    return answer.type === 'painted' ? answer.took : 0;
  }

  /** Ends the thread, whatever it is doing. Idempotent; settles when it is gone. */
  close(): Promise<void> {
    this.closed ??= this.terminate();
    return this.closed;
  }

  private async terminate(): Promise<void> {
    this.death ??= new FilmgateError('CANCELLED', `${this.name} was closed`);
    const ended = this.worker.terminate().then(() => true);
    const isGone = await Promise.race([ended, pause(END_GRACE, false, { ref: false })]);
    this.pending?.reject(this.death);
    if (isGone) return;
    this.worker.unref();
    const message = `${this.name} (${this.data.path}) could not be ended: it is stuck outside JavaScript`;
    throw new FilmgateError('WORKER_DIED', message);
  }

  private answer(): Promise<ThreadAnswer> {
    return new Promise((resolve, reject) => {
      if (this.death) reject(this.death);
      else this.pending = { resolve, reject };
    });
  }

  private settle(answer: ThreadAnswer): void {
    if (answer.type === 'failed') {
      this.pending?.reject(new FilmgateError(answer.code, answer.message, { cause: answer.cause }));
    } else {
      this.pending?.resolve(answer);
    }
  }

  private die(how: string, cause?: Error): void {
    this.death ??= new FilmgateError('WORKER_DIED', `${this.name} (${this.data.path}) ${how}`, { cause });
    this.pending?.reject(this.death);
  }
}
