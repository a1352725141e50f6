/** Points in the video, in samples, and the gain there, in turn: between two of them it goes straight from one to the other. */
export type Gains = readonly number[];

/** Multiplies stereo samples, of which the first is at `at` in the video, by gains. */
export function applyGains(samples: Float32Array, at: number, gains: Gains): void {
  const end = at + samples.length / 2;
  const x = (point: number) => gains[point * 2] ?? Number.POSITIVE_INFINITY;
  for (let position = at, point = lastPointAt(gains, at); position < end; point += 1) {
    const nearest = Math.max(0, point); // Before the first point it is as there.
    const gain = gains[nearest * 2 + 1] as number;
    const isConstant = point < 0 || x(point + 1) === Number.POSITIVE_INFINITY;
    const step = isConstant ? 0 : ((gains[nearest * 2 + 3] as number) - gain) / (x(point + 1) - x(point));
    for (const stop = Math.min(end, Math.ceil(x(point + 1))); position < stop; position += 1) {
      const factor = gain + (isConstant ? 0 : (position - x(point)) * step);
      const left = (position - at) * 2;
      samples[left] = (samples[left] as number) * factor;
      samples[left + 1] = (samples[left + 1] as number) * factor;
    }
  }
}

/** The last point at `position` or before it, -1 where there is none. */
function lastPointAt(gains: Gains, position: number): number {
  let [low, high] = [-1, gains.length / 2 - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((gains[middle * 2] as number) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
