import { firstValueFrom, Observable, ReplaySubject, Subject, share, tap } from 'rxjs';
import { type Dashboard, openDashboard } from '../../src/dashboard/index';
import { type RenderEvent, type RenderOptions, render } from '../../src/index';
import { indexedInline, useRenderWorkspace } from './renderWorkspace';
import { paintIndex } from './video';

/** Renders, and dashboards that show them and are closed after each test. */
export function useDashboardRenders() {
  const workspace = useRenderWorkspace();
  const dashboards: Dashboard[] = [];

  afterEach(async () => {
    for (const dashboard of dashboards.splice(0)) await dashboard.close();
  });

  async function open(...args: Parameters<typeof openDashboard>): Promise<Dashboard> {
    const dashboard = await openDashboard(args[0], { keepOpen: true, ...args[1] });
    dashboards.push(dashboard);
    return dashboard;
  }

  /** A render that begins when it is told to: the page is open before. */
  function prepare(options: Partial<RenderOptions>, signal?: AbortSignal) {
    const begin = new Subject<void>();
    const rendering = render({
      ...workspace.options(options),
      events: 'all',
      ...(signal ? { signal } : {}),
    });
    const events = new Observable<RenderEvent>((subscriber) => {
      subscriber.add(begin.subscribe(() => subscriber.add(rendering.subscribe(subscriber))));
    }).pipe(share());
    return { events, begin: () => begin.next() };
  }

  /**
   * The same, but its last frame waits until there is a thumbnail: a short render may be over before. A frame may fail
   * once.
   */
  function prepareWithThumbnail(frames: number, failing?: number) {
    const hasThumbnail = new ReplaySubject<void>(1);
    let hasFailed = false;
    const source = indexedInline(frames, {
      async capture({ index }) {
        if (index === failing && !hasFailed) {
          hasFailed = true;
          throw new Error('the lamp broke');
        }
        if (index === frames - 1) await firstValueFrom(hasThumbnail);
        return paintIndex(index);
      },
    });
    const { events, begin } = prepare({ source });
    const told = events.pipe(tap(({ type }) => type === 'thumbnail' && hasThumbnail.next()));
    return { events: told.pipe(share()), begin };
  }

  return { workspace, open, prepare, prepareWithThumbnail };
}
