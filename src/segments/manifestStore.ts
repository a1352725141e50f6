import { stat } from 'node:fs/promises';
import type { SourceIdentity } from '../frames/sourceIdentity';
import { diskError } from '../output/diskError';
import { debug } from '../process/debug';
import { digestOf } from '../process/digest';
import { type Manifest, type VerifiedSegment, writeManifest } from './manifest';

/** Keeps the manifest of a render on the disk as segments come in. */
export class ManifestStore {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    /** Where it is; undefined where no later run could go on with it, and nothing is written. */
    private readonly path: string | undefined,
    private manifest: Manifest,
    /** What the source is made of, as far as is known by now. */
    private readonly identify: () => SourceIdentity,
  ) {}

  /** Names of the files that a later run needs, the manifest's own aside. */
  get files(): string[] {
    return this.manifest.verified.map(({ file }) => file);
  }

  get verified(): readonly VerifiedSegment[] {
    return this.manifest.verified;
  }

  /** Writes the manifest before anything is rendered, with the files of the source as they are by now. */
  begin(): Promise<void> {
    return this.update(async () => ({ ...this.manifest, files: await this.digests() }));
  }

  /** Enters a segment. */
  add(segment: VerifiedSegment): Promise<void> {
    debug('segment %d: verified, %d bytes, sha256 %s', segment.segment + 1, segment.bytes, segment.sha256);
    return this.update(async () => ({
      ...this.manifest,
      files: await this.digests(),
      verified: [...this.manifest.verified, segment].sort((a, b) => a.segment - b.segment),
    }));
  }

  /** Notes which file is about to be moved to the output's place. */
  publishing(path: string): Promise<void> {
    return this.update(async () => {
      const { ino: inode, size: bytes } = await stat(path);
      return { ...this.manifest, publishing: { inode, bytes } };
    });
  }

  private digests(): Promise<Record<string, string>> {
    return digestsOf(this.identify().files, this.manifest.files);
  }

  /** One after the other, as lanes may end at the same time. */
  private update(change: () => Promise<Manifest>): Promise<void> {
    this.writing = this.writing.then(async () => {
      const manifest = await change();
      if (this.path !== undefined) await writeManifest(this.path, manifest);
      this.manifest = manifest; // What could not be written does not count.
    });
    return this.writing.catch((error) => {
      throw diskError('the manifest cannot be written', error);
    });
  }
}

/** The digests of files, those that are known already as they are known. */
export async function digestsOf(
  paths: readonly string[],
  known: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const digests: Record<string, string> = { ...known };
  for (const path of paths) digests[path] ??= await digestOf(path).catch(() => 'unreadable');
  return digests;
}
