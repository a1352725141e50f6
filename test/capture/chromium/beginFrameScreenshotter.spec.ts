import { expect } from 'chai';
import { beginFrames } from '../../../src/capture/chromium/beginFrame';
import { BeginFrameScreenshotter } from '../../../src/capture/chromium/beginFrameScreenshotter';
import { rejection } from '../../support/rejection';

/** A compositor as Chromium's is: the first tick after a screenshot claims damage, whatever has changed. */
class FakeCompositor {
  readonly sent: { screenshot?: object; frameTimeTicks: number }[] = [];
  picture = 'a';
  missing = 0;
  private shown = '';
  private claims = false;

  readonly send = async (method: string, params: object = {}) => {
    expect(method).to.equal('HeadlessExperimental.beginFrame');
    const told = params as { screenshot?: object; frameTimeTicks: number };
    this.sent.push(told);
    const hasDamage = this.claims || this.picture !== this.shown;
    this.shown = this.picture;
    this.claims = told.screenshot !== undefined;
    if (!told.screenshot) return { hasDamage };
    if (this.missing > 0) {
      this.missing -= 1;
      return { hasDamage };
    }
    return { hasDamage, screenshotData: Buffer.from(this.picture) };
  };

  /** What has been asked for since the last time: `T` for a tick, `S` for a screenshot. */
  asked(): string {
    return this.sent
      .splice(0)
      .map(({ screenshot }) => (screenshot ? 'S' : 'T'))
      .join('');
  }
}

describe('BeginFrameScreenshotter', () => {
  let compositor: FakeCompositor;
  const open = (dedupe = true, image: 'png' | 'jpeg' = 'png') =>
    new BeginFrameScreenshotter(begin(), { image, quality: 70 }, dedupe);
  const browser = { begun: 0 };
  const begin = () => beginFrames(compositor.send, browser);

  beforeEach(() => {
    compositor = new FakeCompositor();
  });

  async function shoot(screenshotter: BeginFrameScreenshotter, pictures: string): Promise<string[]> {
    const asked: string[] = [];
    for (const picture of pictures) {
      compositor.picture = picture;
      expect(String(await screenshotter.takePicture())).to.equal(picture);
      asked.push(compositor.asked());
    }
    return asked;
  }

  it('takes only screenshots while the page moves', async () => {
    expect(await shoot(open(), 'abcab')).to.deep.equal(['S', 'S', 'S', 'S', 'S']);
  });

  it('asks ticks once a picture has equalled the last, and repeats it as long as nothing is damaged', async () => {
    expect(await shoot(open(), 'aaaaa')).to.deep.equal(['S', 'ST', 'T', 'T', 'T']);
  });

  it('takes a picture when a tick says that something has changed', async () => {
    expect(await shoot(open(), 'aaabbbc')).to.deep.equal(['S', 'ST', 'T', 'TS', 'ST', 'T', 'TS']);
  });

  it('takes one too after a tick of waiting has swallowed the damage', async () => {
    const screenshotter = open();
    await shoot(screenshotter, 'aaa');
    compositor.picture = 'b';
    await screenshotter.tick();
    await screenshotter.tick();
    compositor.asked();
    expect(await shoot(screenshotter, 'b')).to.deep.equal(['S']);
  });

  it('stays still over ticks that damage nothing', async () => {
    const screenshotter = open();
    await shoot(screenshotter, 'aaa');
    await screenshotter.tick();
    compositor.asked();
    expect(await shoot(screenshotter, 'a')).to.deep.equal(['T']);
  });

  it('takes a picture of every frame without dedupe', async () => {
    expect(await shoot(open(false), 'aaaa')).to.deep.equal(['S', 'S', 'S', 'S']);
  });

  it('tries again when there is no picture, and gives up after ten tries', async () => {
    compositor.missing = 9;
    expect(await shoot(open(), 'a')).to.deep.equal(['SSSSSSSSSS']);
    compositor.missing = 10;
    await rejection(open().takePicture(), 'CAPTURE_FAILED');
  });

  it('takes small pictures as the base64 that the protocol has', async () => {
    const screenshotter = new BeginFrameScreenshotter(
      async () => ({ hasDamage: true, screenshotData: 'aGk=' }),
      { image: 'png', quality: 1 },
      true,
    );
    expect(String(await screenshotter.takePicture())).to.equal('hi');
  });

  it('lets its time only go up, and asks for the format', async () => {
    const screenshotter = open(true, 'jpeg');
    await screenshotter.tick();
    await screenshotter.takePicture();
    await screenshotter.tick();
    const times = compositor.sent.map(({ frameTimeTicks }) => frameTimeTicks);
    expect(times).to.deep.equal([...new Set(times)].sort((one, other) => one - other));
    expect(compositor.sent[1]?.screenshot).to.deep.equal({
      format: 'jpeg',
      quality: 70,
      optimizeForSpeed: true,
    });
  });
});
