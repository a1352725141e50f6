import { randomBytes } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join, sep } from 'node:path';
import { type HostSize, hostDocument } from './canvas/hostDocument';
import type { MediaLibrary } from './media/mediaLibrary';
import { answerMedia, MEDIA_PATH } from './media/mediaRoutes';
import { refuse, sendFile } from './sendFile';

const HOST_PATH = `${MEDIA_PATH}host`;

/** A page's folder, served to the browsers of one render and to nobody else. */
export interface PageServer {
  /** Where the page is; empty where only media are served. */
  readonly url: string;
  /** Under which pages ask for their media, with a slash at the end. */
  readonly mediaUrl: string;
  /** Where there is a document with a canvas of that size, and in it the page: of the same origin. */
  hostUrl(size: HostSize): string;
  /** Absolute paths of the files that have been served so far. */
  readonly served: ReadonlySet<string>;
  /** Stops serving, at once. Idempotent; settles when every connection is closed. */
  close(): Promise<void>;
}

/**
 * Serves the folder of an HTML file on 127.0.0.1, so that modules, `fetch`, fonts and relative paths work as on the
 * web. Port and token cannot be guessed; the token comes in the page's path, and from then on in a cookie, so that
 * root-relative paths (`/style.css`) work too. Nothing outside the folder is readable, through links neither, nor is
 * what begins with a dot. Rejects when there is no such file.
 *
 * @param film - its file; `document` is served in place of that, which then need not exist. Without a film, as for a
 * page from the web, only media are served.
 */
export async function servePage(
  media: MediaLibrary,
  film?: { readonly path: string; readonly document?: string | undefined },
): Promise<PageServer> {
  const { document } = film ?? {};
  const file = film ? fileOf(film.path, document) : '';
  const folder = dirname(file);
  const token = randomBytes(24).toString('base64url');
  const served = new Set(film && document === undefined ? [file] : []);
  let host = '';
  let url = '';
  let hostSize: HostSize = { width: 0, height: 0, scale: 1 };
  const server = createServer(async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    if (request.headers.host !== host || !knowsToken(request, token)) return refuse(response, 403);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
    response.setHeader('Set-Cookie', `filmgate=${token}; HttpOnly; SameSite=Strict; Path=/`);
    const name = pathname(request).replace(`/${token}/`, '/');
    if (name === HOST_PATH) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      return response.end(hostDocument(url, hostSize));
    }
    const find = (url: string) => (file ? pathIn(folder, url) : undefined);
    if (name.startsWith(MEDIA_PATH)) {
      const mediaFile = (url: string) => {
        const { origin, pathname } = new URL(url);
        return origin === `http://${host}` ? find(pathname.replace(`/${token}/`, '/')) : undefined;
      };
      return answerMedia(media, mediaFile, name.slice(MEDIA_PATH.length), request, response);
    }
    if (document !== undefined && name === `/${encodeURIComponent(basename(file))}`)
      return response.setHeader('Content-Type', 'text/html; charset=utf-8').end(document);
    const wanted = find(name);
    if (wanted) {
      served.add(wanted);
      return sendFile(wanted, request, response);
    }
    refuse(response, name === '/favicon.ico' ? 204 : 404); // A browser asks for that icon by itself.
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  url = file && `http://${host}/${token}/${encodeURIComponent(basename(file))}`;
  let closed: Promise<void> | undefined;
  return {
    url,
    hostUrl(size) {
      hostSize = size;
      return `http://${host}/${token}${HOST_PATH}`;
    },
    mediaUrl: `http://${host}/${token}${MEDIA_PATH}`,
    served,
    close: () => (closed ??= stop(server)),
  };
}

/** The real path of a file, which need not exist where a document is served in its place. */
function fileOf(path: string, document: string | undefined): string {
  return document === undefined ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}

function pathname({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

function knowsToken(request: IncomingMessage, token: string): boolean {
  const cookies = request.headers.cookie?.split('; ') ?? [];
  return pathname(request).startsWith(`/${token}/`) || cookies.includes(`filmgate=${token}`);
}

/**
 * The real path of what a URL's path names, when every link on the way has been followed; undefined outside, and where
 * there is no file.
 */
function pathIn(folder: string, url: string): string | undefined {
  try {
    const [, ...names] = url.split('/').map(decodeURIComponent);
    if (names.at(-1) === '') names[names.length - 1] = 'index.html';
    if (names.some((name) => /^$|^\.|\//.test(name) || name.includes(sep))) return undefined;
    const path = realpathSync(join(folder, ...names));
    const isInside = path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
    return isInside && statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined; // There is no such file, or the URL is malformed.
  }
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
