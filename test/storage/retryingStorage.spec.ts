import { expect } from 'chai';
import { FilmgateError } from '../../src/errors';
import { retryingStorage } from '../../src/storage/retryingStorage';
import type { Storage } from '../../src/storage/storage';
import { rejection } from '../support/rejection';

describe('retryingStorage', () => {
  const failing = (code: 'STORAGE_FAILED' | 'DISK_FULL', times: number) => {
    let calls = 0;
    const read = async (key: string) => {
      calls += 1;
      if (calls <= times) throw new FilmgateError(code, `failure ${calls}`);
      return key;
    };
    return { storage: { read } as unknown as Storage, calls: () => calls };
  };

  it('asks again until the storage answers', async () => {
    expect(await retryingStorage(failing('STORAGE_FAILED', 2).storage, [0, 0]).read('a')).to.equal('a');
  });

  it('gives up after the last pause, with the last failure', async () => {
    const error = await rejection(
      retryingStorage(failing('STORAGE_FAILED', 9).storage, [0, 0]).read('a'),
      'STORAGE_FAILED',
    );
    expect(error.message).to.equal('failure 3');
  });

  it('does not ask again where the disk is full', async () => {
    const { storage, calls } = failing('DISK_FULL', 9);
    await rejection(retryingStorage(storage, [0]).read('a'), 'DISK_FULL');
    expect(calls()).to.equal(1);
  });
});
