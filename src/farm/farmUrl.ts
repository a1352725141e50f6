import { invalidOption } from '../errors';
import { masked } from '../options/masked';

/**
 * The address of a farm's Redis: the option, or the environment variable `FILMGATE_FARM`.
 *
 * @throws FilmgateError `INVALID_OPTION`
 */
export function farmUrl(option: string | undefined): string {
  const given = option ?? process.env.FILMGATE_FARM;
  const fix = 'give the address of its Redis, such as redis://user:password@host:6379, or set FILMGATE_FARM';
  if (!given) throw invalidOption('farm', 'none', fix);
  const url = URL.parse(given);
  if (url && !isEncoded(url.username + url.password))
    throw invalidOption('farm', masked(given), 'a % in user or password is written as %25');
  if (url?.hostname && /^rediss?:$/.test(url.protocol)) return given;
  throw invalidOption('farm', url ? masked(given) : 'an address that cannot be read', fix);
}

function isEncoded(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}

/** A text in which the credentials of an address do not appear. */
export function withoutSecrets(text: string, address: string): string {
  const url = URL.parse(address);
  const secrets = [url?.password, url && decodeURIComponent(url.password)].filter(Boolean) as string[];
  return secrets.reduce((masking, secret) => masking.replaceAll(secret, '***'), masked(text));
}

/** The place of the farm's storage: the option, or `FILMGATE_STORAGE`. Throws `INVALID_OPTION` without. */
export function storagePlace(option: string | undefined): string {
  const place = option ?? process.env.FILMGATE_STORAGE;
  if (place) return place;
  throw invalidOption(
    'storage',
    'none',
    'give what all machines of the farm see: a folder, or s3://bucket/prefix',
  );
}
