import { invalidOption } from '../errors';

/** Returns `value` if it is a whole number from `min` to `max`; throws `INVALID_OPTION` otherwise. */
export function integerInRange(
  option: string,
  value: number,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  throw invalidOption(option, value, `give a whole number ${range}`);
}

/** `value` if it is a finite number above 0; throws `INVALID_OPTION` otherwise. */
export function positive(option: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw invalidOption(option, value, 'give a number above 0');
}
