/** Progress for a UI: a render is an observable of events, and `snapshots` turns them into what a display shows. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatBytes, render, snapshots, threads } from 'filmgate';
import { connect, filter, map, merge } from 'rxjs';

mkdirSync('out', { recursive: true });

const scene = threads(join(__dirname, 'gradient-scene.mjs'));

render({ source: scene, output: 'out/progress.mp4', overwrite: true })
  .pipe(
    connect((events) =>
      merge(
        events.pipe(
          snapshots({ every: 500 }),
          map(
            ({ captured, encoded, total, captureRate, outstanding, window, bottleneck }) =>
              `captured ${captured}, encoded ${encoded} of ${total} · ${captureRate.toFixed(0)} fps · ` +
              `window ${outstanding}/${window} · waiting for: ${bottleneck}`,
          ),
        ),
        events.pipe(
          filter((event) => event.type === 'finished'),
          map(({ result }) => `${result.output}: ${result.frames} frames, ${formatBytes(result.bytes)}`),
        ),
      ),
    ),
  )
  .subscribe({ next: console.log, error: (error) => console.error(`${error.code}: ${error.message}`) });
