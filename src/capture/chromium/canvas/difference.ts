/** How two frames of the same layout differ by more than `allowed`, in words; undefined where they do not. */
export function differenceOf(frame: Buffer, expected: Buffer, allowed = 0): string | undefined {
  if (frame.length !== expected.length) return 'in its size';
  if (frame.equals(expected)) return undefined;
  let samples = 0;
  let most = 0;
  for (let at = 0; at < frame.length; at += 1) {
    const difference = Math.abs((frame[at] as number) - (expected[at] as number));
    if (difference > allowed) samples += 1;
    if (difference > most) most = difference;
  }
  return samples > 0 ? `in ${samples} samples, by up to ${most}` : undefined;
}
