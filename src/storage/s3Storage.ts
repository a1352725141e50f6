import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { needPackages } from '../process/packages';
import { type Content, checkKey, type Storage, storageError } from './storage';

/** Where objects are. */
export interface S3Place {
  readonly bucket: string;
  /** What all keys begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  /** The address of a server that is not Amazon's. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

type Sdk = typeof import('@aws-sdk/client-s3');

const PART = 64 * 2 ** 20; // bytes; S3 takes 10,000 parts, and a whole object in one put up to 5 GB.

/** What servers other than Amazon's understand: many know neither names of buckets as hosts nor checksums behind a body. */
const OTHER_SERVERS = {
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
} as const;

/** Storage in a bucket. Credentials are found by the package `@aws-sdk/client-s3`, as its documentation tells. */
export class S3Storage implements Storage {
  private readonly sdk: Sdk;
  private readonly client: S3Client;

  /** @throws FilmgateError `PACKAGE_MISSING` */
  constructor(
    readonly place: string,
    private readonly at: S3Place,
  ) {
    needPackages('a storage in S3', ['@aws-sdk/client-s3']);
    this.sdk = require('@aws-sdk/client-s3') as Sdk;
    const { endpoint, region } = at;
    this.client = new this.sdk.S3Client({
      ...(region ? { region } : {}),
      ...(endpoint ? { endpoint, ...OTHER_SERVERS } : {}),
    });
  }

  put(key: string, content: Content, signal?: AbortSignal): Promise<void> {
    return this.attempt(`store ${key}`, async () => {
      const target = this.object(key);
      if ('text' in content) {
        await this.client.send(
          new this.sdk.PutObjectCommand({ ...target, Body: content.text }),
          abortable(signal),
        );
        return;
      }
      const { size } = await stat(content.file);
      if (size > PART) return this.putParts(target, content.file, size, signal);
      const Body = createReadStream(content.file);
      await this.client.send(
        new this.sdk.PutObjectCommand({ ...target, Body, ContentLength: size }),
        abortable(signal),
      );
    });
  }

  fetch(key: string, path: string): Promise<boolean> {
    return this.attempt(`read ${key}`, async () => {
      const body = await this.body(key);
      if (!body) return false;
      await pipeline(body as Readable, createWriteStream(path));
      return true;
    });
  }

  read(key: string): Promise<string | undefined> {
    return this.attempt(`read ${key}`, async () => (await this.body(key))?.transformToString());
  }

  list(prefix: string): Promise<readonly string[]> {
    return this.attempt(`list ${prefix}`, async () => {
      const { bucket: Bucket, prefix: before } = this.at;
      const found: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await this.client.send(
          new this.sdk.ListObjectsV2Command({ Bucket, Prefix: before + prefix, ContinuationToken }),
        );
        for (const { Key = '' } of page.Contents ?? []) found.push(Key.slice(before.length));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      return found;
    });
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.attempt('remove files', async () => {
      for (const key of keys) await this.client.send(new this.sdk.DeleteObjectCommand(this.object(key)));
    });
  }

  async close(): Promise<void> {
    this.client.destroy();
  }

  private async body(key: string) {
    try {
      return (await this.client.send(new this.sdk.GetObjectCommand(this.object(key)))).Body;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** A large file in parts: it appears when the last of them is there. */
  private async putParts(
    target: { Bucket: string; Key: string },
    file: string,
    size: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const { UploadId } = await this.client.send(
      new this.sdk.CreateMultipartUploadCommand(target),
      abortable(signal),
    );
    const upload = { ...target, UploadId };
    try {
      const Parts = [];
      for (let start = 0, PartNumber = 1; start < size; start += PART, PartNumber += 1) {
        const end = Math.min(start + PART, size);
        const Body = createReadStream(file, { start, end: end - 1 });
        const part = { ...upload, PartNumber, Body, ContentLength: end - start };
        const { ETag } = await this.client.send(new this.sdk.UploadPartCommand(part), abortable(signal));
        Parts.push({ PartNumber, ETag });
      }
      await this.client.send(
        new this.sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
      );
    } catch (error) {
      await this.client.send(new this.sdk.AbortMultipartUploadCommand(upload)).catch(() => {});
      throw error;
    }
  }

  private object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.at.bucket, Key: this.at.prefix + checkKey(key) };
  }

  private async attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageError(this.place, what, error);
    }
  }
}

const abortable = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});
