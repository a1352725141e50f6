import { invalidOption } from '../errors';

/** An exact frame rate, in frames per second: `numerator / denominator`, in lowest terms. */
export interface FrameRate {
  /** Whole and positive, below 2³¹. */
  readonly numerator: number;
  /** Whole and positive, below 2³¹. */
  readonly denominator: number;
}

/** A frame rate as a person writes it: `30`, `'30'`, `'30000/1001'`, or already parsed. */
export type FrameRateInput = number | string | FrameRate;

const LARGEST_TERM = 2 ** 31 - 1; // FFmpeg keeps both terms in 32-bit integers.

/**
 * Reads an exact frame rate. Decimals such as `29.97` are refused with the rational to use: over an hour,
 * 29.97 and 30000/1001 differ by several frames.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function parseFrameRate(input: FrameRateInput, option = 'fps'): FrameRate {
  if (typeof input === 'object' && input) return rational(input.numerator, input.denominator, input, option);
  const text = String(input).trim();
  const fraction = /^(\d+)(?:\/(\d+))?$/.exec(text);
  if (fraction) return rational(Number(fraction[1]), Number(fraction[2] ?? 1), input, option);
  const decimal = Number(text);
  if (text !== '' && Number.isFinite(decimal) && decimal > 0) {
    throw invalidOption(option, input, `a rate is exact: use ${formatFrameRate(nearestRate(decimal))}`);
  }
  throw invalidOption(option, input, 'give a rate above 0, such as 30 or 30000/1001');
}

/** `30` or `30000/1001`: the form that FFmpeg and {@link parseFrameRate} read. */
export function formatFrameRate({ numerator, denominator }: FrameRate): string {
  return denominator === 1 ? String(numerator) : `${numerator}/${denominator}`;
}

/** When frame `index` is shown, in seconds from the start. */
export function frameTime(index: number, { numerator, denominator }: FrameRate): number {
  return (index * denominator) / numerator;
}

/** The number of frames in `seconds`, rounded to the nearest whole frame. */
export function framesIn(seconds: number, { numerator, denominator }: FrameRate): number {
  return Math.round((seconds * numerator) / denominator);
}

/** How many frames there are in so many seconds, if the last one counts although it is not shown in full. */
export function framesTouchedBy(seconds: number, { numerator, denominator }: FrameRate): number {
  const frames = (seconds * numerator) / denominator;
  const nearest = Math.round(frames);
  return Math.abs(frames - nearest) < 1e-6 ? nearest : Math.ceil(frames); // What decimal fractions are off by.
}

function rational(numerator: number, denominator: number, given: unknown, option: string): FrameRate {
  const valid = [numerator, denominator].every((term) => Number.isSafeInteger(term) && term > 0);
  if (!valid) throw invalidOption(option, show(given), 'give a rate above 0, such as 30 or 30000/1001');
  const divisor = greatestCommonDivisor(numerator, denominator);
  const rate = { numerator: numerator / divisor, denominator: denominator / divisor };
  if (Math.max(rate.numerator, rate.denominator) > LARGEST_TERM) {
    throw invalidOption(option, show(given), `keep both terms at ${LARGEST_TERM} or below`);
  }
  return rate;
}

/** The broadcast rate (a multiple of 1000/1001) that a decimal stands for, or else its own fraction. */
function nearestRate(decimal: number): FrameRate {
  const whole = Math.ceil(decimal);
  const isBroadcast = Math.abs(decimal - (whole * 1000) / 1001) < 0.006;
  if (isBroadcast) return { numerator: whole * 1000, denominator: 1001 };
  const thousandths = Math.max(1, Math.round(decimal * 1000));
  const divisor = greatestCommonDivisor(thousandths, 1000);
  return { numerator: thousandths / divisor, denominator: 1000 / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function show(given: unknown): unknown {
  return typeof given === 'object' ? JSON.stringify(given) : given;
}
