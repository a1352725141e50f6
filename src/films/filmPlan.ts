import { FilmgateError } from '../errors';
import type { RenderPlan } from '../plan/renderPlan';
import type { Storage } from '../storage/storage';
import { filmKeys } from './filmKeys';
import { checked, type FilmPlan, parsed, planSchema } from './schemas';

/** What of a plan every machine must come to by itself: nothing of it is a path of this one. */
export function describeFilm({ capture, encode, segments, warnings }: RenderPlan): FilmPlan {
  const { extension, args, pageAudio, segments: parts = [] } = segments ?? {};
  const plan = {
    version: 1,
    format: capture.format,
    fps: capture.fps,
    range: capture.range,
    codec: encode.codec,
    encoder: encode.encoder,
    pixelFormat: encode.pixelFormat,
    ...{ extension, args, pageAudio, warnings, segments: parts },
  };
  return checked(planSchema, JSON.parse(JSON.stringify(plan)), 'the plan');
}

/** The plan of a film in storage; undefined where it was not planned yet. */
export async function readPlan(storage: Storage, id: string): Promise<FilmPlan | undefined> {
  const text = await storage.read(filmKeys.plan(id));
  if (text === undefined) return undefined;
  const fix = `filmgate farm clean ${id} removes the film, which can be handed in again then`;
  return parsed(planSchema, text, `the plan of film ${id}`, fix);
}

/**
 * Holds the plan of this machine to that of the film.
 *
 * @throws FilmgateError `PLAN_DIFFERS`
 */
export function checkSamePlan(id: string, planned: FilmPlan, here: FilmPlan): void {
  const [before, now] = [planned, here].map((plan) =>
    Object.entries(plan).map(([k, v]) => [k, JSON.stringify(v)]),
  );
  const differing =
    before?.filter(([name, value]) => now?.find(([same]) => same === name)?.[1] !== value) ?? [];
  if (differing.length === 0) return;
  const [name] = differing.map(([first]) => first);
  const message = `film ${id} was planned otherwise than this machine plans it: ${name} differs; are the machines set up alike?`;
  throw new FilmgateError('PLAN_DIFFERS', message);
}
