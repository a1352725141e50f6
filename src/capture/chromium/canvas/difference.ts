/** How two frames of the same layout differ, in words; undefined where they do not. */
export function differenceOf(frame: Buffer, expected: Buffer): string | undefined {
  if (frame.length !== expected.length) return 'in its size';
  if (frame.equals(expected)) return undefined;
  let samples = 0;
  let most = 0;
  for (let at = 0; at < frame.length; at += 1) {
    const difference = Math.abs((frame[at] as number) - (expected[at] as number));
    if (difference > 0) samples += 1;
    if (difference > most) most = difference;
  }
  return `in ${samples} samples, by up to ${most}`;
}
