import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Encoder, openEncoder } from '../../src/encode/encoder';
import { useFolder } from '../support/folder';
import { rejection } from '../support/rejection';
import { decodeIndices, paintIndex, SMALL } from '../support/video';

describe('a video as a sequence of files', () => {
  const path = useFolder();

  function open(output: string, overwrite = false): Promise<Encoder> {
    return openEncoder({ output, overwrite, format: { pixels: 'rgb24', ...SMALL }, fps: 30 });
  }

  async function write(encoder: Encoder, indices: readonly number[]): Promise<Encoder> {
    for (const index of indices) await encoder.writeFrame(paintIndex(index, SMALL, 'rgb24'));
    return encoder;
  }

  it('appears as a whole folder', async () => {
    const encoder = await write(await open(path('frames/%03d.png')), [4, 5]);
    expect(readdirSync(path())).to.deep.equal(['.frames.filmgate']);
    const result = await encoder.close();
    expect(readdirSync(path())).to.deep.equal(['frames']);
    const files = readdirSync(path('frames'));
    expect(files).to.deep.equal(['000.png', '001.png']);
    const bytes = files.reduce((sum, file) => sum + readFileSync(path(`frames/${file}`)).length, 0);
    expect(result).to.deep.equal({ output: path('frames/%03d.png'), frames: 2, bytes });
  });

  it('takes the place of an empty folder, and may lie in one with a percent sign', async () => {
    mkdirSync(path('100%d/frames'), { recursive: true });
    await (await write(await open(path('100%d/frames/f%d.png')), [4])).close();
    expect(readdirSync(path('100%d/frames'))).to.deep.equal(['f0.png']);
  });

  it('replaces a sequence when it is told to, and none of the old is left', async () => {
    await (await write(await open(path('frames/%d.png')), [1, 2, 3])).close();
    await rejection(open(path('frames/%d.png')), 'OUTPUT_EXISTS');
    await (await write(await open(path('frames/%d.png'), true), [9])).close();
    expect(readdirSync(path())).to.deep.equal(['frames']);
    expect(readdirSync(path('frames'))).to.deep.equal(['0.png']);
    expect(await decodeIndices(path('frames/%d.png'))).to.deep.equal([9]);
  });

  it('does not replace a folder that holds anything else', async () => {
    mkdirSync(path('frames'));
    writeFileSync(path('frames/0.png'), 'old');
    writeFileSync(path('frames/notes.txt'), 'mine');
    const { message } = await rejection(open(path('frames/%d.png'), true), 'OUTPUT_EXISTS');
    expect(message).to.contain('notes.txt');
    expect(readdirSync(path('frames'))).to.deep.equal(['0.png', 'notes.txt']);
  });

  it('is refused while another is made for the same folder, and does not harm that', async () => {
    const first = await open(path('frames/%d.png'));
    for (const name of ['frames/%d.png', 'frames/other-%d.png']) {
      const { message } = await rejection(open(path(name), true), 'OUTPUT_BUSY');
      expect(message).to.contain(path('frames')).and.contain(`process ${process.pid}`);
    }
    await (await write(first, [7])).close();
    expect(await decodeIndices(path('frames/%d.png'))).to.deep.equal([7]);
    expect(readdirSync(path())).to.deep.equal(['frames']);
  });

  it('is not put over what came meanwhile', async () => {
    const encoder = await write(await open(path('frames/%d.png')), [1]);
    mkdirSync(path('frames'));
    writeFileSync(path('frames/0.png'), 'theirs');
    await rejection(encoder.close(), 'OUTPUT_EXISTS');
    expect(readFileSync(path('frames/0.png'), 'utf8')).to.equal('theirs');
    expect(readdirSync(path())).to.deep.equal(['frames']);
  });

  it('removes what a killed one has left', async () => {
    mkdirSync(path('.frames.filmgate/frames'), { recursive: true });
    writeFileSync(path('.frames.filmgate/frames/5.png'), 'half');
    await (await write(await open(path('frames/%d.png')), [2])).close();
    expect(readdirSync(path('frames'))).to.deep.equal(['0.png']);
    expect(readdirSync(path())).to.deep.equal(['frames']);
  });

  it('leaves nothing when it is destroyed, and the old one alone', async () => {
    await (await write(await open(path('frames/%d.png')), [1])).close();
    const encoder = await write(await open(path('frames/%d.png'), true), [2, 3]);
    await encoder.destroy();
    expect(readdirSync(path())).to.deep.equal(['frames']);
    expect(await decodeIndices(path('frames/%d.png'))).to.deep.equal([1]);
  });

  it('needs a place for the number', async () => {
    const { message } = await rejection(open(path('frames/still.png')), 'INVALID_OPTION');
    expect(message).to.contain('output').and.contain('frames/%05d.png');
  });

  it('needs a folder, and one to put it in', async () => {
    writeFileSync(path('frames'), 'a file');
    await rejection(open(path('frames/%d.png')), 'OUTPUT_UNWRITABLE');
    await rejection(open(path('missing/frames/%d.png')), 'OUTPUT_UNWRITABLE');
    expect(readdirSync(path())).to.deep.equal(['frames']);
  });
});
