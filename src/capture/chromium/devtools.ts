import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { debug } from '../../process/debug';

/** A message of the DevTools protocol that nobody asked for. */
export interface DevToolsEvent {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an event carries is the protocol's, and differs by method.
  readonly params: any;
}

interface Pending {
  // biome-ignore lint/suspicious/noExplicitAny: what a method answers is the protocol's, and differs by method.
  resolve(result: any): void;
  reject(error: Error): void;
}

const MOST_LOGGED = 200; // characters of a method's parameters.

/** An answer that carries a picture. */
const PICTURE = /^\{"id":\d+,"result":\{(?:"hasDamage":\w+,)?"(screenshotData|data)":"/;

/**
 * The DevTools protocol over a pipe: messages in JSON, each ended by a zero byte. A pipe, because the browser ends by
 * itself when the pipe does: also when this process is killed.
 */
export class DevTools {
  private readonly events = new EventEmitter<{ event: [DevToolsEvent] }>();
  private readonly pending = new Map<number, Pending>();
  /** How long the last answer with a picture took from its first byte until it was decoded, in milliseconds. */
  pictureTransfer = 0;
  private chunks: Buffer[] = [];
  private begun = 0;
  private lastId = 0;
  private gone: Error | undefined;

  constructor(
    private readonly requests: Writable,
    answers: Readable,
  ) {
    requests.on('error', () => {}); // A symptom: the browser is gone, and its exit says why.
    answers.on('data', (chunk: Buffer) => this.read(chunk));
  }

  /** Calls a method, of the browser or of the page behind `session`. Rejects with what the protocol says. */
  // biome-ignore lint/suspicious/noExplicitAny: see Pending.
  send(method: string, params: object = {}, sessionId?: string): Promise<any> {
    return new Promise((resolve, reject) => {
      if (this.gone) return reject(this.gone);
      this.lastId += 1;
      if (debug.enabled) debug('DevTools %s %s', method, JSON.stringify(params).slice(0, MOST_LOGGED));
      this.pending.set(this.lastId, { resolve, reject });
      this.requests.write(`${JSON.stringify({ id: this.lastId, method, params, sessionId })}\0`);
    });
  }

  /** Calls `listener` for every event. Returns how to stop that. */
  listen(listener: (event: DevToolsEvent) => void): () => void {
    this.events.on('event', listener);
    return () => this.events.off('event', listener);
  }

  /** Rejects what is pending, and all that comes. */
  end(reason: Error): void {
    this.gone ??= reason;
    for (const { reject } of this.pending.values()) reject(this.gone);
    this.pending.clear();
  }

  private read(chunk: Buffer): void {
    if (this.chunks.length === 0) this.begun = performance.now();
    let start = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      this.chunks.push(chunk.subarray(start, end));
      this.receive(this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks));
      this.chunks = [];
      start = end + 1;
    }
    if (start < chunk.length) this.chunks.push(chunk.subarray(start));
  }

  private receive(bytes: Buffer): void {
    const { id, error, result, method, params } = parse(bytes);
    if (id === undefined) return void this.events.emit('event', { method, params });
    if (Buffer.isBuffer(result?.screenshotData ?? result?.data))
      this.pictureTransfer = performance.now() - this.begun;
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (error) pending?.reject(new Error(error.message));
    else pending?.resolve(result);
  }
}

/** A picture is cut out and decoded before the rest is parsed: that halves what a large one costs. */
function parse(bytes: Buffer) {
  const match = PICTURE.exec(bytes.toString('latin1', 0, 100));
  if (!match) return JSON.parse(bytes.toString('utf8'));
  const start = match[0].length;
  const end = bytes.indexOf('"', start);
  const message = JSON.parse(bytes.toString('latin1', 0, start) + bytes.toString('latin1', end));
  message.result[match[1] as string] = Buffer.from(bytes.toString('latin1', start, end), 'base64');
  return message;
}
