import { useEffect, useRef, useState } from 'preact/hooks';
import { lanesOf, segmentOf } from '../state/segments';
import { type DashboardState, isOver, type Worker } from '../state/state';
import { count, percent, seconds } from '../state/words';
import type { Source } from './connection';
import { barAt, drawLanes, drawWhole, ROW, type Stretch } from './drawLanes';
import { useTheme } from './theme';

const SPANS = [2, 5, 15, 60, 0] as const; // seconds; 0 is the whole render.

/** A lane for each worker and each FFmpeg: what each did, and does. */
export function Lanes({ source }: { source: Source }) {
  const { state } = source;
  const hasEnded = isOver(state);
  const [chosen, choose] = useState<number>();
  const span = chosen ?? (hasEnded ? 0 : 5);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [tip, setTip] = useState<{ x: number; y: number; text: string }>();
  const theme = useTheme();
  const lanes = lanesOf(state);
  const rows = state.workers.length + lanes;
  const longest = Math.max(9, ...state.workers.map(({ name }) => name.length)); // On a farm, with its machine.

  const until = Math.max(1, state.at);
  const stretch: Stretch = { from: Math.max(0, until - span * 1000), until };
  const draw = () => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const size = { width: element.clientWidth, height: element.clientHeight };
    const scale = devicePixelRatio;
    if (
      element.width !== Math.round(size.width * scale) ||
      element.height !== Math.round(size.height * scale)
    ) {
      element.width = Math.round(size.width * scale);
      element.height = Math.round(size.height * scale);
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    if (span === 0) drawWhole(context, size, state, theme);
    else drawLanes(context, size, state, stretch, theme);
  };
  useEffect(() => draw()); // With each change of the state.

  const point = (event: MouseEvent) => {
    const element = canvas.current;
    if (!element || span === 0) return setTip(undefined);
    const at = stretch.from + (event.offsetX / element.clientWidth) * (stretch.until - stretch.from);
    const found = barAt(state, Math.floor(event.offsetY / ROW), at);
    setTip(found && { x: event.offsetX, y: event.offsetY, text: tipText(found) });
  };

  return (
    <section class="lanes" aria-labelledby="lanes-title">
      <h2 id="lanes-title">
        Workers
        <span class="spans">
          {SPANS.map((each) => (
            <button type="button" key={each} aria-pressed={span === each} onClick={() => choose(each)}>
              {each === 0 ? 'whole render' : `${each} s`}
            </button>
          ))}
        </span>
      </h2>
      <div class="rows" style={{ '--row': `${ROW}px`, '--name': `${longest}ch` }}>
        <ul>
          {state.workers.map((worker) => (
            <Row key={worker.name} worker={worker} state={state} />
          ))}
          {Array.from({ length: lanes }, (_, lane) => (
            <FFmpegRow key={lane} lane={lane} lanes={lanes} state={state} />
          ))}
        </ul>
        <div class="drawn">
          <canvas
            ref={canvas}
            role="img"
            aria-label={`What ${state.workers.length} workers and FFmpeg did over ${span === 0 ? 'the whole render' : `the last ${span} seconds`}; the list beside it says it in words`}
            style={{ height: `${rows * ROW}px` }}
            onMouseMove={point}
            onMouseLeave={() => setTip(undefined)}
          />
          {tip && (
            <p class="tip" style={{ left: `${tip.x}px`, top: `${tip.y}px` }}>
              {tip.text}
            </p>
          )}
        </div>
      </div>
      <ul class="legend" aria-label="What the colours mean">
        {span === 0 ? (
          <li>{`the stronger, the busier${state.segments.length > 1 ? '; FFmpeg: its segments, by number' : ''}`}</li>
        ) : (
          ['seek', 'wait', 'picture', 'transfer', 'failed', 'written'].map((name) => (
            <li key={name}>
              <i class={`key ${name}`} aria-hidden="true" />
              {name === 'written' ? 'FFmpeg takes it' : name}
            </li>
          ))
        )}
      </ul>
    </section>
  );
}

function Row({ worker, state: { snapshot } }: { worker: Worker; state: DashboardState }) {
  const { name, state, index, captured, retries, restarts, heldUp } = worker;
  const busy = snapshot?.workers.find((one) => one.name === name)?.busySeconds ?? 0;
  const elapsed = snapshot?.elapsedSeconds ?? 0;
  const more = [
    retries > 0 && `${retries} failed`,
    restarts > 0 && `started anew ${restarts}×`,
    heldUp > 1000 && `held others up ${seconds(heldUp / 1000)}`,
    count(captured, 'frame'),
    elapsed > 0 && `busy ${percent(Math.min(1, busy / elapsed))}`,
  ].filter(Boolean);
  return (
    <li class={state} title={[name, ...more].join(', ')}>
      <b>{name}</b>
      <span>{state === 'capturing' ? `frame ${index}` : state}</span>
      <small>{more.join(' · ')}</small>
    </li>
  );
}

/** The FFmpeg of a lane, and the segments that it is given. */
function FFmpegRow({ lane, lanes, state }: { lane: number; lanes: number; state: DashboardState }) {
  const isWriting = state.outstanding.some(
    (slot) => slot.state === 'writing' && (segmentOf(state, slot.index)?.lane ?? 0) === lane,
  );
  const given = state.segments.flatMap((segment, place) =>
    segment.lane === lane && segment.state === 'encoding' ? [place + 1] : [],
  );
  const machine = state.segments.find((segment) => segment.lane === lane)?.machine;
  const segments =
    given.length > 0 &&
    `${given.length === 1 ? 'segment' : 'segments'} ${given.join(', ')} of ${state.segments.length}`;
  return (
    <li>
      <b>{lanes > 1 ? `FFmpeg ${lane + 1}` : 'FFmpeg'}</b>
      <span>{isOver(state) ? 'ended' : isWriting ? 'writing' : 'waiting'}</span>
      <small>{[machine, segments].filter(Boolean).join(' · ')}</small>
    </li>
  );
}

function tipText({ bar, who }: NonNullable<ReturnType<typeof barAt>>): string {
  const { index, from, until, times, failed } = bar;
  const parts = Object.entries(times ?? {})
    .filter(([, part]) => part >= 0.1)
    .map(([name, part]) => `${name} ${part.toFixed(1)}`);
  const what = `${who}, frame ${index}: ${(until - from).toFixed(1)} ms${failed ? ', failed' : ''}`;
  return parts.length > 0 ? `${what} (${parts.join(', ')})` : what;
}
