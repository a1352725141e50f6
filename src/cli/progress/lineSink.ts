import { fstatSync, type Stats, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { invalidOption } from '../../errors';
import { flushed } from './flushed';

/** Takes lines for another program. A reader that is gone is never an error. */
export interface LineSink {
  /** Whether this is standard error, which people read too. */
  readonly isStderr: boolean;
  /** Whether earlier lines still wait to be read: then those that can be left out should be. */
  readonly isFull: boolean;
  write(line: string): void;
  close(): Promise<void>;
}

/**
 * Opens a file descriptor that the parent has handed down.
 *
 * @throws FilmgateError `INVALID_OPTION` when it is not open for writing.
 */
export function openLineSink(fd: number): LineSink {
  const isStderr = fd === 2;
  if (isStderr) return streamSink(process.stderr, isStderr);
  const stats = Number.isInteger(fd) && fd >= 0 ? writable(fd) : undefined;
  if (!stats) {
    const fix = 'it is not open for writing; open it when starting filmgate, such as with 3>progress.ndjson';
    throw invalidOption('progressFd', fd, fix);
  }
  if (fd === 1) return streamSink(process.stdout, isStderr);
  if (stats.isFIFO() || stats.isSocket()) {
    const socket = new Socket({ fd, readable: false, writable: true });
    socket.on('error', () => {});
    return streamSink(socket, isStderr);
  }
  return fileSink(fd);
}

function streamSink(stream: Writable, isStderr: boolean): LineSink {
  return {
    isStderr,
    get isFull() {
      return stream.writableNeedDrain;
    },
    write(line) {
      if (!stream.destroyed) stream.write(line);
    },
    close: () => flushed(stream),
  };
}

function fileSink(fd: number): LineSink {
  return {
    isStderr: false,
    isFull: false,
    write(line) {
      try {
        writeSync(fd, line);
      } catch {
        // A full disk or a closed terminal: the render is what counts.
      }
    },
    close: async () => {},
  };
}

/** What the descriptor is, if it can be written to. Node's own epoll descriptor cannot. */
function writable(fd: number): Stats | undefined {
  try {
    writeSync(fd, Buffer.alloc(0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') return undefined; // Open, but its reader has gone.
  }
  return fstatSync(fd);
}
