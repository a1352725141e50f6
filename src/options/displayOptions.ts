import type { OptionRows } from './optionRow';

/** How the command line shows a render. */
export interface DisplayOptions {
  /** Says nothing but errors. */
  readonly quiet?: boolean;
  /** How progress is shown. */
  readonly progressFormat?: 'tty' | 'ndjson' | 'none';
  /** Which events NDJSON has. */
  readonly progressEvents?: 'usual' | 'all';
  /** Whether a page shows the render, and on which port. */
  readonly dashboard?: boolean | string;
  /** Where a report is written to. */
  readonly report?: string;
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
  dashboard: {
    flag: '--dashboard [port]',
    parse: 'text',
    help: 'show the render on a page of this machine, until Ctrl-C',
    defaultText: 'off; any free port',
    group: 'Progress',
  },
  report: {
    flag: '--report <file.html>',
    parse: 'text',
    help: 'write what the dashboard shows as one page, also of a render that fails',
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
