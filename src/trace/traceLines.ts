import { CAPTURE_PARTS, type CaptureTimes } from '../frames/captureTimes';
import type { FrameRange } from '../frames/range';
import type { StreamEvent } from '../progress/timeline';

const GATE = 1;
const FIRST_WORKER = 10;
const FIRST_FFMPEG = 1000;

interface Span {
  readonly index: number;
  readonly at: number;
}

/**
 * Events as lines of Chrome's Trace Event Format: a track for the gate, for each worker and for each FFmpeg, a flow from
 * each request through capture to drain, counters, and segments. Times in the format are microseconds.
 */
export class TraceLines {
  private readonly workers = new Map<string, number>();
  private readonly capturing = new Map<string, Span>();
  private readonly writing: (Span | undefined)[] = [];
  private segments: readonly { readonly range: FrameRange; readonly isResumed: boolean }[] = [];

  constructor(private readonly put: (line: string) => void) {
    put(named('process_name', 0, 'Filmgate'));
    put(named('thread_name', GATE, 'gate: requests'));
  }

  add(event: StreamEvent, at: number): void {
    switch (event.type) {
      case 'planned':
        for (const name of event.plan.workers) this.track(name);
        break;
      case 'segmentsPlanned':
        this.segments = event.segments;
        break;
      case 'requested':
        this.requested(event.index, at);
        break;
      case 'captureStarted':
        this.capturing.set(event.worker, { index: event.index, at });
        break;
      case 'captured':
        this.captured(event.worker, at, event.times);
        break;
      case 'retried':
        this.captureEnded(event.worker, at, `"retry":${event.tries},"code":"${event.code}"`);
        this.instant(`retry: ${event.message}`, at, this.track(event.worker));
        break;
      case 'workerEnded':
      case 'workerRetired':
        this.instant(`${event.type}: ${event.message}`, at, this.track(event.worker));
        break;
      case 'workerReady':
      case 'workerStarting':
        this.instant(event.type, at, this.track(event.worker));
        break;
      case 'pageMessage':
        this.instant(`page: ${event.text}`, at, this.track(event.worker));
        break;
      case 'captureFallback':
        this.end(at);
        this.instant(event.message, at, GATE);
        break;
      case 'warning':
      case 'failed':
        this.instant(event.message, at, GATE);
        break;
      case 'writing':
        this.writingBegan(event.index, at);
        break;
      case 'written':
        this.written(event.index, at);
        break;
      case 'segmentVerified':
        this.segment('e', event.segment, at);
        break;
      case 'progress': {
        const { outstanding, window, bufferedBytes, captureRate, encodeRate } = event.snapshot;
        this.counter('frames', at, { outstanding, window });
        this.counter('bytes held', at, { bytes: bufferedBytes });
        this.counter('frames per second', at, { captured: captureRate, written: encodeRate });
        break;
      }
      case 'resources': {
        const { node, browsers, ffmpeg } = event;
        const of = (use: 'memory' | 'cpu') => ({
          node: node[use],
          browsers: browsers?.[use] ?? 0,
          ffmpeg: ffmpeg?.[use] ?? 0,
        });
        this.counter('memory', at, of('memory'));
        this.counter('cores', at, of('cpu'));
      }
    }
  }

  /** Ends what is going on: a render that failed, or starts again, leaves captures and writes behind. */
  end(at: number): void {
    for (const worker of [...this.capturing.keys()]) this.captureEnded(worker, at, '"unfinished":true');
    for (const [lane, span] of this.writing.entries())
      if (span) this.span(`write ${span.index}`, span.at, at, FIRST_FFMPEG + lane, '"unfinished":true');
    this.writing.fill(undefined);
  }

  private requested(index: number, at: number): void {
    this.span(`request ${index}`, at, at + 0.001, GATE); // A flow begins in a span.
    this.flow('s', index, at, GATE);
    const segment = this.segments.findIndex(({ range }) => range.first === index);
    if (segment >= 0) this.segment('b', segment, at);
  }

  private captured(worker: string, at: number, times: CaptureTimes | undefined): void {
    const begun = this.capturing.get(worker);
    if (!begun) return;
    this.captureEnded(worker, at);
    if (!times) return;
    let from = begun.at;
    for (const part of CAPTURE_PARTS) {
      const until = Math.min(at, from + times[part]);
      if (times[part] > 0) this.span(part, from, until, this.track(worker));
      from = until;
    }
  }

  private captureEnded(worker: string, at: number, args = ''): void {
    const begun = this.capturing.get(worker);
    if (!begun) return;
    this.capturing.delete(worker);
    const track = this.track(worker);
    this.span(`frame ${begun.index}`, begun.at, at, track, args);
    this.flow('t', begun.index, begun.at, track);
  }

  /** Segments in lanes are written at the same time: each has a track. */
  private writingBegan(index: number, at: number): void {
    let lane = this.writing.indexOf(undefined);
    if (lane < 0) {
      lane = this.writing.length;
      this.put(named('thread_name', FIRST_FFMPEG + lane, lane === 0 ? 'FFmpeg' : `FFmpeg ${lane + 1}`));
    }
    this.writing[lane] = { index, at };
  }

  private written(index: number, at: number): void {
    const lane = this.writing.findIndex((span) => span?.index === index);
    const begun = this.writing[lane];
    if (!begun) return;
    this.writing[lane] = undefined;
    this.span(`write ${index}`, begun.at, at, FIRST_FFMPEG + lane);
    this.flow('f', index, begun.at, FIRST_FFMPEG + lane);
  }

  private track(worker: string): number {
    const known = this.workers.get(worker);
    if (known !== undefined) return known;
    const track = FIRST_WORKER + this.workers.size;
    this.workers.set(worker, track);
    this.put(named('thread_name', track, worker));
    return track;
  }

  private span(name: string, from: number, until: number, track: number, args = ''): void {
    const begin = micros(from);
    const more = args ? `,"args":{${args}}` : '';
    this.put(
      `{"ph":"X","name":"${name}","cat":"frame","ts":${begin},"dur":${micros(until) - begin},"pid":1,"tid":${track}${more}}`,
    );
  }

  private flow(phase: 's' | 't' | 'f', index: number, at: number, track: number): void {
    const binding = phase === 'f' ? ',"bp":"e"' : '';
    this.put(
      `{"ph":"${phase}","name":"frame","cat":"flow","id":${index},"ts":${micros(at)},"pid":1,"tid":${track}${binding}}`,
    );
  }

  private segment(phase: 'b' | 'e', segment: number, at: number): void {
    const place = `"id":${segment},"ts":${micros(at)},"pid":1,"tid":${GATE}`;
    this.put(`{"ph":"${phase}","name":"segment ${segment + 1}","cat":"segment",${place}}`);
  }

  private counter(name: string, at: number, args: Record<string, number>): void {
    this.put(JSON.stringify({ ph: 'C', name, ts: micros(at), pid: 1, args }));
  }

  private instant(name: string, at: number, tid: number): void {
    this.put(JSON.stringify({ ph: 'i', s: 't', name, ts: micros(at), pid: 1, tid }));
  }
}

/** Whole microseconds: Filmgate measures no finer, and sums of fractions would let spans overlap. */
function micros(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

function named(what: 'process_name' | 'thread_name', tid: number, name: string): string {
  return JSON.stringify({ ph: 'M', name: what, pid: 1, tid, args: { name } });
}
