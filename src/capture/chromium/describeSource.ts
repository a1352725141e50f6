import { invalidOption } from '../../errors';
import { integerInRange } from '../../frames/check';
import { checkSize, type FrameSize } from '../../frames/format';
import { type FrameRate, framesIn, framesTouchedBy } from '../../frames/rate';
import type { SourceDescription, SourceOverrides } from '../source';
import { scaledSize } from './canvas/hostDocument';
import type { ChromiumSettings } from './chromiumOptions';
import type { PageDescription } from './inPage/pageDriver';
import type { PreparedPage } from './preparedPage';

/** Frames a second, where nobody says how many. */
export const USUAL_RATE = { numerator: 30, denominator: 1 };

/** A page that has loaded. */
export interface LoadedPage {
  readonly prepared: PreparedPage;
  readonly settings: ChromiumSettings;
  /** In CSS pixels. */
  readonly size: FrameSize;
}

/** What a render is told of a page that has loaded: its own words, what is wanted in their place, or what is usual. */
export function describeSource(
  wanted: SourceOverrides,
  said: PageDescription,
  { prepared, settings, size: pageSize }: LoadedPage,
): SourceDescription {
  const { image, scale, sequential, dedupe } = settings;
  const frames = framesOf(wanted, prepared, said.duration);
  if (frames === undefined) {
    throw invalidOption(
      'duration',
      'none',
      'the page does not say how long it is: give seconds, such as --duration 6',
    );
  }
  const size = scaledSize({ ...pageSize, scale });
  return {
    format: { image, ...checkSize(size, 'size × scale') },
    fps: rateOf(wanted, prepared),
    repeats: dedupe,
    waits: true,
    frames: integerInRange('duration × fps', frames, 1),
    sequential: sequential || said.contract === 'page',
    sounds: said.hasMedia,
  };
}

/** How many frames there are in the seconds that are wanted, or else in those that the page is said to take; undefined without either. */
export function framesOf(
  wanted: SourceOverrides,
  prepared: PreparedPage,
  said: number | undefined,
): number | undefined {
  const duration = wanted.duration ?? said;
  const count = prepared.countsPartOfFrame ? framesTouchedBy : framesIn;
  return duration === undefined ? undefined : count(duration, rateOf(wanted, prepared));
}

function rateOf(wanted: SourceOverrides, prepared: PreparedPage): FrameRate {
  return wanted.fps ?? prepared.fps ?? USUAL_RATE;
}
