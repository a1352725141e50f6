import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { FilmgateError, invalidOption } from '../errors';
import { FolderStorage } from './folderStorage';
import { S3Storage } from './s3Storage';
import type { Storage } from './storage';

/**
 * The storage of a name: the path of a folder that is there, or `s3://bucket/prefix`, with `?endpoint=…&region=…` for a
 * server that is not Amazon's.
 *
 * @throws FilmgateError `INVALID_OPTION`, `STORAGE_FAILED`, `PACKAGE_MISSING`
 */
export function openStorage(place: string): Storage {
  if (/^s3:/i.test(place)) return openBucket(place);
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place))
    throw invalidOption('storage', place, 'give a folder, or s3://bucket/prefix');
  const path = resolve(place);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return new FolderStorage(path);
  const message = `storage: there is no folder ${path}; make it, or mount the share that all machines see`;
  throw new FilmgateError('STORAGE_FAILED', message);
}

function openBucket(place: string): Storage {
  const fix = 'give s3://bucket/prefix, or s3://bucket/prefix?endpoint=http://host:9000&region=us-east-1';
  const url = URL.parse(place);
  if (!url?.hostname) throw invalidOption('storage', place, fix);
  if (url.username || url.password) {
    const named = `s3://…@${url.hostname}${url.pathname}`;
    throw invalidOption('storage', named, 'leave credentials out: AWS_ACCESS_KEY_ID and the like give them');
  }
  const folder = url.pathname.replace(/^\/+|\/+$/g, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  const region = url.searchParams.get('region') ?? (endpoint ? 'us-east-1' : undefined);
  return new S3Storage(`s3://${url.hostname}/${folder}`, { bucket: url.hostname, prefix, endpoint, region });
}
