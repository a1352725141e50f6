import { closeSync, openSync, writeSync } from 'node:fs';
import { finalize, lastValueFrom, type Observable, tap } from 'rxjs';
import { FilmgateError, invalidOption, messageOf } from '../errors';
import type { RenderEvent } from '../frames/events';
import { timeline } from '../progress/timeline';
import { TraceLines } from './traceLines';

const MOST_BUFFERED = 64 * 1024; // characters

/**
 * Writes what happens in a render as a trace that Perfetto (https://ui.perfetto.dev) and `chrome://tracing` open: Chrome's
 * Trace Event Format. It is streamed, four times a second, and what is there at any moment can be opened: the format
 * permits that its end is missing. Resolves with the render's end, also where that is a failure. Spans within a
 * capture are there when the render has `events: 'all'`.
 *
 * @param path - file to write, which ends in .json; one that is there is replaced
 * @throws FilmgateError `INVALID_OPTION`, `OUTPUT_UNWRITABLE` at once; it rejects with `OUTPUT_UNWRITABLE` where a full disk
 * cuts the trace short.
 */
export function writeTrace(events: Observable<RenderEvent>, path: string): Promise<void> {
  if (!path.endsWith('.json')) throw invalidOption('trace', path, 'give a file that ends in .json');
  const file = new TraceFile(path);
  const lines = new TraceLines((line) => file.put(line));
  const written = events.pipe(
    timeline(),
    tap(({ at, event }) => {
      lines.add(event, at);
      if (event.type === 'finished' || event.type === 'failed') lines.end(at);
      if (event.type === 'progress') file.flush();
    }),
    finalize(() => file.close()),
  );
  return lastValueFrom(written, { defaultValue: undefined }).then(() => {
    if (file.error) throw file.error;
  });
}

/** Whole lines at a time, so that nothing is cut off within one. */
class TraceFile {
  error: FilmgateError | undefined;
  private readonly fd: number;
  private text = '[';
  private separator = '\n';

  constructor(private readonly path: string) {
    try {
      this.fd = openSync(path, 'w');
    } catch (cause) {
      throw this.unwritable(cause);
    }
  }

  put(line: string): void {
    this.text += this.separator + line;
    this.separator = ',\n'; // Before a line and not after it: a trace without its end lacks but the bracket.
    if (this.text.length > MOST_BUFFERED) this.flush();
  }

  flush(): void {
    try {
      if (!this.error) writeSync(this.fd, this.text);
    } catch (cause) {
      this.error = this.unwritable(cause); // The render goes on: it is what counts.
    }
    this.text = '';
  }

  close(): void {
    this.text += '\n]\n';
    this.flush();
    closeSync(this.fd);
  }

  private unwritable(cause: unknown): FilmgateError {
    const message = `trace: ${this.path} cannot be written: ${messageOf(cause)}`;
    return new FilmgateError('OUTPUT_UNWRITABLE', message, { option: 'trace', value: this.path, cause });
  }
}
