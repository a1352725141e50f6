import type { IncomingMessage, ServerResponse } from 'node:http';
import { FilmgateError, messageOf } from '../../../errors';
import { refuse } from '../sendFile';
import type { MediaLibrary } from './mediaLibrary';

/** Under which the page asks for its media. No file of its own can have such a name. */
export const MEDIA_PATH = '/.filmgate/';

/**
 * Answers `media?<URL>` with a {@link MediaAnswer}, and `frame/<id>/<index>` with a picture. What fails is told as
 * `{ error, code }`, as an answer: a status would be reported as a failed request beside it.
 */
export async function answerMedia(
  library: MediaLibrary,
  fileOf: (url: string) => string | undefined,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Access-Control-Allow-Origin', '*'); // A page from the web asks too; it knows the token.
  const [, id, index] = /^frame\/(\w+)\/(\d+)$/.exec(path) ?? [];
  if (path !== 'media' && id === undefined) return refuse(response, 404);
  try {
    if (path === 'media') {
      const wanted = decodeURIComponent(request.url?.split('?')[1] ?? '');
      return sendJson(response, await library.describe(wanted, fileOf(wanted)));
    }
    response.setHeader('Cache-Control', 'max-age=3600'); // Two elements may show the same frame.
    const { data, type } = await library.frame(id as string, Number(index));
    response.setHeader('Content-Type', type).end(data);
  } catch (error) {
    sendJson(response, { error: messageOf(error), code: FilmgateError.is(error) ? error.code : undefined });
  }
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}
