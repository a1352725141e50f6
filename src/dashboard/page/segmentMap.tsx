import type { DashboardState, SegmentCell } from '../state/state';

const MOST_NAMED = 16; // Of more, names have no room,
const MOST_APART = 100; // and of more than these, the gaps between them.

const WORDS: Record<SegmentCell['state'], string> = {
  verified: 'verified',
  encoding: 'being encoded',
  resumed: 'left by an earlier run',
  planned: 'not begun',
};

/** The film in its segments: how far each is, and which lane or machine encodes it. */
export function SegmentMap({ state: { segments, plan } }: { state: DashboardState }) {
  const of = (wanted: SegmentCell['state']) => segments.filter(({ state }) => state === wanted).length;
  const kept = of('verified') + of('resumed');
  const hasPlaces = segments.length <= MOST_NAMED && segments.some(({ lane, machine }) => lane || machine);
  return (
    <figure class="segments">
      <ol
        class={segments.length > MOST_APART ? 'dense' : ''}
        aria-label={`Segments: ${kept} of ${segments.length} are verified`}
      >
        {segments.map((segment, place) => {
          const { range, state, written } = segment;
          return (
            <li
              key={range.first}
              style={{ flexGrow: range.count / (plan?.range.count ?? 1), '--share': written / range.count }}
              aria-label={segmentWords(segment, place)}
              title={segmentWords(segment, place)}
            >
              <i class={state} />
              {hasPlaces && <small>{placeWords(segment)}</small>}
            </li>
          );
        })}
      </ol>
      <figcaption>
        {kept} of {segments.length} segments verified
        {of('resumed') > 0 && `, ${of('resumed')} by an earlier run`}
        {(Object.keys(WORDS) as SegmentCell['state'][])
          .filter((name) => of(name) > 0)
          .map((name) => (
            <span key={name}>
              <i class={`key ${name}`} /> {WORDS[name]}
            </span>
          ))}
      </figcaption>
    </figure>
  );
}

/** On a farm each machine has lanes of its own, and what counts is which machine it is. */
function placeWords({ lane, machine }: SegmentCell): string {
  return machine ?? (lane === undefined ? '' : `lane ${lane + 1}`);
}

function segmentWords(segment: SegmentCell, place: number): string {
  const { range, state, written } = segment;
  const where = placeWords(segment);
  const frames = `frames ${range.first} to ${range.first + range.count - 1}`;
  const share = state === 'encoding' ? `, ${written} of ${range.count} written` : '';
  return `segment ${place + 1}, ${frames}: ${WORDS[state]}${share}${where && `, ${where}`}`;
}
