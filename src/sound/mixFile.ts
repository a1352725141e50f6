import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SAMPLE_RATE } from './samples';

const ONE = 2 ** 24; // What stands for 1: sums of 128 are held, and whole numbers add up to the same in any order.
const LARGEST = 2 ** 31 - 1;
const BYTES = 8; // of a stereo sample

/** Sound on the disk to which more can be added anywhere. Where nothing is heard, it takes no space. */
export class MixFile {
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly handle: FileHandle) {}

  /** Makes one of so many stereo samples, all silent. */
  static async create(path: string, samples: number): Promise<MixFile> {
    const handle = await open(path, 'w+');
    await handle.truncate(samples * BYTES);
    return new MixFile(handle);
  }

  /** Adds stereo samples from `at` on. */
  add(at: number, samples: Float32Array): Promise<void> {
    this.writing = this.writing.then(async () => {
      const sums = new Int32Array(samples.length);
      const bytes = new Uint8Array(sums.buffer);
      await this.handle.read(bytes, 0, bytes.length, at * BYTES);
      for (let i = 0; i < sums.length; i += 1) {
        const sum = (sums[i] as number) + Math.round((samples[i] as number) * ONE);
        sums[i] = Math.min(LARGEST, Math.max(-LARGEST, sum));
      }
      for (let done = 0; done < bytes.length; ) {
        done += (await this.handle.write(bytes, done, bytes.length - done, at * BYTES + done)).bytesWritten;
      }
    });
    return this.writing;
  }

  async close(): Promise<void> {
    await this.writing.catch(() => {}); // Whoever added it has been told.
    await this.handle.close();
  }
}

/** FFmpeg's arguments to read one. */
export function mixInput(path: string): string[] {
  return ['-f', 's32le', '-ar', String(SAMPLE_RATE), '-ac', '2', '-i', `file:${resolve(path)}`];
}

/** FFmpeg's filters that bring it to its loudness. */
export const MIX_FILTERS = `aformat=sample_fmts=fltp,volume=${2 ** 31 / ONE}:precision=float`;
