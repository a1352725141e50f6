import { FilmgateError } from '../index';

/** Reads a number that the library then checks the range of. */
export function number(option: string, text: string, fix?: string): number;
export function number(option: string, text: string | undefined, fix?: string): number | undefined;
export function number(option: string, text: string | undefined, fix = 'give a number'): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw badOption(option, text, fix);
}

/** The same, where the library may also choose. */
export function numberOrAuto(option: string, text: string | undefined): number | 'auto' | undefined {
  return text === 'auto' ? text : number(option, text, "give a number, or 'auto'");
}

/** An `INVALID_OPTION` error of the command line. */
export function badOption(option: string, text: string, fix: string, cause?: unknown): FilmgateError {
  const message = `${option}: invalid value ${JSON.stringify(text)}; ${fix}`;
  return new FilmgateError('INVALID_OPTION', message, { cause });
}

type Given<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Leaves out what was not given. */
export function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
