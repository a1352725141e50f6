import { formatBytes, type RenderResult, type Snapshot } from '../../index';
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

/** What holds the render up, in words. */
export function bottleneckWords({ bottleneck, written }: Snapshot): string {
  if (written === 0) return 'starting';
  return { capture: 'capture is the limit', encode: 'FFmpeg is the limit', balanced: 'well balanced' }[
    bottleneck
  ];
}

/** What the render came to, in one line. */
export function summaryLine({
  output,
  frames,
  bytes,
  elapsedSeconds,
  peakOutstanding,
  window,
}: RenderResult): string {
  const seconds = elapsedSeconds < 60 ? `${elapsedSeconds.toFixed(1)} s` : formatTime(elapsedSeconds);
  const facts = [
    `${frames} ${frames === 1 ? 'frame' : 'frames'}`,
    formatBytes(bytes),
    `${seconds} (${formatRate(frames / elapsedSeconds)})`,
    `peak ${peakOutstanding} of ${window}`,
  ];
  return `${colors.green('done')} ${colors.bold(output)}  ${colors.dim(facts.join(', '))}`;
}
