import { mkdirSync } from 'node:fs';
import { describeEnvironment, type Machine } from '../../src/films/environment';
import { type FilmOptions, readRequest, storeFilm } from '../../src/films/filmRequest';
import { type RenderVideoOptions, renderVideo } from '../../src/renderVideo';
import { openStorage } from '../../src/storage/openStorage';
import type { Storage } from '../../src/storage/storage';
import { useFolder } from './folder';
import { frameMd5 } from './video';

/** A shared folder and two machines for each test, and how to hand a film in. */
export function useFilmWorkspace() {
  const path = useFolder();
  let storage: Storage;
  const machine = (name: string): Machine => ({ cache: path(name) });
  beforeEach(() => {
    mkdirSync(path('share'));
    storage = openStorage(path('share'));
  });
  return {
    path,
    machine,
    storage: () => storage,
    /** Puts a film into storage, for machines like this one. */
    async handIn(options: Omit<FilmOptions, 'output'> & { output?: string }) {
      const environment = await describeEnvironment(machine('here'));
      const id = await storeFilm(storage, { output: 'film.mp4', threads: 2, ...options }, environment);
      return { id, request: await readRequest(storage, id) };
    },
    /** The checksums of all frames of the same film, rendered on one machine. */
    async expected(options: Omit<RenderVideoOptions, 'output'>) {
      const output = path('expected.mp4');
      await renderVideo({ threads: 2, ...options, output });
      return frameMd5(output);
    },
  };
}
