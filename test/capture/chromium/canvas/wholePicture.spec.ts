import { expect } from 'chai';
import { atFirstFrame, useTestPages } from '../../../support/testPage';

const CANVAS = '<canvas width="400" height="300"></canvas>';
const PAINT = "<script>document.querySelector('canvas').getContext('2d').fillRect(0, 0, 400, 300)</script>";
const styled = (style: string) =>
  `<style>body { margin: 0 } canvas { display: block } ${style}</style>${CANVAS}${PAINT}`;

const webgl = (options: string, more = '') =>
  styled('').replace(
    PAINT,
    `<script>const context = document.querySelector('canvas').getContext('webgl', ${options}); ${more}</script>`,
  );

/** Pages that are nothing but a canvas. */
const WHOLE: Record<string, string> = {
  'by itself': styled(''),
  'in elements that add nothing': styled('').replace(CANVAS, `<main><div>${CANVAS}</div></main>`),
  'beside what is not displayed': `${styled('')}<p style="display: none">x</p><!-- x --><script>/* x */</script>`,
  'of WebGL': webgl('{}'),
  'of WebGL 2': webgl('{}').replace("'webgl'", "'webgl2'"),
  'in a body that cuts off what is outside': styled('body { overflow: hidden; background: red }'),
};

/** Pages of which a canvas is not all, or not as it is. */
const NOT_WHOLE: Record<string, string> = {
  'beside a word': `${styled('')}x`,
  'beneath an element': `${styled('')}<b style="position: absolute; top: 0">x</b>`,
  'beneath an element without a box of its own': `${styled('')}<b style="display: contents"><i style="position: absolute; top: 0">x</i></b>`,
  'beneath an element that is hidden for now': `${styled('')}<b style="position: absolute; visibility: hidden">x</b>`,
  'beneath what a style adds': styled('body::after { content: "x"; position: absolute; top: 0 }'),
  'in a page with a shadow tree': `${styled('')}<b></b><script>document.querySelector('b').attachShadow({ mode: 'closed' }).innerHTML = 'x'</script>`,
  'with another canvas': `${styled('')}<canvas width="10" height="10" style="position: absolute; top: 0"></canvas>`,
  'that does not begin where the page does': styled('body { padding-top: 1px }'),
  'that is stretched': styled('canvas { width: 400px; height: 300px }').replace(
    'width="400" height="300"',
    'width="200" height="150"',
  ),
  'with a filter': styled('canvas { filter: invert(1) }'),
  'with round corners': styled('canvas { border-radius: 9px }'),
  'in an element that is half transparent': styled('body { opacity: 0.5 }'),
  'in an element that cuts it off': styled('div { height: 99px; overflow: hidden }').replace(
    CANVAS,
    `<div>${CANVAS}</div>`,
  ),
  'that is turned': styled('canvas { rotate: 180deg }'),
  'of WebGL that is opaque: nobody could tell whether it was read too late': webgl('{ alpha: false }'),
  'of WebGL in other colours': webgl('{}', 'context.drawingBufferColorSpace = "display-p3"'),
  'without a context': `<style>body { margin: 0 } canvas { display: block }</style>${CANVAS}`,
  'of other colours': styled('').replace("'2d'", "'2d', { colorSpace: 'display-p3' }"),
};

describe('a canvas that is all there is to see of a page', () => {
  const open = useTestPages();
  const isWhole = (html: string) => atFirstFrame(open, html, '__filmgate.wholePicture.take() !== undefined');

  for (const [what, html] of Object.entries(WHOLE))
    it(`is one ${what}`, async () => expect(await isWhole(html)).to.equal(true));

  const BEHIND: readonly [what: string, style: string, color: string | undefined][] = [
    ['of the page', 'html { background: #357 }', 'rgb(51, 85, 119)'],
    ['of the body', 'body { background: #357 }', 'rgb(51, 85, 119)'],
    ['of nobody, which may be dark or light', '', undefined],
    ['of both', 'html { background: #357 } body { background: #fff }', undefined],
    ['that can be seen through', 'body { background: #3579 }', undefined],
    ['of another space', 'body { background: color(display-p3 1 0 0) }', undefined],
    ['under a picture', 'body { background: #357 linear-gradient(red, transparent) }', undefined],
    ['with a shadow in it', 'body { background: #357; box-shadow: inset 0 0 9px red }', undefined],
    ['with a border', 'html { background: #357; border-right: 9px solid }', undefined],
    ['behind a filter', 'body { background: #357 } canvas { backdrop-filter: invert(1) }', undefined],
    ['beside a marker', 'body { background: #357 } main { display: list-item }', undefined],
    ['of the canvas too', 'body { background: #357 } canvas { background: red }', undefined],
    ['of what it is in', 'main { background: #357 }', undefined],
  ];
  for (const [what, style, color] of BEHIND)
    it(`has ${color ? 'the' : 'no'} one colour behind it: that ${what}`, async () => {
      const html = styled(style).replace(CANVAS, `<main>${CANVAS}</main>`);
      const behind = `__filmgate.wholePicture.colorBehind(document.querySelector('canvas'))`;
      expect(await atFirstFrame(open, html, behind)).to.equal(color);
    });

  it('has each frame of WebGL once, and none where nothing was drawn for it', async () => {
    const draw = `filmgate = { duration: 1, seek(time) {
      if (time === 0.1) return;
      context.clearColor(time, 1, 0, 1); context.clear(context.COLOR_BUFFER_BIT);
    } }`;
    const page = await open(webgl('{}', draw), { host: '/host' });
    await page.describe();
    const colour = `(async () => {
      const frame = __filmgate.wholePicture.take();
      const pixels = new Uint8Array(frame?.allocationSize() ?? 0);
      await frame?.copyTo(pixels);
      const { format } = frame ?? {};
      frame?.close();
      return [format, ...pixels.slice(0, 4)].join(' ');
    })()`;
    const colours: string[] = [];
    for (const index of [0, 1, 2]) {
      await page.seek(index);
      await page.tick();
      colours.push(await page.evaluate(colour));
    }
    expect(colours).to.deep.equal(['BGRA 0 255 0 255', 'BGRA 0 0 0 0', 'BGRA 0 255 51 255']);
    expect(await page.evaluate('__filmgate.wholePicture.take() === undefined')).to.equal(true);
  });

  for (const [what, html] of Object.entries(NOT_WHOLE))
    it(`is none ${what}`, async () => expect(await isWhole(html)).to.equal(false));
});
