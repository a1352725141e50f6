export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return Number.NaN;
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2;
}

/** Rounded for reading. */
export function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

const MB = 1e6;

export function megabytes(bytes: number): number {
  return bytes / MB;
}
