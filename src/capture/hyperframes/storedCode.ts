import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { wrap } from 'node:module';
import { Script } from 'node:vm';
import { messageOf } from '../../errors';
import { debug } from '../../process/debug';
import { textDigest } from '../../process/digest';

/** A module that has run. */
export interface Ran {
  readonly exports: object;
  /** Stores V8's code of all of it that has run by now, for the next process, unless there is one. */
  storeCode(): void;
}

const DIGEST = 64; // bytes

/**
 * Runs the text of a CommonJS module with the code that V8 had made of it before, if that was stored.
 *
 * @param path - where the text is; the code is beside it
 */
export function runWithCode(text: Buffer, path: string, require: (id: string) => unknown): Ran {
  const codePath = `${path}.code`;
  const script = new Script(wrap(text.toString()), { filename: path, cachedData: readCode(codePath, text) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module);
  let isStored = script.cachedDataRejected === false;
  return {
    exports: module.exports,
    storeCode() {
      if (!isStored) writeCode(codePath, text, script);
      isStored = true;
    },
  };
}

/** V8 looks neither whether code is whole nor whether it is of this text, so that a digest of both goes before it. */
function readCode(path: string, text: Buffer): Buffer | undefined {
  const stored = readIfThere(path);
  const code = stored?.subarray(DIGEST);
  return code && stored?.toString('latin1', 0, DIGEST) === textDigest(text, code) ? code : undefined;
}

/** It may fail: the next process tries again. */
function writeCode(path: string, text: Buffer, script: Script): void {
  const part = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    const code = script.createCachedData();
    writeFileSync(part, Buffer.concat([Buffer.from(textDigest(text, code), 'latin1'), code]));
    renameSync(part, path);
  } catch (error) {
    debug('%s is not stored: %s', path, messageOf(error));
    try {
      rmSync(part, { force: true });
    } catch {
      // It goes with its folder.
    }
  }
}

export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
