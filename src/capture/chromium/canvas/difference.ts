/** How two pictures of four bytes a pixel differ, in words; undefined where they are equal. */
export function differenceOf(picture: Buffer, expected: Buffer): string | undefined {
  if (picture.equals(expected)) return undefined;
  if (picture.length !== expected.length) return 'in its size';
  let pixels = 0;
  let most = 0;
  for (let at = 0; at < picture.length; at += 4) {
    const difference = Math.max(
      Math.abs((picture[at] as number) - (expected[at] as number)),
      Math.abs((picture[at + 1] as number) - (expected[at + 1] as number)),
      Math.abs((picture[at + 2] as number) - (expected[at + 2] as number)),
    );
    if (difference > 0) pixels += 1;
    most = Math.max(most, difference);
  }
  return `in ${pixels} pixels, by up to ${most}`;
}
