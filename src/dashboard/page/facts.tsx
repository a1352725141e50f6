import { formatBytes } from '../../frames/bytes';
import type { DashboardState } from '../state/state';
import { bottleneckWords, headline, seconds } from '../state/words';

/** Where the render stands, in words and numbers. */
export function Facts({ state }: { state: DashboardState }) {
  const { snapshot, phase, failure } = state;
  const { total = 0, written = 0, captured = 0, encoded = 0, encodedBytes = 0 } = snapshot ?? {};
  const share = total > 0 ? written / total : 0;
  return (
    <section class={`facts ${phase}`} aria-label="Progress">
      <p class="headline" role="status">
        {headline(state)}
        {failure && <code class="code">{failure.code}</code>}
      </p>
      <p class="done">
        <b id="written">{written.toLocaleString('en')}</b>
        <span>{total > 0 && ` of ${total.toLocaleString('en')}`} frames</span>
        <em>{Math.floor(share * 100)} %</em>
      </p>
      <div
        class="bar"
        role="progressbar"
        aria-label="Frames written"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={written}
      >
        <i style={{ width: `${share * 100}%` }} />
        <u style={{ width: `${total > 0 ? (100 * Math.max(0, captured - written)) / total : 0}%` }} />
      </div>
      <dl class="numbers">
        <Figure name="captured" value={captured.toLocaleString('en')} more={rate(snapshot?.captureRate)} />
        <Figure name="encoded" value={encoded.toLocaleString('en')} more={rate(snapshot?.encodeRate)} />
        <Figure name="video" value={formatBytes(encodedBytes)} />
        <Figure name="elapsed" value={seconds(snapshot?.elapsedSeconds ?? 0)} />
        <Figure name="left" value={leftWords(state)} />
        <Figure name="retries" value={String(snapshot?.retries ?? 0)} />
      </dl>
      <div class="waits">
        <Waiting name="workers wait for FFmpeg" share={snapshot?.captureWaiting ?? 0} />
        <Waiting name="FFmpeg waits for frames" share={snapshot?.encodeWaiting ?? 0} />
        <p id="bottleneck">{bottleneckWords(state)}</p>
      </div>
      {state.dropped > 0 && <p class="warning">{state.dropped} events were not saved: counts are too low.</p>}
    </section>
  );
}

function Figure({ name, value, more }: { name: string; value: string; more?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {more && <small>{more}</small>}
      </dd>
    </div>
  );
}

function Waiting({ name, share }: { name: string; share: number }) {
  const percent = Math.round(Math.min(1, share) * 100);
  return (
    <div class="waiting">
      <span>{name}</span>
      <meter min={0} max={100} value={percent} aria-label={name}>
        {percent} %
      </meter>
      <span>{percent} %</span>
    </div>
  );
}

function rate(value = 0): string {
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} fps`;
}

function leftWords({ phase, snapshot }: DashboardState): string {
  if (phase === 'finished') return '0 s';
  if (phase === 'failed' || snapshot?.remainingSeconds == null) return '–';
  return seconds(snapshot.remainingSeconds);
}
