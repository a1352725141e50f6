import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { inline } from '../src/capture/inline';
import { openEncoder } from '../src/encode/encoder';
import { openGate } from '../src/gate';
import { render } from '../src/render';
import { useFolder } from './support/folder';
import { decodeIndices, paintIndex, SMALL } from './support/video';

describe('frames in the layouts of browsers and cameras', () => {
  const path = useFolder();
  for (const pixels of ['bgra', 'bgrx', 'nv12', 'yuv420p'] as const) {
    const format = { pixels, ...SMALL };

    it(`an inline source delivers ${pixels}`, async () => {
      const output = path('inline.mp4');
      const capture = ({ index }: { index: number }) => paintIndex(index + 40, SMALL, pixels);
      const source = inline({ format, fps: 25, frames: 3, alpha: false, capture });
      await lastValueFrom(render({ source, output, workers: 2 }));
      expect(await decodeIndices(output)).to.deep.equal([40, 41, 42]);
    });

    it(`a gate takes ${pixels}, in any order`, async () => {
      const output = path('gate.mp4');
      const gate = openGate(await openEncoder({ output, format, fps: 25, alpha: false }), { count: 3 });
      const writes = [2, 0, 1].map((index) => gate.write(index, paintIndex(index + 40, SMALL, pixels)));
      expect(await Promise.all(writes)).to.deep.equal([true, true, true]);
      await gate.close();
      expect(await decodeIndices(output)).to.deep.equal([40, 41, 42]);
    });
  }
});
