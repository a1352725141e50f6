import { expect } from 'chai';
import type { CapturePlan } from '../../../src/capture/source';
import { sceneContext, sceneFrame } from '../../../src/capture/threads/frameContext';
import { painterFor } from '../../../src/capture/threads/painter';
import type { Scene } from '../../../src/capture/threads/scene';

describe('painterFor', () => {
  const plan: CapturePlan = {
    format: { pixels: 'rgba', width: 2, height: 1 },
    fps: { numerator: 30, denominator: 1 },
    frames: 2,
    range: { first: 0, count: 2 },
    window: 1,
    sourceAlpha: true,
    keepAlpha: true,
  };
  type Draw = (context: CanvasRenderingContext) => void;
  interface CanvasRenderingContext {
    fillStyle: string;
    fillRect(x: number, y: number, width: number, height: number): void;
    translate(x: number, y: number): void;
  }

  async function drawn(draw: Draw, keepAlpha = true): Promise<number[]> {
    const pixels = new Uint8ClampedArray(8).fill(9);
    const scene = { width: 2, height: 1, fps: 30, frames: 2, draw } as unknown as Scene;
    const paint = painterFor(scene, __filename, { ...plan, keepAlpha });
    const frame = sceneFrame(plan, sceneContext(plan, {}), 0);
    for (const _ of [0, 1]) await paint(pixels, frame, undefined); // The second must not show traces of the first.
    return [...pixels];
  }

  const halfRed: Draw = (context) => {
    context.fillStyle = 'rgba(255, 0, 0, 0.5)';
    context.fillRect(0, 0, 1, 1);
    context.translate(1, 0);
  };

  it('gives what shines through its straight colour', async () => {
    const [red, green, blue, alpha, ...rest] = await drawn(halfRed);
    expect([red, green, blue]).to.deep.equal([255, 0, 0]);
    expect(alpha).to.be.within(127, 128);
    expect(rest).to.deep.equal([0, 0, 0, 0]);
  });

  it('gives an opaque scene its colours as they are', async () => {
    const opaque: Draw = (context) => {
      context.fillStyle = '#123456';
      context.fillRect(0, 0, 2, 1);
    };
    expect(await drawn(opaque, false)).to.deep.equal([0x12, 0x34, 0x56, 255, 0x12, 0x34, 0x56, 255]);
  });

  it('clears the pixels before a scene paints, unless it sets them all', async () => {
    const painted = async (clear?: boolean) => {
      const pixels = new Uint8ClampedArray(new SharedArrayBuffer(12), 4).fill(9);
      const scene: Scene = {
        width: 2,
        height: 1,
        fps: 30,
        frames: 2,
        ...(clear === undefined ? {} : { clear }),
      };
      const paint = painterFor({ ...scene, paint: (bytes) => bytes.set([1, 2]) }, __filename, plan);
      await paint(pixels, sceneFrame(plan, sceneContext(plan, {}), 0), undefined);
      return [...pixels];
    };
    expect(await painted()).to.deep.equal([1, 2, 0, 0, 0, 0, 0, 0]);
    expect(await painted(false)).to.deep.equal([1, 2, 9, 9, 9, 9, 9, 9]);
  });
});
