import {
  formatBytes,
  formatFrameRate,
  type PlannedRender,
  type PreviewResult,
  type RenderResult,
  type Snapshot,
} from '../../index';
import { colors } from './style';

/** `1:05`, `1:02:05` */
export function formatTime(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const end = `:${pad(whole % 60)}`;
  return hours > 0 ? `${hours}:${pad(minutes % 60)}${end}` : `${minutes}${end}`;
}

/** `61 fps`, `0.25 fps` */
export function formatRate(perSecond: number): string {
  return `${perSecond >= 10 ? Math.round(perSecond) : Number(perSecond.toPrecision(2))} fps`;
}

/** What limits the speed of the render, in words. */
export function bottleneckWords({ bottleneck, written }: Snapshot): string {
  if (written === 0) return 'starting';
  return { capture: 'limited by capture', encode: 'limited by FFmpeg', balanced: 'balanced' }[bottleneck];
}

/** What only some renders have: `3/12 segments`, `1 retry`. */
export function extraFacts({ segments, segmentsVerified, retries }: Snapshot): string[] {
  return [
    ...(segments > 1 ? [`${segmentsVerified}/${segments} segments`] : []),
    ...(retries > 0 ? [counted(retries, 'retry', 'retries')] : []),
  ];
}

/** The finished render in one line. */
export function summaryLine({
  output,
  frames,
  bytes,
  elapsedSeconds,
  peakOutstanding,
  window,
  retries,
  resumedFrames,
  captureFallback,
}: RenderResult): string {
  const seconds = elapsedSeconds < 60 ? `${elapsedSeconds.toFixed(1)} s` : formatTime(elapsedSeconds);
  const facts = [
    counted(frames, 'frame'),
    formatBytes(bytes),
    `${seconds} (${formatRate((frames - resumedFrames) / elapsedSeconds)})`,
    `peak ${peakOutstanding} of ${window}`,
    ...(resumedFrames > 0 ? [`${counted(resumedFrames, 'frame')} reused`] : []),
    ...(retries > 0 ? [counted(retries, 'retry', 'retries')] : []),
    ...(captureFallback === undefined ? [] : ['captured by screenshots']),
  ];
  return `${colors.green('done')} ${colors.bold(output)}  ${colors.dim(facts.join(', '))}`;
}

/** The planned render in one line. */
export function planLine({ size, fps, range, workers, encoder, ffmpeg, ...plan }: PlannedRender): string {
  return [
    counted(range.count, 'frame'),
    `${size.width}x${size.height}`,
    `${formatFrameRate(fps)} fps`,
    ...(workers.length > 0 ? [counted(workers.length, 'worker')] : []), // Those of a farm show themselves later.
    `${encoder} (FFmpeg ${ffmpeg})`,
    ...(plan.segments > 1 ? [`${plan.segments} segments${resumedWords(plan)}`] : []),
  ].join(', ');
}

function resumedWords({ resumedSegments }: Pick<PlannedRender, 'resumedSegments'>): string {
  return resumedSegments > 0 ? `, ${resumedSegments} of them reused` : '';
}

/** The finished preview in one line. */
export function previewLine({ output, frames, time, size, bytes, elapsedSeconds }: PreviewResult): string {
  const facts = [
    frames.length === 1 ? `frame ${frames[0]}, at ${Number(time.toFixed(3))} s` : `${frames.length} frames`,
    `${size.width}x${size.height}`,
    formatBytes(bytes),
    `${elapsedSeconds.toFixed(1)} s`,
  ];
  return `${colors.green('done')} ${colors.bold(output)}  ${colors.dim(facts.join(', '))}`;
}

function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}
