import type { DashboardState, Incident, PageMessage, Thumbnail } from '../state/state';
import { nearest } from '../state/thumbnails';
import { seconds } from '../state/words';
import { data } from './picture';
import { FrameLink } from './shownFrame';

const KINDS: Record<Incident['kind'], string> = {
  retry: 'retry',
  death: 'worker died',
  retired: 'worker given up',
  failure: 'the render failed',
  warning: 'warning',
  segment: 'segment damaged',
};

const SAID: Record<PageMessage['kind'], string> = {
  exception: 'error',
  request: 'failed request',
  console: 'console.error',
  unsupported: 'not supported',
};

/** What went wrong on the way, the latest first. */
export function Incidents({ state: { incidents, incidentCount, thumbnails } }: { state: DashboardState }) {
  return (
    <section aria-labelledby="incidents-title">
      <h2 id="incidents-title">
        Incidents <small>{incidentCount}</small>
      </h2>
      {incidents.length === 0 ? (
        <p class="none">None.</p>
      ) : (
        <ul class="incidents">
          {[...incidents].reverse().map((one, place) => (
            <li key={incidentCount - place} class={one.kind}>
              <b>{KINDS[one.kind]}</b> {one.index !== undefined && <FrameLink index={one.index} />}{' '}
              {one.tries !== undefined && <span>attempt {one.tries}</span>}{' '}
              {one.worker && <span>{one.worker}</span>} <time>{seconds(one.at / 1000)}</time>
              {one.index !== undefined && <Nearby frame={one.index} thumbnails={thumbnails} />}
              <p>{one.message}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What a frame looks like, or one that is near it. */
function Nearby({ frame, thumbnails }: { frame: number; thumbnails: readonly Thumbnail[] }) {
  const picture = nearest(thumbnails, frame);
  if (!picture) return null;
  const { index, jpeg } = picture;
  const what = index === frame ? `Frame ${index}` : `Frame ${index}, the nearest picture to frame ${frame}`;
  return <img src={data(jpeg)} alt={what} title={what} loading="lazy" />;
}

/** What the page said, with the frame of the first time. */
export function Messages({ state: { messages } }: { state: DashboardState }) {
  return (
    <section aria-labelledby="messages-title">
      <h2 id="messages-title">
        The page said <small>{messages.length}</small>
      </h2>
      {messages.length === 0 ? (
        <p class="none">Nothing.</p>
      ) : (
        <ul class="incidents">
          {messages.map(({ kind, text, index, count }) => (
            <li key={kind + text} class={kind}>
              <b>{SAID[kind]}</b>{' '}
              {index === undefined ? <span>while loading</span> : <FrameLink index={index} />}{' '}
              {count > 1 && <span>{count} times</span>}
              <p>{text}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The captures that took longest. */
export function Slowest({ state: { slowest } }: { state: DashboardState }) {
  return (
    <section aria-labelledby="slowest-title">
      <h2 id="slowest-title">Slowest frames</h2>
      {slowest.length === 0 ? (
        <p class="none">None yet.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">frame</th>
              <th scope="col">took</th>
              <th scope="col">seek · wait · picture · transfer</th>
              <th scope="col">on</th>
            </tr>
          </thead>
          <tbody>
            {slowest.map(({ index, from, until, times, worker, failed }) => (
              <tr key={`${index} ${from}`} class={failed ? 'failed' : ''}>
                <td>
                  <FrameLink index={index} />
                </td>
                <td>{Math.round(until - from)} ms</td>
                <td>
                  {times
                    ? [times.seek, times.wait, times.picture, times.transfer]
                        .map((part) => Math.round(part))
                        .join(' · ')
                    : failed
                      ? 'failed'
                      : ''}
                </td>
                <td>{worker}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
