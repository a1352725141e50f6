import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { describeEnvironment } from '../films/environment';
import { positive } from '../frames/check';
import { openStorage } from '../storage/openStorage';
import { connectFarm, type Farm } from './connect';
import { farmUrl, storagePlace } from './farmUrl';
import { FarmWorker } from './farmWorker';
import { sameStorageId } from './storageId';
import { defaultCache, sweepCache } from './workerCache';
import { announce, checkSameStorage, liveWorkers, takeName } from './workers';

/** How a machine works for a farm. */
export interface FarmWorkerOptions {
  /** Address of the farm's Redis. Default: `FILMGATE_FARM`. */
  readonly farm?: string;
  /** The farm's storage: a folder, or `s3://bucket/prefix`. Default: `FILMGATE_STORAGE`. */
  readonly storage?: string;
  /** Path of the FFmpeg to use. Default: see `findFFmpeg`. */
  readonly ffmpeg?: string;
  /** Path of the browser to use. Default: see `findBrowser`. */
  readonly browser?: string;
  /** Folder for unpacked sources and work at hand. Default: in the user's cache. */
  readonly cache?: string;
  /** What the worker is called in events and logs; a random end is added where another has the name. Default: the machine's name and a random end. */
  readonly name?: string;
  /** After how many seconds of silence a worker's segment is given to another. Default 10. */
  readonly lockDuration?: number;
  /** Is told what was done, in words. */
  readonly onLog?: (text: string) => void;
}

/**
 * Lets this machine work for a farm, until it is closed.
 *
 * @throws FilmgateError `INVALID_OPTION`, `FARM_UNREACHABLE`, `FARM_REFUSED`, `FARM_UNSUITABLE`, `STORAGE_FAILED`,
 * `STORAGE_DIFFERS`, `FFMPEG_NOT_FOUND`, `FFMPEG_INVALID`, `BROWSER_INVALID`, `PACKAGE_MISSING`
 */
export async function openFarmWorker(options: FarmWorkerOptions = {}): Promise<FarmWorker> {
  const lockDuration = positive('lockDuration', options.lockDuration ?? 10) * 1000;
  const storage = openStorage(storagePlace(options.storage));
  const { ffmpeg, browser, name = `${hostname()}-${randomEnd()}` } = options;
  const machine = { ffmpeg, browser, cache: resolve(options.cache ?? defaultCache()) };
  let farm: Farm | undefined;
  try {
    sweepCache(machine);
    const environment = await describeEnvironment(machine);
    const connected = await connectFarm(farmUrl(options.farm));
    farm = connected;
    const check = async (id: string) =>
      checkSameStorage(await liveWorkers(connected), { id, place: storage.place });
    const store = await sameStorageId(storage, check);
    const asked = { name, environment, storage: store, place: storage.place };
    // One that was killed keeps its name for some seconds: whoever starts it anew must not have to wait.
    const said = (await takeName(connected, asked)) ? asked : { ...asked, name: `${name}-${randomEnd()}` };
    await announce(connected, said);
    const log = options.onLog ?? (() => {});
    if (said !== asked) log(`another worker has the name ${name}: this one is ${said.name}`);
    return new FarmWorker(connected, storage, machine, said, lockDuration, log);
  } catch (error) {
    await farm?.close();
    await storage.close();
    throw error;
  }
}

function randomEnd(): string {
  return randomBytes(2).toString('hex');
}
