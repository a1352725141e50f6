import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
type Options = Readonly<Record<string, unknown>>;

/** An S3 server on loopback, for the tests of a suite. Returns how to name an empty place in its bucket. */
export function useS3Server(): () => string {
  const Server = require('s3rver') as new (options: Options) => S3rver;
  const variables = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };
  const directory = mkdtempSync(join(tmpdir(), 'filmgate-s3-'));
  let server: S3rver;
  let port = 0;
  let places = 0;
  before(async () => {
    Object.assign(process.env, variables);
    const configureBuckets = [{ name: 'films', configs: [] }];
    server = new Server({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets });
    port = (await server.run()).port;
  });
  after(async () => {
    for (const name of Object.keys(variables)) delete process.env[name];
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return () => `s3://films/place-${++places}?endpoint=http://127.0.0.1:${port}`;
}
