import { invalidOption } from '../errors';

const UNITS: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/**
 * Reads an amount of memory: a number of bytes, or `512MB`, `1.5GiB`.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function parseBytes(input: number | string, option = 'memory'): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(String(input).trim());
  const unit = UNITS[match?.[2]?.toUpperCase() ?? '?'];
  const bytes = Math.floor(Number(match?.[1]) * (unit ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw invalidOption(option, input, 'give an amount above 0, such as 512MB or 2GiB');
}

/** `8.3 MB`: three significant digits in powers of a thousand. */
export function formatBytes(bytes: number): string {
  const rounded = Number(bytes.toPrecision(3)); // Before the unit is chosen: 999,999 bytes are 1 MB.
  const [name, unit] =
    rounded >= 1e9 ? ['GB', 1e9] : rounded >= 1e6 ? ['MB', 1e6] : rounded >= 1e3 ? ['KB', 1e3] : ['B', 1];
  return `${Number((rounded / unit).toPrecision(3))} ${name}`;
}
