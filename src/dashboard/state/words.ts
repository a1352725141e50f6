import { formatBytes } from '../../frames/bytes';
import type { DashboardState, Slot, Worker } from './state';

const NEARLY_ALL = 0.5;

/** Where the render stands, in a few words. */
export function headline(state: DashboardState): string {
  const { phase, snapshot, result, failure } = state;
  if (phase === 'finished' && result)
    return `Done: ${count(result.frames, 'frame')} in ${seconds(result.elapsedSeconds)}, ${formatBytes(result.bytes)}`;
  if (phase === 'failed')
    return failure?.code === 'CANCELLED' ? 'Cancelled' : `Failed: ${failure?.message ?? ''}`;
  if (phase === 'assembling') return 'All segments are encoded and verified; they are being joined';
  if (phase === 'planning' || !snapshot) return 'Preparing';
  return snapshot.written === 0 ? 'Waiting for the first frame' : 'Rendering';
}

/** Who waits for whom, why, and what would help. */
export function bottleneckWords({ snapshot, phase, times, workers, at }: DashboardState): string {
  if (!snapshot || snapshot.captured === 0) return 'Nothing has been captured yet.';
  if (phase !== 'rendering') return overall(workers, times);
  const { bottleneck, captureWaiting, encodeWaiting } = snapshot;
  if (bottleneck === 'encode')
    return `Workers wait ${percent(captureWaiting)} of the time for FFmpeg: a faster preset or another lane helps.`;
  if (bottleneck === 'capture')
    return `FFmpeg waits ${percent(encodeWaiting)} of the time for frames: ${heldUpWords(workers, at) ?? captureWords(times)}`;
  return 'Capture and FFmpeg keep pace: neither waits long for the other.';
}

/** One worker that is much slower than the others: more workers would not help. */
function heldUpWords(workers: DashboardState['workers'], at: number): string | undefined {
  const slowest = slowestOf(workers);
  const all = workers.reduce((sum, { heldUp }) => sum + heldUp, 0);
  if (!slowest || slowest.heldUp < NEARLY_ALL * Math.max(all, at)) return undefined;
  return `captured ones waited ${seconds(slowest.heldUp / 1000)} for those of ${slowest.name}.`;
}

function slowestOf(workers: DashboardState['workers']): Worker | undefined {
  return [...workers].sort((a, b) => b.heldUp - a.heldUp)[0];
}

function overall(workers: DashboardState['workers'], times: DashboardState['times']): string {
  const slowest = slowestOf(workers);
  if (slowest && slowest.heldUp > 1000)
    return `Captured frames waited ${seconds(slowest.heldUp / 1000)} for frames of ${slowest.name}.`;
  return capital(partWords(times) ?? 'Frames were captured and written.');
}

function captureWords(times: DashboardState['times']): string {
  const why = partWords(times);
  const help = 'more workers help as long as cores are free.';
  return why ? `${why} Otherwise ${help}` : help;
}

function partWords({ seek, wait, picture, transfer }: DashboardState['times']): string | undefined {
  const sum = seek + wait + picture + transfer;
  if (sum === 0) return undefined;
  const of = (part: number) => percent(part / sum);
  if (picture / sum > NEARLY_ALL) return `${of(picture)} of a capture is the picture itself.`;
  if (seek / sum > NEARLY_ALL)
    return `${of(seek)} of a capture is the page's own scripts moving to its time.`;
  if (wait / sum > NEARLY_ALL) return `${of(wait)} of a capture is waiting for what the page asks for.`;
  if (transfer / sum > NEARLY_ALL)
    return `${of(transfer)} of a capture is waiting for Filmgate's own thread.`;
  return undefined;
}

/** The frame that all others wait for: the lowest that is outstanding, when captured frames wait behind it. */
export function awaited({ outstanding, phase }: DashboardState): Slot | undefined {
  const [head] = outstanding;
  if (phase !== 'rendering' || !head || head.state === 'waiting') return undefined;
  return outstanding.some(({ state }) => state === 'waiting') ? head : undefined;
}

/** Why all wait for that frame. */
export function awaitedWords(state: DashboardState): string {
  const head = awaited(state);
  if (!head) return 'No captured frame waits for another.';
  const behind = state.outstanding.filter((slot) => slot.state === 'waiting').length;
  const since = seconds((state.at - head.since) / 1000);
  const others = `${count(behind, 'captured frame')} ${behind === 1 ? 'waits' : 'wait'} behind it`;
  const retry = head.tries > 0 ? `, try ${head.tries + 1}` : '';
  if (head.state === 'writing') return `FFmpeg has been taking frame ${head.index} for ${since}; ${others}.`;
  if (head.state === 'capturing')
    return `All wait for frame ${head.index}, which ${head.worker} has been capturing for ${since}${retry}; ${others}.`;
  return `All wait for frame ${head.index}, which no worker has begun${retry}; ${others}.`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function count(amount: number, what: string, several = `${what}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? what : several}`;
}

/** `0.4 s`, `12 s`, `3:05`, `1:02:03`. */
export function seconds(amount: number): string {
  if (amount < 10) return `${amount.toFixed(1)} s`;
  if (amount < 60) return `${Math.round(amount)} s`;
  const whole = Math.round(amount);
  const two = (part: number) => String(part).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
