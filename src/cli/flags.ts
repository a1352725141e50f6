import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { invalidOption, messageOf } from '../errors';
import { type AnyRows, defaultText, flagRows } from '../options/describe';
import type { FlagRow, OptionRows, Parse } from '../options/optionRow';

/** What was typed, by the option's name: text, or whether a switch is on. */
export type Flags = Readonly<Record<string, unknown>>;

/** Adds a flag for each row that has one, under the row's heading. */
export function addFlags(command: Command, rows: AnyRows): Command {
  for (const [, row] of flagRows(rows)) {
    command.addOption(optionOf(row));
    if (row.negation)
      command.addOption(new Option(row.negation.flag, row.negation.help).helpGroup(`${row.group}:`));
  }
  return command;
}

/** Values stay text until it is known how to report a bad one. */
function optionOf(row: FlagRow): Option {
  const facts = [
    ...(row.choices ? [row.choices.join(', ')] : []),
    ...(defaultText(row) === undefined ? [] : [`default: ${defaultText(row)}`]),
  ];
  const help = facts.length > 0 ? `${row.help} (${facts.join('; ')})` : row.help;
  const option = new Option(row.flag, help)
    .helpGroup(`${row.group}:`)
    .makeOptionMandatory(row.required === true);
  const append = (text: string, texts: readonly string[] = []) => [...texts, text];
  return row.parse === 'list' ? option.argParser(append) : option;
}

/** The flags that were given, and none that stand at a default of commander's. */
export function givenFlags(command: Command): Flags {
  const isGiven = ([name]: [string, unknown]) => command.getOptionValueSource(name) === 'cli';
  return Object.fromEntries(Object.entries(command.opts()).filter(isGiven));
}

/**
 * The options that the flags stand for. Ranges are checked by the library.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function readFlags<Options>(rows: OptionRows<Options>, flags: Flags): Partial<Options> {
  const given = flagRows(rows as AnyRows).filter(([name]) => flags[name] !== undefined);
  return Object.fromEntries(
    given.map(([name, row]) => [name, read(name, row, flags[name])]),
  ) as Partial<Options>;
}

function read(option: string, { parse, choices }: FlagRow, given: unknown): unknown {
  if (!choices || choices.includes(given)) return READERS[parse](option, given as string);
  throw invalidOption(option, given, `use one of ${choices.join(', ')}`);
}

const READERS: Record<Parse, (option: string, value: string) => unknown> = {
  text: (_, text) => text,
  list: (_, texts) => texts,
  switch: (_, isOn) => isOn,
  number: (option, text) => readNumber(option, text, 'give a number'),
  numberOrAuto: (option, text) =>
    text === 'auto' ? text : readNumber(option, text, "give a number, or 'auto'"),
  json: readJson,
};

function readNumber(option: string, text: string, fix: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw invalidOption(option, text, fix);
}

function readJson(option: string, text: string): unknown {
  const isFile = text.startsWith('@') || text.toLowerCase().endsWith('.json');
  const path = text.replace(/^@/, '');
  try {
    return JSON.parse(isFile ? readFileSync(path, 'utf8').replace(/^\uFEFF/, '') : text);
  } catch (error) {
    throw invalidOption(option, text, `give JSON, or the path of a JSON file: ${messageOf(error)}`, error);
  }
}
