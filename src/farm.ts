/** Renders on many machines, on BullMQ and Redis. Needs the optional packages `bullmq`, `ioredis` and `zod`. */
import './farm/packages';

export { type CleanedFilm, cleanFilm } from './farm/cleanFilm';
export { type FarmDashboard, openDashboard } from './farm/dashboard';
export type { FarmWorker } from './farm/farmWorker';
export type { FilmState } from './farm/filmRecord';
export {
  cancelFarmFilm,
  type FarmListing,
  type FilmStatus,
  filmStatus,
  listFilms,
} from './farm/filmStatus';
export { type FarmWorkerOptions, openFarmWorker } from './farm/openFarmWorker';
export {
  type AttachOptions,
  attachToFilm,
  type FarmPlace,
  type FarmRenderOptions,
  handInFilm,
  renderOnFarm,
} from './farm/renderOnFarm';
export { assembleFilm } from './films/assembleFilm';
export { describeEnvironment, type Machine } from './films/environment';
export { type FilmOptions, storeFilm } from './films/filmRequest';
export { planFilm } from './films/planFilm';
export { renderSegment, type StepOptions } from './films/renderSegment';
export type { Environment, StoredVideo } from './films/schemas';
export { openStorage } from './storage/openStorage';
export type { Content, Storage } from './storage/storage';
