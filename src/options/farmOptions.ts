import type { OptionRows } from './optionRow';

/** How a render is handed to a farm. */
export interface FarmOptions {
  /** Redis of the farm, such as `redis://user:password@host:6379`. Default: the environment variable `FILMGATE_FARM`. */
  readonly farm?: string;
  /** What all machines of the farm see: a folder, or `s3://bucket/prefix`. Default: `FILMGATE_STORAGE`. */
  readonly storage?: string;
  /** Whether to return as soon as the film is handed in. */
  readonly detach?: boolean;
  /** Files and folders beside the scene that it reads by itself. */
  readonly include?: readonly string[];
}

/** Threads of a farm's encoders, where none are asked for: the same on every machine, whatever its cores. */
export const FARM_THREADS = 4;

/** The default length of a segment on a farm, in seconds. See docs/farm.md, "Length of segments". */
export const FARM_SEGMENT_SECONDS = 2;

/** What `render` accepts for a farm. */
export const FARM_OPTIONS = {
  farm: {
    flag: '--farm <redis-url>',
    parse: 'text',
    help: 'render on the workers of a farm, such as redis://host:6379',
    defaultText: 'FILMGATE_FARM holds the address where only --storage is given',
    group: 'Farm',
  },
  storage: {
    flag: '--storage <place>',
    parse: 'text',
    help: "the farm's storage: a folder that all machines see, or s3://bucket/prefix",
    defaultText: 'FILMGATE_STORAGE',
    group: 'Farm',
  },
  detach: {
    flag: '--detach',
    parse: 'switch',
    help: "print the film's id once it is handed in, and return",
    default: false,
    group: 'Farm',
  },
  include: {
    flag: '--include <path>',
    parse: 'list',
    help: 'a file or folder that the scene reads by itself, to be sent as well; repeat it for several',
    group: 'Farm',
  },
} as const satisfies OptionRows<FarmOptions>;
