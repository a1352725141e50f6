import type { DevToolsEvent } from '../devtools';

/** Types of requests for what is no picture, or is one only by way of other requests. */
const INVISIBLE = [
  ...['Stylesheet', 'Font', 'Script', 'XHR', 'Fetch', 'Preflight', 'Manifest'],
  ...['EventSource', 'WebSocket', 'Ping', 'TextTrack'],
];

const SVG = 'image/svg+xml';

/**
 * What a page asks for and a canvas leaves out, silently, in words for a person; undefined where it leaves nothing out:
 * pictures and frames of another origin, and HTML in an SVG that is a picture.
 */
export function undrawableRequest({ method, params }: DevToolsEvent, origin: string): string | undefined {
  if (method === 'Network.requestWillBeSent') {
    const { url } = params.request;
    if (INVISIBLE.includes(params.type) || !/^https?:/.test(url)) return undefined;
    return new URL(url).origin === origin ? undefined : `${url}, of another origin`;
  }
  if (method !== 'Network.responseReceived' || params.type !== 'Image') return undefined;
  const { url, mimeType } = params.response;
  if (mimeType !== SVG) return undefined;
  if (url.startsWith('blob:')) return 'an SVG from a blob, which may have HTML in it';
  return url.startsWith('data:') && hasForeignContent(textOf(url)) ? 'an SVG with HTML in it' : undefined;
}

/** Whether an SVG has HTML in it, or other pictures that may have. */
export function hasForeignContent(svg: string): boolean {
  return /foreignObject|data:image\/svg/i.test(svg);
}

function textOf(url: string): string {
  const [head = '', ...rest] = url.split(',');
  const hex = (_: string, code: string) => String.fromCharCode(Number.parseInt(code, 16));
  const data = rest.join(',').replace(/%([\da-f]{2})/gi, hex);
  return /;base64$/i.test(head) ? Buffer.from(data, 'base64').toString('latin1') : data;
}
