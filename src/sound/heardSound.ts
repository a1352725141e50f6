import { FilmgateError } from '../errors';
import type { Frame } from '../frames/frame';
import type { SoundRun } from '../frames/sound';

/** Frames in a row that tell of a run. */
export interface HeardSpan {
  /** The first of them. */
  readonly first: number;
  /** The last of them. */
  readonly last: number;
  /** Frames and the volume there, in turn: `[0, 1, 30, 0.5]`. Between two of them it goes straight from one to the other. */
  readonly volumes: readonly number[];
}

/** What many frames told of one run. Plain data, which a manifest keeps. */
export interface HeardRun extends Omit<SoundRun, 'volume'> {
  /** Stretches of frames that tell of it. */
  readonly spans: readonly HeardSpan[];
}

type Growing<T> = { -readonly [Name in keyof T]: T[Name] };

interface GrowingSpan extends Growing<HeardSpan> {
  readonly volumes: number[];
}

interface GrowingRun extends Growing<Omit<HeardRun, 'spans'>> {
  readonly spans: GrowingSpan[];
}

/** Collects what frames tell, in ascending order. It grows with runs and with changes of volume, not with frames. */
export class HeardSound {
  private readonly byId = new Map<string, GrowingRun>();

  /** Takes what one frame tells: `AUDIO_INVALID` where that cannot be. */
  add({ index, sound = [] }: Pick<Frame, 'index' | 'sound'>): void {
    for (const run of sound) {
      check(run, index);
      extend(this.byId.get(run.id) ?? this.begin(run), run, index);
    }
  }

  get runs(): readonly HeardRun[] {
    return [...this.byId.values()];
  }

  private begin({ id, media, start, from, rate, loop, loopFrom, duration }: SoundRun): GrowingRun {
    const known = {
      ...(duration === undefined ? {} : { duration }),
      ...(loopFrom === undefined ? {} : { loopFrom }),
    };
    const run = { id, media, start, from, rate, loop, ...known, spans: [] };
    this.byId.set(id, run);
    return run;
  }
}

function extend(run: GrowingRun, { end, volume }: SoundRun, index: number): void {
  const span = run.spans.at(-1);
  if (span?.last === index) return; // Told twice.
  if (end !== undefined) run.end = end;
  if (span?.last !== index - 1) run.spans.push({ first: index, last: index, volumes: [index, volume] });
  else {
    addVolumes(span, index, [index, volume]);
    span.last = index;
  }
}

/** Adds points from `first` on. Of a constant stretch, the first and the last are kept, for the line to be right. */
function addVolumes({ volumes, last }: GrowingSpan, first: number, points: readonly number[]): void {
  const volume = volumes.at(-1) as number;
  const isConstant = points.length === 2 && points[1] === volume;
  if (isConstant) return;
  if (volumes.at(-2) !== last && last < first) volumes.push(last, volume);
  volumes.push(...points);
}

/** Whether any of it is louder than nothing. */
export function isAudible({ spans }: HeardRun): boolean {
  return spans.some(({ volumes }) => volumes.some((value, at) => at % 2 === 1 && value > 0));
}

/** What is heard in all segments, which are in ascending order: a run goes on from one to the next. */
export function joinHeard(segments: readonly (readonly HeardRun[])[]): readonly HeardRun[] {
  const joined = new Map<string, GrowingRun>();
  for (const run of segments.flat()) {
    const known = joined.get(run.id);
    const spans = run.spans.map((span) => ({ ...span, volumes: [...span.volumes] }));
    if (!known) {
      joined.set(run.id, { ...run, spans });
      continue;
    }
    if (run.end !== undefined) known.end = run.end;
    for (const span of spans) {
      const before = known.spans.at(-1) as GrowingSpan;
      if (before.last !== span.first - 1) known.spans.push(span);
      else {
        addVolumes(before, span.first, span.volumes);
        before.last = span.last;
      }
    }
  }
  return [...joined.values()];
}

/** What no browser and no FFmpeg could play is a mistake of the source: it is told at once, and not in silence. */
function check(run: SoundRun, index: number): void {
  const { start, from, rate, end = 0, loopFrom = 0, duration = 1, volume } = run;
  const problem =
    [start, from, rate, end, loopFrom, duration, volume].some((value) => !Number.isFinite(value)) ||
    rate < 0.1 ||
    rate > 5 ||
    volume < 0 ||
    loopFrom < 0 ||
    loopFrom > from ||
    duration <= 0;
  if (!problem) return;
  const said = JSON.stringify({ ...run, id: undefined, media: undefined });
  throw new FilmgateError(
    'AUDIO_INVALID',
    `frame ${index} tells of a sound that cannot be: ${said} of ${run.media}`,
  );
}
