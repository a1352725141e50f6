/** Which function reads an option's text: `src/cli/flags.ts` has one for each. */
export type Parse = 'text' | 'number' | 'numberOrAuto' | 'json' | 'list' | 'switch';

/** The ones that give a value of this type. An option that also takes text is left to the library to read. */
type ParseFor<Value> = unknown extends Value
  ? 'json'
  : string extends keyof Value // Any object.
    ? 'json'
    : [Value] extends [boolean]
      ? 'switch'
      : [Value] extends [number | 'auto']
        ? 'number' | 'numberOrAuto'
        : [Value] extends [readonly unknown[]]
          ? 'list'
          : 'text';

/** Headings of `--help` and docs/options.md. */
export type Group =
  | 'Output'
  | 'Frames'
  | 'Encoding'
  | 'Speed and memory'
  | 'Segments and recovery'
  | 'Progress'
  | 'Page options'
  | 'Scene options'
  | 'Farm';

/** An option that the command line has as well. */
export interface FlagRow<Value = unknown, Reader extends Parse = Parse> {
  /** As it is typed: `--crf <number>`, `-y, --overwrite`, `--no-faststart`. Its long name is the option's own. */
  readonly flag: string;
  readonly parse: Reader;
  /** What it does, for `--help` and docs/options.md, without its default. */
  readonly help: string;
  /** The one place where the default stands: the help shows it, and the library takes it from here. */
  readonly default?: Value;
  /** The default in words, where it depends on something. */
  readonly defaultText?: string;
  /** All that it accepts, where that is a short list of names. */
  readonly choices?: readonly Value[];
  readonly group: Group;
  /** Whether it must be given. */
  readonly required?: boolean;
  /** The flag that turns it off, where `flag` turns it on and neither is the default. */
  readonly negation?: { readonly flag: string; readonly help: string };
}

/** An option that only code can give. */
export interface CodeRow {
  /** Why there is no flag. */
  readonly code: string;
  /** What it does. */
  readonly help: string;
}

export type OptionRow<Value> = FlagRow<Value, ParseFor<Value>> | CodeRow;

/** A row for every option of a type: the compiler misses the one that has none. */
export type OptionRows<Options> = {
  readonly [Name in keyof Required<Options>]: OptionRow<Required<Options>[Name]>;
};
