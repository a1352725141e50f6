import type { CodeRow, FlagRow } from './optionRow';

/** Rows of any option type. */
export type AnyRows = Readonly<Record<string, FlagRow | CodeRow>>;

/** The rows that have a flag, by the option's name. */
export function flagRows(rows: AnyRows): [string, FlagRow][] {
  return Object.entries(rows).filter((entry): entry is [string, FlagRow] => 'flag' in entry[1]);
}

/** The rows that have none. */
export function codeRows(rows: AnyRows): [string, CodeRow][] {
  return Object.entries(rows).filter((entry): entry is [string, CodeRow] => 'code' in entry[1]);
}

/** The default as people read it; undefined where there is none, and for a switch, which is off until it is given. */
export function defaultText({ default: value, defaultText, parse }: FlagRow): string | undefined {
  if (defaultText !== undefined) return defaultText;
  return value === undefined || parse === 'switch' || parse === 'json' ? undefined : String(value);
}

/** `--max-tries` of `--max-tries <count>`, `--output` of `-o, --output <file>`. */
export function longName({ flag }: FlagRow): string {
  return /--[\w-]+/.exec(flag)?.[0] ?? flag;
}
