import { lastValueFrom, type Observable, tap } from 'rxjs';
import { FilmgateError, invalidOption } from '../errors';
import type { AttachOptions, FarmRenderOptions } from '../farm';
import {
  type CaptureSource,
  type RenderEvent,
  type RenderOptions,
  type RenderResult,
  snapshots,
} from '../index';
import { FARM_OPTIONS, type FarmOptions } from '../options/farmOptions';
import { RENDER_OPTIONS } from '../options/renderOptions';
import { EXIT_CODES } from './exitCodes';
import { farmPlace } from './farmSource';
import { type Flags, readFlags } from './flags';
import { type Outcome, runCommand } from './runCommand';
import { type ViewedContext, withViews } from './views';

/**
 * Renders on a farm, and shows its progress; or hands the film in, and prints its id.
 *
 * @throws FilmgateError `INVALID_OPTION` when there is no display to show it on.
 */
export async function runFarmRender(
  flags: Flags,
  source: () => CaptureSource,
): Promise<Outcome<RenderResult>> {
  const { handInFilm, renderOnFarm } = require('../farm') as typeof import('../farm');
  const options = (): FarmRenderOptions => {
    const { detach: _, ...farm } = readFlags<FarmOptions>(FARM_OPTIONS, flags);
    const output = flags.output as string;
    return { ...readFlags<RenderOptions>(RENDER_OPTIONS, flags), ...farm, output, source: source() };
  };
  if (flags.detach) {
    for (const view of ['dashboard', 'report', 'trace']) {
      const fix = 'with --detach nobody follows the film; give it to filmgate farm attach';
      if (flags[view] !== undefined) throw invalidOption(view, flags[view], fix);
    }
    console.log(await handInFilm(options()));
    return { code: EXIT_CODES.done };
  }
  return runShown(flags, ({ signal, display }, onClosed) =>
    renderOnFarm({ ...options(), signal, onClosed, onHandedIn: (id) => display.log(`film ${id}`) }),
  );
}

/** Follows a film that was handed in before. */
export function runAttach(flags: Flags, id: string): Promise<Outcome<RenderResult>> {
  const { attachToFilm } = require('../farm') as typeof import('../farm');
  const options: AttachOptions = {
    ...farmPlace(flags),
    id,
    output: flags.output as string,
    overwrite: flags.overwrite === true,
  };
  return runShown(flags, ({ signal }, onClosed) => attachToFilm({ ...options, signal, onClosed }));
}

function runShown(
  flags: Flags,
  start: (context: ViewedContext, onClosed: () => void) => Observable<RenderEvent>,
): Promise<Outcome<RenderResult>> {
  return runCommand(
    flags,
    (context) =>
      withViews(flags, context, (viewed) => {
        let onClosed = () => {};
        const closed = new Promise<void>((resolve) => {
          onClosed = resolve;
        });
        const events = start(viewed, onClosed).pipe(tap(viewed.onEvent));
        return shown(events, (snapshot) => viewed.display.update(snapshot)).finally(() => closed);
      }),
    (display, result) => display.finished(result),
  );
}

async function shown(
  events: Observable<RenderEvent>,
  update: (snapshot: import('../index').Snapshot) => void,
): Promise<RenderResult> {
  let result: RenderResult | undefined;
  const watched = events.pipe(
    tap((event) => {
      if (event.type === 'finished') result = event.result;
    }),
    snapshots(),
    tap(update),
  );
  await lastValueFrom(watched, { defaultValue: undefined });
  if (result) return result;
  throw new FilmgateError('CANCELLED', 'the render ended without a video');
}
