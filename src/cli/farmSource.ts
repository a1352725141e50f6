import type { FarmOptions } from '../options/farmOptions';
import type { Flags } from './flags';

/** Whether a render was meant for a farm: by its address, or by an option that only a farm has. */
export function isForFarm({ farm, storage, detach, include }: Flags): boolean {
  return farm !== undefined || storage !== undefined || detach === true || include !== undefined;
}

/** What of the flags says where a farm is. */
export function farmPlace({ farm, storage }: Flags): Pick<FarmOptions, 'farm' | 'storage'> {
  return {
    ...(farm === undefined ? {} : { farm: farm as string }),
    ...(storage === undefined ? {} : { storage: storage as string }),
  };
}
