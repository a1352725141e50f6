import { frameBytes } from '../src/frames/format';
import { ENCODINGS, type Encoding } from './encodings';
import type { Random } from './random';

/** Where frames come from: a scene on threads, a page in Chromium, or a function of a program of ours. */
export type SourceKind = 'threads' | 'page' | 'inline';

/** What a run renders, and how. */
export interface Scenario {
  readonly source: SourceKind;
  readonly width: number;
  readonly height: number;
  readonly fps: string;
  /** Frames of the source. */
  readonly length: number;
  /** The frames that are rendered. */
  readonly first: number;
  readonly count: number;
  /** How long the source takes for a frame, beside painting it, in milliseconds. */
  readonly pace: number;
  readonly workers: number;
  readonly window: number | undefined;
  /** In bytes. */
  readonly memory: number | undefined;
  /** Frames in a segment; undefined for a single stream. */
  readonly segment: number | undefined;
  readonly lanes: number;
  readonly audio: boolean;
  /** Whether a video that sounds plays in the page. */
  readonly media: boolean;
  /** Whether the page is drawn into a canvas: with something in it that nobody sees, or as the one canvas that it is. */
  readonly canvas: 'drawn' | 'whole' | undefined;
  readonly encoding: Encoding;
  /** Whether a file is in the output's place before. */
  readonly hasOld: boolean;
  readonly overwrite: boolean;
}

/** Few, because each needs an undisturbed render to compare with. */
const SHAPES = [
  { width: 160, height: 90, fps: '30', length: 90, first: 0, count: 90 },
  { width: 160, height: 90, fps: '30000/1001', length: 120, first: 0, count: 120 },
  { width: 240, height: 136, fps: '24000/1001', length: 100, first: 17, count: 75 },
  { width: 320, height: 180, fps: '25', length: 150, first: 0, count: 150 },
];
const PAGES = SHAPES.slice(0, 3);

/** What all scenarios have. */
export interface Wanted {
  /** A page in which a video plays. */
  readonly media: boolean;
  /** A page that is drawn into a canvas. */
  readonly canvas: boolean;
}

export function drawScenario(random: Random, wanted: Wanted): Scenario {
  const { source: drawn } = random.weighted([
    { source: 'threads', weight: 9 },
    { source: 'page', weight: 7 },
    { source: 'inline', weight: 4 },
  ] as const);
  const source = wanted.media || wanted.canvas ? 'page' : drawn;
  const shape = random.pick(source === 'page' ? PAGES : SHAPES);
  const workers = source === 'page' ? random.int(1, 3) : random.int(1, 4);
  const seconds = 0.6 + random.next();
  const isSegmented = random.chance(0.6);
  const segment = random.pick([10, 17, 25, 30, 40]);
  const lanes = random.pick([1, 1, 2, 2, 3]);
  const window = random.chance(0.4) ? random.int(1, 12) : undefined;
  const most = frameBytes({ ...shape, ...(source === 'page' ? { image: 'png' } : { pixels: 'rgba' }) });
  const memory = random.chance(0.2) ? most * random.int(1, 6) : undefined;
  const hasOld = random.chance(0.5);
  const audio = random.chance(0.25);
  const encoding = random.weighted(ENCODINGS);
  return {
    source,
    ...shape,
    workers,
    window,
    memory,
    pace: source === 'page' ? 0 : Math.round((seconds * 1000 * workers) / shape.count),
    segment: isSegmented ? segment : undefined,
    lanes: isSegmented ? lanes : 1,
    audio,
    encoding,
    hasOld,
    overwrite: random.chance(0.3) || hasOld,
    media: wanted.media || (random.chance(0.4) && source === 'page'),
    canvas: wanted.canvas ? random.pick(['drawn', 'whole'] as const) : undefined,
  };
}

/** Whether it is put together from files that a later run could go on with. */
export function isJoined({ segment, audio, media }: Scenario): boolean {
  return segment !== undefined || audio || media;
}

export function scenarioText({
  source,
  workers,
  encoding,
  segment,
  lanes,
  audio,
  media,
  canvas,
  ...scenario
}: Scenario): string {
  return [
    `${source}${media ? ' with a video' : ''}${canvas ? ` (canvas, ${canvas})` : ''} x${workers}`,
    `${scenario.count}f`,
    `${encoding.name} ${encoding.extension}`,
    ...(scenario.window ? [`window ${scenario.window}`] : []),
    ...(segment ? [`segments of ${segment}`] : []),
    ...(lanes === 1 ? [] : [`lanes ${lanes}`]),
    ...(audio ? ['audio'] : []),
    ...(scenario.hasOld ? ['over an old file'] : []),
  ].join(', ');
}
