import { expect } from 'chai';
import { atFirstFrame, useTestPages } from '../../../support/testPage';

const GRADIENT = 'linear-gradient(37deg, #123, #456, #89a)';

/** What a canvas draws otherwise than the browser, by what is said of it. */
const UNDRAWABLE: Record<string, Record<string, string>> = {
  'transform-style: preserve-3d': {
    'in a style': '<b style="transform-style: preserve-3d">x</b>',
    'in a style sheet': '<style>b { transform-style: preserve-3d }</style><b>x</b>',
    'in an adopted style sheet':
      '<b>x</b><script>{ const sheet = new CSSStyleSheet(); sheet.replaceSync("b { transform-style: preserve-3d }"); document.adoptedStyleSheets = [sheet] }</script>',
    'in a rule that a script inserts':
      '<style>i { color: red }</style><b>x</b><script>document.styleSheets[0].insertRule("b { transform-style: preserve-3d }")</script>',
    'in a rule that a script changes':
      '<style>b { color: red }</style><b>x</b><script>document.styleSheets[0].cssRules[0].style.transformStyle = "preserve-3d"</script>',
    'in a closed shadow tree':
      '<p></p><script>document.querySelector("p").attachShadow({ mode: "closed" }).innerHTML = "<b style=\'transform-style: preserve-3d\'>x</b>"</script>',
    'in a frame': `<iframe srcdoc="<b style='transform-style: preserve-3d'>x</b>"></iframe>`,
    'in a style of the root':
      '<script>document.documentElement.style.transformStyle = "preserve-3d"</script>x',
  },
  'backface-visibility: hidden': { 'in a style': '<b style="backface-visibility: hidden">x</b>' },
  'a transform with depth': {
    'by a function': '<b style="display: block; transform: rotateX(40deg)">x</b>',
    'by a matrix': '<b style="display: block; transform: translate3d(1px, 2px, 3px)">x</b>',
    'by a property': '<b style="display: block; rotate: x 40deg">x</b>',
    'by translate': '<b style="display: block; translate: 1px 1px 5px">x</b>',
    'by a custom property':
      '<style>b { display: block; transform: var(--turn) }</style><p style="--turn: rotateY(50deg)"><b>x</b></p>',
    'before an element':
      '<style>b::before { content: "x"; display: block; transform: rotateY(50deg) }</style><b>x</b>',
    'by an animation of a script':
      '<b id="b" style="display: block">x</b><script>b.animate([{ transform: "rotateX(20deg)" }, { transform: "rotateX(60deg)" }], 5000)</script>',
    'by an animation of a style sheet':
      '<style>@keyframes turn { from { transform: rotateX(20deg) } to { transform: rotateX(60deg) } } b { display: block; animation: turn 5s }</style><b>x</b>',
  },
  'backdrop-filter': {
    'in a style': '<b style="backdrop-filter: blur(2px)">x</b>',
    'behind a dialog':
      '<style>dialog { position: absolute } dialog::backdrop { position: absolute; backdrop-filter: blur(2px) }</style><dialog id="d">x</dialog><script>d.showModal()</script>',
  },
  'position: fixed': {
    'in a style': '<b style="position: fixed">x</b>',
    'of a dialog': '<dialog id="d">x</dialog><script>d.showModal()</script>',
    'of a popover': '<p id="p" popover>x</p><script>p.showPopover()</script>',
  },
  'background-attachment: fixed': {
    'in a style': `<p style="background: ${GRADIENT} fixed">x</p>`,
  },
  'a box that scrolls': {
    'in a style':
      '<p style="overflow: auto; height: 50px"><b style="display: block; height: 500px">x</b></p>',
    'of a field': `<textarea rows="2">${'x\n'.repeat(9)}</textarea>`,
  },
  'a page that has been scrolled': {
    'to the right':
      '<p style="width: 3000px">x</p><script>addEventListener("load", () => scrollTo(5, 0))</script>',
    'in a frame': `<iframe srcdoc="<p style='height: 900px'>x</p>"></iframe>`,
  },
  'a field with a caret': {
    'from the start': '<input autofocus id="i"><script>i.focus()</script>',
    'of other elements': '<p contenteditable id="p">x</p><script>p.focus()</script>',
  },
  'a link to the page itself': { 'to its beginning': '<a href="#">x</a>' },
  'a frame of another origin': {
    'of data': '<iframe src="data:text/html,x"></iframe>',
    'that is sandboxed': '<iframe sandbox srcdoc="x"></iframe>',
  },
  '<object>': { 'of data': '<object data="data:text/html,x"></object>' },
  'a canvas or video that is a part of the page': {
    'below a line': '<p>x</p><canvas width="30" height="30"></canvas>',
    'that fills the page, turned':
      '<style>body { margin: 0 } canvas { transform: rotate(180deg) }</style><canvas width="400" height="300"></canvas>',
    'as a video': '<video width="30" height="30"></video>',
  },
};

/** What a canvas draws as the browser does. */
const DRAWABLE: Record<string, string> = {
  text: '<p style="text-shadow: 1px 1px 2px red">x</p>',
  filters: `<p style="filter: blur(2px); mix-blend-mode: screen; opacity: 0.5; background: ${GRADIENT}">x</p>`,
  'two dimensions':
    '<p style="transform: rotate(30deg) translate3d(1px, 2px, 0); rotate: 3deg; scale: 2; will-change: transform">x</p>',
  'what is not displayed':
    '<p style="display: none; position: fixed">x</p><p style="display: none"><b style="position: fixed">x</b></p>',
  'a dialog that is closed': '<dialog>x</dialog>',
  'a canvas that fills the page':
    '<style>body { margin: 0 }</style><canvas width="400" height="300"></canvas>',
  'a frame of the same origin': '<iframe srcdoc="<p>x</p>"></iframe>',
  'a link elsewhere': '<a href="https://example.com/">x</a>',
  'a box that could scroll and has nothing to': '<p style="overflow: auto">x</p>',
  forms: '<input value="x"><select><option>x</select><progress></progress>',
};

describe('what a canvas does not draw as the browser does', () => {
  const open = useTestPages();
  const said = (html: string) => atFirstFrame(open, html, '__filmgate.undrawable()');

  for (const [problem, pages] of Object.entries(UNDRAWABLE)) {
    for (const [where, html] of Object.entries(pages))
      it(`is found: ${problem}, ${where}`, async () => expect(await said(html)).to.equal(problem));
  }

  it('is found when it comes in the middle of a film', async () => {
    const page = await open(
      '<p id="p">x</p><script>filmgate = { duration: 1, seek(time) { p.style.position = time > 0.25 ? "fixed" : "static" } }</script>',
      { host: '/host' },
    );
    const found: string[] = [];
    for (const frame of [0, 2, 3, 1]) {
      await page.seek(frame);
      found.push(await page.evaluate('__filmgate.undrawable()'));
    }
    expect(found).to.deep.equal(['', '', 'position: fixed', '']);
  });

  for (const [what, html] of Object.entries(DRAWABLE))
    it(`is not ${what}`, async () => expect(await said(html)).to.equal(''));

  it('costs nothing where pages are taken by screenshots', async () => {
    const page = await open('<b style="position: fixed">x</b>');
    await page.seek(0);
    expect(await page.evaluate('__filmgate.undrawable()')).to.equal('');
  });
});
