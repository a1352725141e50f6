import type { FarmOptions } from '../options/farmOptions';
import type { Flags } from './flags';

/** Whether a render was meant for a farm: by its address, or by an option that only a farm has. */
export function isForFarm({ farm, storage, detach, include }: Flags): boolean {
  return farm !== undefined || storage !== undefined || detach === true || include !== undefined;
}

/** Overwrites what `ps` shows of this process, where the address of a farm has a password in it. */
export function hideCredentials(): void {
  const shown = process.argv.map((argument) => argument.replace(/(rediss?:\/\/)[^/]*@/g, '$1***@'));
  if (shown.some((argument, index) => argument !== process.argv[index])) process.title = shown.join(' ');
}

/** What of the flags says where a farm is. */
export function farmPlace({ farm, storage }: Flags): Pick<FarmOptions, 'farm' | 'storage'> {
  return {
    ...(farm === undefined ? {} : { farm: farm as string }),
    ...(storage === undefined ? {} : { storage: storage as string }),
  };
}
