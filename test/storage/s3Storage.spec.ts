import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { digestOf } from '../../src/process/digest';
import { openStorage } from '../../src/storage/openStorage';
import { expectThrows } from '../support/expectThrows';
import { useFolder } from '../support/folder';
import { useS3Server } from '../support/s3Server';
import { storageContract } from '../support/storageContract';

describe('S3Storage', () => {
  const place = useS3Server();
  const path = useFolder();
  storageContract(() => openStorage(place()));

  it('puts a file that is larger than one part', async () => {
    const storage = openStorage(place());
    writeFileSync(path('large'), Buffer.alloc(65 * 2 ** 20, 'frames'));
    await storage.put('films/1/video.mp4', { file: path('large') });
    await storage.fetch('films/1/video.mp4', path('copy'));
    await storage.close();
    expect(await digestOf(path('copy'))).to.equal(await digestOf(path('large')));
  });

  it('refuses credentials in the name of a place, and does not repeat them', () => {
    const refused = () => openStorage('s3://key:secret@films/a');
    expectThrows(refused, 'INVALID_OPTION', 'leave credentials out');
    expect(refused).to.throw().with.property('message').that.does.not.include('secret');
    expect(refused).to.throw().with.property('value').that.does.not.include('secret');
  });

  it('refuses what is neither a folder nor a bucket', () => {
    expectThrows(() => openStorage('https://example.com/films'), 'INVALID_OPTION');
    expectThrows(() => openStorage('s3://'), 'INVALID_OPTION');
  });
});
