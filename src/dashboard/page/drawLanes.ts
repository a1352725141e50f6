import { segmentOf } from '../state/segments';
import type { Bar, DashboardState, Worker } from '../state/state';
import type { Theme } from './theme';

export const ROW = 30; // pixels, of which a bar takes most.
const GAP = 5;
const PARTS = ['seek', 'wait', 'picture', 'transfer'] as const;

/** What of the render is drawn: `from` and `until` in its milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** Draws a row for each worker, and one for each FFmpeg beneath. */
export function drawLanes(
  context: CanvasRenderingContext2D,
  { width, height }: { width: number; height: number },
  state: DashboardState,
  stretch: Stretch,
  theme: Theme,
): void {
  const { from, until } = stretch;
  const x = (at: number) => ((Math.min(until, Math.max(from, at)) - from) / (until - from)) * width;
  context.clearRect(0, 0, width, height);
  drawSeconds(context, height, stretch, width, theme);
  const box = (row: number, begin: number, end: number, color: string, opacity = 1) => {
    const [left, right] = [x(begin), x(end)];
    if (right <= 0 || left >= width || right <= left) return;
    context.globalAlpha = opacity;
    context.fillStyle = color;
    context.fillRect(
      left,
      row * ROW + GAP,
      Math.max(1, right - left - (right - left > 4 ? 1 : 0)),
      ROW - 2 * GAP,
    );
    context.globalAlpha = 1;
  };
  for (const [row, worker] of state.workers.entries()) {
    for (const bar of worker.bars) drawBar(bar, row, box, theme);
    drawPresent(worker, row, until, box, theme);
    for (const bar of worker.bars) label(context, bar, row, x, theme);
  }
  const ffmpeg = state.workers.length;
  for (const { lane, from, until } of state.writes) box(ffmpeg + lane, from, until, theme.written);
  for (const { index, since } of state.outstanding.filter((slot) => slot.state === 'writing'))
    box(ffmpeg + (segmentOf(state, index)?.lane ?? 0), since, until, theme.written, 0.6);
}

type Box = (row: number, begin: number, end: number, color: string, opacity?: number) => void;

function drawBar({ from, until, times, failed }: Bar, row: number, box: Box, theme: Theme): void {
  if (failed || !times) {
    box(row, from, until, failed ? theme.failed : theme.picture);
    return;
  }
  let begin = from;
  for (const part of PARTS) {
    box(row, begin, Math.min(until, begin + times[part]), theme[part]);
    begin += times[part];
  }
  box(row, begin, until, theme.faint, 0.5);
}

function drawPresent({ state, since }: Worker, row: number, now: number, box: Box, theme: Theme): void {
  if (state === 'capturing') box(row, since, now, theme.picture, 0.45);
  if (state === 'starting') box(row, since, now, theme.faint, 0.35);
}

function label(
  context: CanvasRenderingContext2D,
  { index, from, until }: Bar,
  row: number,
  x: (at: number) => number,
  theme: Theme,
): void {
  const text = String(index);
  const [left, right] = [x(from), x(until)];
  if (right - left < 8 * text.length + 8) return;
  context.fillStyle = theme.surface;
  context.font = '600 11px ui-monospace, monospace';
  context.textBaseline = 'middle';
  context.fillText(text, left + 5, row * ROW + ROW / 2);
}

function drawSeconds(
  context: CanvasRenderingContext2D,
  height: number,
  { from, until }: Stretch,
  width: number,
  theme: Theme,
): void {
  const step =
    [250, 500, 1000, 2000, 5000, 10_000, 30_000].find((each) => (until - from) / each <= 10) ?? 60_000;
  context.fillStyle = theme.line;
  for (let at = Math.ceil(from / step) * step; at < until; at += step)
    context.fillRect(Math.round(((at - from) / (until - from)) * width), 0, 1, height);
}

/** The same rows over the whole render: the more a worker was busy, the stronger. */
export function drawWhole(
  context: CanvasRenderingContext2D,
  { width, height }: { width: number; height: number },
  state: DashboardState,
  theme: Theme,
): void {
  const { history, workers } = state;
  context.clearRect(0, 0, width, height);
  const column = width / Math.max(1, history.at.length);
  const row = (place: number, shares: readonly (number | null)[], color: string) => {
    context.fillStyle = color;
    for (const [index, share] of shares.entries()) {
      context.globalAlpha = Math.min(1, Math.max(0, share ?? 0)) * 0.9 + 0.06;
      context.fillRect(index * column, place * ROW + GAP, column + 0.5, ROW - 2 * GAP);
    }
    context.globalAlpha = 1;
  };
  for (const place of workers.keys()) row(place, history.busy[place] ?? [], theme.picture);
  const busy = history.series.encodeWaiting.map((share) => 1 - (share ?? 0));
  if (state.segments.length > 1) drawSegments(context, width, state, theme);
  else row(workers.length, busy, theme.written);
}

/** Each segment in its lane, from the request of its first frame until it is verified. */
function drawSegments(
  context: CanvasRenderingContext2D,
  width: number,
  { segments, history, workers, at }: DashboardState,
  theme: Theme,
): void {
  const begin = history.at[0] ?? 0;
  const x = (time: number) =>
    Math.min(width, ((time - begin) / (history.every * Math.max(1, history.at.length))) * width);
  for (const [place, { lane, from, until, state }] of segments.entries()) {
    if (lane === undefined || from === undefined) continue;
    const row = workers.length + lane;
    const left = Math.max(0, x(from));
    context.clearRect(left - 1, row * ROW, 1, ROW); // From the end of the one before, which may be verified only now.
    context.fillStyle = state === 'verified' ? theme.written : theme.waiting;
    context.fillRect(left, row * ROW + GAP, Math.max(1, x(until ?? at) - left - 1), ROW - 2 * GAP);
    label(context, { index: place + 1, from, until: until ?? at }, row, x, theme);
  }
}

/** What lies at a point: a capture or a write. */
export function barAt(state: DashboardState, row: number, at: number): { bar: Bar; who: string } | undefined {
  const worker = state.workers[row];
  const bars = worker?.bars ?? state.writes.filter(({ lane }) => lane === row - state.workers.length);
  const bar = bars.find(({ from, until }) => at >= from && at <= until);
  return bar && { bar, who: worker?.name ?? 'FFmpeg' };
}
