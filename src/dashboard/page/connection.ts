import type { StreamEvent } from '../../progress/timeline';
import { reduce } from '../state/reduce';
import { type DashboardState, emptyState } from '../state/state';

/** How the page gets its events. */
export type Link = 'connecting' | 'live' | 'lost' | 'closed' | 'refused' | 'report';

/** What the page shows, and where it comes from. */
export interface Source {
  state: DashboardState;
  link: Link;
  canCancel: boolean;
  /** Where the finished video can be fetched; undefined in a report. */
  video: string | undefined;
}

const RETRY = 1000; // ms
const SILENCE = 30_000; // ms without a sign of life: the server sends one every ten seconds.

/** The state that the page carries, or the one that its server sends; `changed` is called whenever it is another. */
export function connect(changed: () => void): Source {
  const carried = document.getElementById('state')?.textContent;
  const source: Source = {
    state: carried ? JSON.parse(carried) : emptyState(),
    link: carried ? 'report' : 'connecting',
    canCancel: false,
    video: undefined,
  };
  if (!carried) void keepConnected(source, changed);
  return source;
}

/** Asks the server to cancel the render. */
export async function cancel(): Promise<boolean> {
  return (await fetch('cancel', { method: 'POST', headers: headers() })).ok;
}

/** In a header: `EventSource` could only send the token in the address. */
function headers() {
  return { Authorization: `Bearer ${location.hash.slice(1)}` };
}

async function keepConnected(source: Source, changed: () => void): Promise<void> {
  while (source.link !== 'closed' && source.link !== 'refused') {
    await read(source, changed).catch(() => {});
    if (source.link === 'live' || source.link === 'connecting') source.link = 'lost';
    changed();
    await new Promise((resolve) => setTimeout(resolve, RETRY));
  }
}

/** Reads server-sent events until they end. */
async function read(source: Source, changed: () => void): Promise<void> {
  const stop = new AbortController();
  const response = await fetch('events', { headers: headers(), signal: stop.signal });
  if (response.status === 401 || response.status === 403) {
    source.link = 'refused';
    return;
  }
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let text = '';
  for (;;) {
    const late = setTimeout(() => stop.abort(), SILENCE);
    const { value, done } = await reader.read().finally(() => clearTimeout(late));
    if (done) return;
    text += value;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) take(source, message);
    changed();
  }
}

function take(source: Source, message: string): void {
  const [, type, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? [];
  if (!data) return;
  const content = JSON.parse(data);
  if (type === 'closed') source.link = 'closed';
  if (type === 'state') {
    source.state = content.state;
    source.canCancel = content.canCancel;
    source.video = content.video;
    source.link = 'live';
  }
  if (type === 'events')
    for (const [at, event] of content as [number, StreamEvent][]) reduce(source.state, event, at);
}
