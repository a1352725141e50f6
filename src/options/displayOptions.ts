import type { OptionRows } from './optionRow';

/** How the command line shows a render. */
export interface DisplayOptions {
  /** Says nothing but errors. */
  readonly quiet?: boolean;
  /** How progress is shown. */
  readonly progressFormat?: 'tty' | 'ndjson' | 'none';
  /** Which events NDJSON has. */
  readonly progressEvents?: 'usual' | 'all';
  /** Where a trace is written to. */
  readonly trace?: string;
  /** The open file descriptor that NDJSON goes to. */
  readonly progressFd?: number;
}

export const DISPLAY_OPTIONS = {
  quiet: {
    flag: '-q, --quiet',
    parse: 'switch',
    help: 'print nothing but errors',
    default: false,
    group: 'Progress',
  },
  progressFormat: {
    flag: '--progress-format <format>',
    parse: 'text',
    help: 'how to report progress; with none, warnings and errors are still printed',
    default: 'tty',
    choices: ['tty', 'ndjson', 'none'],
    group: 'Progress',
  },
  progressEvents: {
    flag: '--progress-events <which>',
    parse: 'text',
    help: 'events in ndjson; with all, every step of each frame (docs/events.md)',
    default: 'usual',
    choices: ['usual', 'all'],
    group: 'Progress',
  },
  trace: {
    flag: '--trace <file.json>',
    parse: 'text',
    help: 'write a trace for Perfetto or chrome://tracing, as it happens',
    group: 'Progress',
  },
  progressFd: {
    flag: '--progress-fd <number>',
    parse: 'number',
    help: 'open file descriptor to write ndjson to',
    default: 2,
    group: 'Progress',
  },
} as const satisfies OptionRows<DisplayOptions>;
