import { useContext } from 'preact/hooks';
import { cellOf } from '../state/film';
import { type DashboardState, FILM_CELLS, type Thumbnail } from '../state/state';
import { nearest } from '../state/thumbnails';
import { count } from '../state/words';
import { data } from './picture';
import { SegmentMap } from './segmentMap';
import { Shown } from './shownFrame';

const PICTURES = 14;

/** The film so far: real frames, what each part of it took, and its segments. */
export function FilmStrip({ state }: { state: DashboardState }) {
  const { plan, thumbnails } = state;
  const { index: shown, show } = useContext(Shown);
  const [first, total] = [plan?.range.first ?? 0, plan?.range.count ?? 0];
  const large = shown === undefined ? undefined : nearest(thumbnails, shown);
  return (
    <section class="film" id="film" aria-labelledby="film-title">
      <h2 id="film-title">The film so far</h2>
      <ol class="strip">
        {Array.from({ length: PICTURES }, (_, place) => {
          const [from, to] = [first + (place * total) / PICTURES, first + ((place + 1) * total) / PICTURES];
          const picture = thumbnails.find(({ index }) => index >= from && index < to);
          return (
            <li key={place}>
              {picture ? (
                <button
                  type="button"
                  aria-label={`Frame ${picture.index}`}
                  aria-expanded={shown === picture.index}
                  onClick={() => show(shown === picture.index ? undefined : picture.index)}
                >
                  <img src={data(picture.jpeg)} alt="" />
                  <span>{picture.index.toLocaleString('en')}</span>
                </button>
              ) : (
                <div />
              )}
            </li>
          );
        })}
      </ol>
      {shown !== undefined && (
        <figure class="large">
          {large && <img src={data(large.jpeg)} alt={`Frame ${large.index}`} />}
          <figcaption>
            {shownWords(shown, large)}{' '}
            <button type="button" onClick={() => show(undefined)}>
              Close
            </button>
          </figcaption>
        </figure>
      )}
      <Cost state={state} shown={shown} />
      {state.segments.length > 1 && <SegmentMap state={state} />}
    </section>
  );
}

function shownWords(shown: number, picture: Thumbnail | undefined): string {
  const name = (index: number) => `frame ${index.toLocaleString('en')}`;
  if (!picture) return `${name(shown)}, of which there is no picture`;
  if (picture.index === shown) return name(shown);
  return `${name(picture.index)}, the nearest picture to ${name(shown)}`;
}

/** One cell for each part of the film: how far it is, and how long its frames took to capture. */
function Cost({ state, shown }: { state: DashboardState; shown: number | undefined }) {
  const { film, plan, outstanding } = state;
  const cells = Math.min(FILM_CELLS, plan?.range.count ?? 0);
  if (!plan || cells === 0) return null;
  const means = film.captured.map((captured, cell) =>
    captured > 0 ? (film.milliseconds[cell] ?? 0) / captured : 0,
  );
  const highest = Math.max(1, ...means);
  const inWork = new Set(outstanding.map(({ index }) => cellOf(state, index)));
  const sizeOf = plan.range.count / cells;
  const retries = film.retries.reduce((sum, retried) => sum + (retried ?? 0), 0);
  return (
    <figure class="cost">
      <svg
        viewBox={`0 0 ${cells} 20`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`How long frames took to capture: at most ${Math.round(highest)} ms, with ${count(retries, 'retry', 'retries')}`}
      >
        {Array.from({ length: cells }, (_, cell) => {
          const mean = means[cell] ?? 0;
          const isWritten = (film.written[cell] ?? 0) >= Math.floor(sizeOf);
          const name = film.retries[cell]
            ? 'retried'
            : isWritten
              ? 'written'
              : inWork.has(cell)
                ? 'working'
                : 'open';
          const height = isWritten || mean > 0 ? Math.max(2, (18 * mean) / highest) : 1;
          return (
            <rect key={cell} class={name} x={cell} y={20 - height} width={0.86} height={height}>
              <title>{`frames from ${Math.round(plan.range.first + cell * sizeOf)}: ${mean.toFixed(0)} ms each`}</title>
            </rect>
          );
        })}
        {shown !== undefined && <rect class="shown" x={cellOf(state, shown)} y={0} width={1} height={20} />}
      </svg>
      <figcaption>
        height: time for a capture, up to {Math.round(highest)} ms <i class="key written" /> written{' '}
        <i class="key working" /> outstanding <i class="key retried" /> retried
      </figcaption>
    </figure>
  );
}
