/** What a benchmark is asked for. */
export interface BenchOptions {
  /** A smoke run: fewer frames and rounds, to see that it works. Its figures say little. */
  readonly quick: boolean;
  /** Tells a person what is going on. */
  readonly say: (line: string) => void;
}

/** What a benchmark came to. */
export interface Outcome {
  readonly pass: boolean;
  /** Names carry their units. */
  readonly figures: Readonly<Record<string, number>>;
  /** The figures as a person reads them: a heading, then the rows. */
  readonly table: readonly (readonly (string | number)[])[];
}

/** One benchmark. */
export interface Bench {
  /** What it does, in one line. */
  readonly what: string;
  /** What it must show, in one line. */
  readonly must: string;
  run(options: BenchOptions): Promise<Outcome>;
}
