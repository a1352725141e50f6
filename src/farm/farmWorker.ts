import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { environmentKey, type Machine } from '../films/environment';
import type { Environment } from '../films/schemas';
import { debug } from '../process/debug';
import { within } from '../process/within';
import { retryingStorage } from '../storage/retryingStorage';
import type { Storage } from '../storage/storage';
import { type Farm, queueName } from './connect';
import { copyOne } from './copies';
import type { HeldJob } from './heldJob';
import { type RunnerTools, runJob } from './jobRunner';
import { Sessions } from './sessions';
import { knownStorageId } from './storageId';
import { type AnnouncedWorker, announce, withdraw } from './workers';

const ANNOUNCED_EVERY = 5000; // ms
const ANNOUNCED_AGAIN = 500; // ms after the first time: another may have begun the storage at the same moment.
const MOST_STALLS = 5; // times that the worker of a segment may die
const END_TIME = 5000; // ms in which what is at hand is given back
const WAIT = 2; // seconds for a job, before an idle worker looks what it can copy

/** A machine at work for a farm. One segment is captured at a time, while the one before comes to its end. */
export class FarmWorker implements AsyncDisposable {
  /** Settles when the worker has ended. */
  readonly ended: Promise<void>;
  private readonly bull: Worker;
  private readonly tools: RunnerTools;
  private readonly sessions: Sessions;
  private readonly held = new Set<HeldJob>();
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private announcing: NodeJS.Timeout;
  private wake: () => void = () => {};
  private isLaneFree = true;

  /** @internal Use `openFarmWorker`. */
  constructor(
    private readonly farm: Farm,
    private readonly storage: Storage,
    machine: Machine,
    private said: AnnouncedWorker,
    lockDuration: number,
    log: (text: string) => void,
  ) {
    this.bull = new Worker(queueName(this.queueKey), null, {
      ...farm.options,
      autorun: false,
      drainDelay: WAIT,
      lockDuration,
      stalledInterval: lockDuration / 2,
      maxStalledCount: MOST_STALLS,
    });
    this.bull.on('error', (error) => debug('%s', error));
    const retrying = retryingStorage(storage);
    this.sessions = new Sessions(retrying, machine);
    const { sessions } = this;
    this.tools = { farm, storage: retrying, sessions, machine, name: said.name, lockDuration, log };
    this.announcing = setTimeout(() => void this.announceAgain(), ANNOUNCED_AGAIN);
    this.ended = this.loop();
  }

  /** What the worker is called. */
  get name(): string {
    return this.said.name;
  }

  /** What the machine renders with: only films of the same come to it. */
  get environment(): Environment {
    return this.said.environment;
  }

  /** Gives back what the worker is at, and lets go of everything. Idempotent. */
  async close(): Promise<void> {
    this.stop.abort();
    for (const held of this.held) held.drop('closing');
    this.wake();
    await this.ended;
  }

  /** Closes it: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private get queueKey(): string {
    return environmentKey(this.said.environment);
  }

  private async loop(): Promise<void> {
    const { signal } = this.stop;
    signal.addEventListener('abort', () => void this.bull.close(true).catch(() => {}));
    await this.bull.startStalledCheckTimer();
    while (!signal.aborted) {
      if (!this.isLaneFree || this.running.size > 1) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        continue;
      }
      await this.takeOne().catch(async (error) => {
        debug('no job could be taken: %s', error);
        await pause(500, undefined, { signal }).catch(() => {});
      });
    }
    await within(END_TIME, Promise.all(this.running)); // With Redis away, nobody can be told.
    await this.end();
  }

  private async takeOne(): Promise<void> {
    const token = randomUUID();
    const job = await this.bull.getNextJob(token, { block: true });
    if (this.stop.signal.aborted) {
      await job?.moveToWait(token);
    } else if (job) {
      this.isLaneFree = false;
      let isInLane = true;
      const left = () => {
        if (isInLane) this.isLaneFree = true;
        isInLane = false;
        this.wake();
      };
      const done = runJob(this.tools, job, token, left, this.onHeld).finally(() => {
        this.running.delete(done);
        left();
      });
      this.running.add(done);
    } else if (this.running.size === 0) {
      await copyOne(this.tools, this.queueKey, this.onHeld);
    }
  }

  private readonly onHeld = (held: HeldJob): (() => void) => {
    this.held.add(held);
    if (this.stop.signal.aborted) held.drop('closing');
    return () => this.held.delete(held);
  };

  private async announceAgain(): Promise<void> {
    try {
      this.said = { ...this.said, storage: await knownStorageId(this.storage) };
      await announce(this.farm, this.said);
    } catch (error) {
      debug('the worker cannot be announced: %s', error);
    }
    if (!this.stop.signal.aborted)
      this.announcing = setTimeout(() => void this.announceAgain(), ANNOUNCED_EVERY);
  }

  private async end(): Promise<void> {
    clearTimeout(this.announcing);
    await this.sessions.close();
    await within(1000, withdraw(this.farm, this.said));
    await this.farm.close();
    await this.storage.close();
  }
}
