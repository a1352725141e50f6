import { invalidOption } from '../errors';

/** Returns `value` if it is a whole number from `least` to `most`; throws `INVALID_OPTION` otherwise. */
export function wholeNumber(
  option: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  throw invalidOption(option, value, `give a whole number ${range}`);
}

/** `value` if it is a finite number above 0; throws `INVALID_OPTION` otherwise. */
export function aboveZero(option: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw invalidOption(option, value, 'give a number above 0');
}
