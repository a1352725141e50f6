import type { PlannedRender, RenderEvent } from '../frames/events';
import { MovingAverage } from './movingAverage';
import { bottleneckOf, type Snapshot, type WorkerSnapshot } from './snapshot';

/** Takes in events as they happen, and knows at any moment where the render stands. Times are in milliseconds. */
export class ProgressState {
  private plan: PlannedRender | undefined;
  private requested = 0;
  private captured = 0;
  private writing = 0;
  private written = 0;
  private resumed = 0;
  private retries = 0;
  private segments = { done: 0, total: 1 };
  private encoded = { frames: 0, bytes: 0 };
  private peakOutstanding = 0;
  private bufferedBytes = 0;
  private elapsedSeconds: number | undefined;
  private readonly held = new Map<number, number>();
  private readonly workers = new Map<string, WorkerSnapshot>();
  private readonly busy = new Map<string, { seconds: number; since: number | undefined }>();
  private readonly captureRate = new MovingAverage();
  private readonly encodeRate = new MovingAverage();
  private readonly captureWaiting = new MovingAverage();
  private readonly encodeWaiting = new MovingAverage();
  private begun = 0;
  private last: number;

  constructor(private readonly start: number) {
    this.last = start;
  }

  add(event: RenderEvent, now: number): void {
    this.pass(now);
    switch (event.type) {
      case 'captureFallback':
        this.startOver();
        break;
      case 'planned':
        this.plan = event.plan;
        this.resumed = event.plan.resumedFrames;
        this.segments = { done: event.plan.resumedSegments, total: event.plan.segments };
        for (const name of event.plan.workers) this.setWorker(name, 'starting');
        break;
      case 'workerReady':
        this.setWorker(event.worker, 'idle');
        break;
      case 'requested':
        if (this.requested === 0) this.begun = now;
        this.requested += 1;
        this.peakOutstanding = Math.max(this.peakOutstanding, this.requested - this.written);
        break;
      case 'retried':
        this.retries += 1;
        this.setWorker(event.worker, 'starting');
        break;
      case 'workerRetired':
        this.workers.delete(event.worker);
        break;
      case 'captureStarted':
        this.setWorker(event.worker, 'capturing', event.index);
        break;
      case 'captured':
        this.captured += 1;
        this.captureRate.count(1);
        this.held.set(event.index, event.bytes);
        this.bufferedBytes += event.bytes;
        this.setWorker(event.worker, 'idle', undefined, 1);
        break;
      case 'writing':
        this.writing += 1;
        break;
      case 'written':
        this.writing -= 1;
        this.written += 1;
        this.encodeRate.count(1);
        this.bufferedBytes -= this.held.get(event.index) ?? 0;
        this.held.delete(event.index);
        break;
      case 'encoded':
        this.encoded = event;
        break;
      case 'segmentVerified':
        this.segments.done += 1;
        break;
      case 'finished':
        this.encoded = event.result;
        this.elapsedSeconds = event.result.elapsedSeconds;
    }
  }

  /** All frames are captured again. What has been seen of speed stays. */
  private startOver(): void {
    this.plan = undefined;
    this.requested = 0;
    this.peakOutstanding = 0;
    this.captured = 0;
    this.writing = 0;
    this.written = 0;
    this.resumed = 0;
    this.bufferedBytes = 0;
    this.encoded = { frames: 0, bytes: 0 };
    this.held.clear();
    this.workers.clear();
  }

  snapshot(now: number): Snapshot {
    this.pass(now);
    const { captureWaiting, encodeWaiting } = this;
    return {
      total: this.total,
      requested: this.requested,
      captured: this.captured,
      written: this.resumed + this.written,
      resumed: this.resumed,
      retries: this.retries,
      segments: this.segments.total,
      segmentsVerified: this.segments.done,
      encoded: this.encoded.frames,
      captureRate: this.captureRate.perSecond,
      encodeRate: this.encodeRate.perSecond,
      elapsedSeconds: this.elapsedSeconds ?? (now - this.start) / 1000,
      remainingSeconds: this.remainingSeconds,
      outstanding: this.requested - this.written,
      peakOutstanding: this.peakOutstanding,
      window: this.plan?.window ?? 0,
      bufferedBytes: this.bufferedBytes,
      memory: this.plan?.memory ?? 0,
      encodedBytes: this.encoded.bytes,
      workers: [...this.workers.values()].map((worker) => this.withBusyTime(worker, now)),
      captureWaiting: captureWaiting.perSecond,
      encodeWaiting: encodeWaiting.perSecond,
      bottleneck: bottleneckOf(captureWaiting.perSecond, encodeWaiting.perSecond),
    };
  }

  private get total(): number {
    return this.plan?.range.count ?? 0;
  }

  private get remainingSeconds(): number | undefined {
    const left = this.total - this.resumed - this.written;
    if (this.plan && left === 0) return 0;
    if (this.written === 0) return undefined;
    const seconds = (this.last - this.begun) / 1000;
    return (seconds / this.written) * left;
  }

  /** Accounts for the time since the last event, in which nothing changed. */
  private pass(now: number): void {
    const seconds = (now - this.last) / 1000;
    this.last = now;
    if (seconds <= 0 || !this.plan) return;
    this.captureRate.pass(seconds, 0);
    this.encodeRate.pass(seconds, 0);
    this.captureWaiting.pass(seconds, seconds * this.shareOfIdleWorkers());
    this.encodeWaiting.pass(seconds, this.encoderIsIdle ? seconds : 0);
  }

  /** A worker that is idle before the last frame is requested waits for the window, and so for FFmpeg. */
  private shareOfIdleWorkers(): number {
    if (this.resumed + this.requested === this.total) return 0;
    const ready = [...this.workers.values()].filter(({ state }) => state !== 'starting');
    return ready.length === 0 ? 0 : ready.filter(({ state }) => state === 'idle').length / ready.length;
  }

  /**
   * Every frame whose turn it was has been taken, and the next one is being captured. Where none is, FFmpeg is at its own
   * work, such as the end of a segment.
   */
  private get encoderIsIdle(): boolean {
    const isAwaited = [...this.workers.values()].some(({ state }) => state !== 'idle');
    return isAwaited && this.resumed + this.written < this.total && this.writing === 0;
  }

  private setWorker(name: string, state: WorkerSnapshot['state'], index?: number, delivered = 0): void {
    const captured = (this.workers.get(name)?.captured ?? 0) + delivered;
    this.workers.set(name, { name, state, index, captured, busySeconds: 0 });
    this.countBusy(name, state === 'capturing');
  }

  private countBusy(name: string, isBusy: boolean): void {
    const busy = this.busy.get(name) ?? { seconds: 0, since: undefined };
    this.busy.set(name, busy);
    if (busy.since !== undefined) busy.seconds += (this.last - busy.since) / 1000;
    busy.since = isBusy ? this.last : undefined;
  }

  private withBusyTime(worker: WorkerSnapshot, now: number): WorkerSnapshot {
    const { seconds = 0, since = now } = this.busy.get(worker.name) ?? {};
    const { name, state, index, captured } = worker;
    return { name, state, index, captured, busySeconds: seconds + (now - since) / 1000 };
  }
}
