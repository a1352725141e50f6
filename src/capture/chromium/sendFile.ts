import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { lookup } from 'mrmime';

/** Answers with a file, or with the range of bytes that was asked for: media are read in ranges. */
export async function sendFile(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Without waiting: a pipe that nobody writes to would else be waited for.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => undefined);
  try {
    const stats = await file?.stat();
    if (!file || !stats?.isFile()) return refuse(response, 404);
    const { size } = stats;
    response.setHeader('Content-Type', contentType(path));
    response.setHeader('Accept-Ranges', 'bytes');
    const range = parseRange(request.headers.range, size);
    if (range === 'none') {
      response.setHeader('Content-Range', `bytes */${size}`);
      return refuse(response, 416);
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
    response.writeHead(range ? 206 : 200, { 'Content-Length': end - start + 1 });
    if (request.method === 'HEAD' || size === 0) response.end();
    else await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } catch {
    response.destroy(); // The file cannot be read, or the browser no longer wants it.
  } finally {
    await file?.close();
  }
}

/** Ends a request with nothing but a status. */
export function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 204 ? {} : { 'Content-Length': 0 }).end();
}

/** One range of bytes, both ends included. Undefined: the whole file. None: it lies outside the file. */
function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'none' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (!match[1] && !match[2])) return undefined;
  const [, from = '', to = ''] = match;
  const start = from ? Number(from) : Math.max(0, size - Number(to));
  const end = from && to ? Math.min(Number(to), size - 1) : size - 1;
  if (from && to && Number(to) < start) return undefined;
  return start < size && start <= end ? { start, end } : 'none';
}

/** Text without a declared encoding is UTF-8, as in nearly every page of today. */
function contentType(path: string): string {
  const type = lookup(path) ?? 'application/octet-stream';
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}
