import type { DashboardState, Slot } from '../state/state';
import { awaited, awaitedWords } from '../state/words';

const MOST_DRAWN = 96;

const WORDS: Record<Slot['state'], string> = {
  requested: 'requested',
  capturing: 'being captured',
  waiting: 'captured, waits',
  writing: 'being written',
};

/** The window's slots: the frame whose turn is next stands at the gate, and those behind it wait. */
export function Gate({ state }: { state: DashboardState }) {
  const { outstanding, plan, snapshot } = state;
  const window = Math.max(plan?.window ?? 0, outstanding.length);
  const head = awaited(state);
  const drawn = Math.min(window, MOST_DRAWN);
  return (
    <section class="gate" aria-labelledby="gate-title">
      <h2 id="gate-title">
        The gate <small>{`${outstanding.length} of ${window} slots taken`}</small>
      </h2>
      <div class="queue">
        <div class={`ffmpeg ${outstanding[0]?.state === 'writing' ? 'busy' : ''}`} aria-hidden="true">
          FFmpeg
        </div>
        <ol aria-label="Outstanding frames, the next one first">
          {Array.from({ length: drawn }, (_, place) => {
            const slot = outstanding[place];
            if (!slot) return <li key={`free ${place}`} class="free" aria-label="free" />;
            return <Cell key={slot.index} slot={slot} isAwaited={slot === head} at={state.at} />;
          })}
        </ol>
        {window > drawn && <p class="more">+{window - drawn} slots</p>}
      </div>
      <p id="awaited" class={head ? 'warning' : ''}>
        {awaitedWords(state)}
      </p>
      <ul class="legend" aria-label="What the colours mean">
        {(Object.keys(WORDS) as Slot['state'][]).map((name) => (
          <li key={name}>
            <i class={`key ${name}`} aria-hidden="true" />
            {WORDS[name]} <b>{outstanding.filter((slot) => slot.state === name).length}</b>
          </li>
        ))}
        <li>
          peak <b>{snapshot?.peakOutstanding ?? 0}</b> of {window}
        </li>
      </ul>
    </section>
  );
}

function Cell({ slot, isAwaited, at }: { slot: Slot; isAwaited: boolean; at: number }) {
  const { index, state, worker, tries, since } = slot;
  const who = state === 'capturing' && worker ? ` by ${worker}` : '';
  const again = tries > 0 ? `, try ${tries + 1}` : '';
  const words = `frame ${index}: ${WORDS[state]}${who}${again}, for ${((at - since) / 1000).toFixed(1)} s`;
  return (
    <li
      class={`${state} ${isAwaited ? 'awaited' : ''} ${tries > 0 ? 'again' : ''}`}
      aria-label={words}
      title={words}
    >
      <span>{index}</span>
      {state === 'capturing' && <small>{worker?.replace(/^worker /, 'w')}</small>}
    </li>
  );
}
