import { useState } from 'preact/hooks';
import { formatFrameRate } from '../../frames/rate';
import { type DashboardState, isOver } from '../state/state';
import { count } from '../state/words';
import { cancel, type Link, type Source } from './connection';

const LINKS: Record<Link, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost, trying again…',
  closed: 'The dashboard was closed',
  refused: 'Refused: the address lacks its token',
  report: 'Report',
};

export function Header({ source }: { source: Source }) {
  const { state, link } = source;
  const name = state.plan?.output.split(/[\\/]/).at(-1) ?? 'Filmgate';
  document.title = titleOf(state, name);
  const isRunning = !isOver(state);
  return (
    <header>
      <svg class="mark" viewBox="0 0 32 24" aria-hidden="true">
        <rect x="1" y="1" width="30" height="22" rx="3" />
        <path d="M5 5h3v3H5zM5 10.5h3v3H5zM5 16h3v3H5zM24 5h3v3h-3zM24 10.5h3v3h-3zM24 16h3v3h-3z" />
        <rect class="opening" x="11" y="6" width="10" height="12" rx="1" />
      </svg>
      <h1>{name}</h1>
      <p class="plan">{planWords(state)}</p>
      <p class={`link ${link}`} role="status">
        <i aria-hidden="true" />
        {LINKS[link]}
      </p>
      {state.command && <CopyButton title="Copy command" text={() => state.command ?? ''} />}
      <CopyButton title="Copy diagnostics" text={() => diagnosticsOf(state)} />
      {isRunning && link !== 'report' && <CancelButton isPossible={source.canCancel && link === 'live'} />}
    </header>
  );
}

function titleOf({ phase, snapshot }: DashboardState, name: string): string {
  if (phase === 'finished') return `✓ ${name}`;
  if (phase === 'failed') return `✗ ${name}`;
  const { total = 0, written = 0 } = snapshot ?? {};
  return total > 0 ? `${Math.floor((100 * written) / total)} % ${name}` : name;
}

function planWords({ plan, workers }: DashboardState): string {
  if (!plan) return '';
  const { size, fps, encoder, pixelFormat, window } = plan;
  const crew = `${count(workers.length, 'worker')}, window of ${window}`;
  return `${size.width}×${size.height} · ${formatFrameRate(fps)} fps · ${encoder} ${pixelFormat} · ${crew}`;
}

function CancelButton({ isPossible }: { isPossible: boolean }) {
  const [asked, ask] = useState(false);
  const [said, say] = useState('');
  if (said)
    return (
      <p class="said" role="status">
        {said}
      </p>
    );
  if (!asked)
    return (
      <button
        type="button"
        disabled={!isPossible}
        title={
          isPossible ? undefined : 'Whoever opened this page has not permitted it, or the connection is lost'
        }
        onClick={() => ask(true)}
      >
        Cancel…
      </button>
    );
  const doIt = async () =>
    say((await cancel().catch(() => false)) ? 'Cancelling…' : 'Could not be cancelled');
  return (
    <div class="question" role="alertdialog" aria-label="Cancel the render?">
      <span>Cancel the render?</span>
      <button type="button" class="danger" onClick={doIt}>
        Yes, cancel
      </button>
      <button type="button" ref={(button) => button?.focus()} onClick={() => ask(false)}>
        No, go on
      </button>
    </div>
  );
}

/** For a report of a problem: everything but pictures and series. */
function diagnosticsOf(state: DashboardState): string {
  const { thumbnails, newest, history, film, writes, ...rest } = state;
  const workers = rest.workers.map(({ bars, ...worker }) => worker);
  return JSON.stringify({ ...rest, workers }, null, 2);
}

function CopyButton({ title, text }: { title: string; text: () => string }) {
  const [said, say] = useState<string>();
  const copy = async () => {
    // A page that is not from this machine or from disk has no clipboard.
    const copied = (async () => navigator.clipboard.writeText(text()))();
    say(
      await copied.then(
        () => 'Copied',
        () => 'Could not copy',
      ),
    );
    setTimeout(() => say(undefined), 2000);
  };
  return (
    <button type="button" onClick={copy}>
      {said ?? title}
    </button>
  );
}
