import { expect } from 'chai';
import { fallbacks, sums, useCanvasWorkspace } from '../../../support/canvasWorkspace';

describe('pages that are drawn into a canvas', () => {
  const workspace = useCanvasWorkspace();

  describe('have the same frames as screenshots of them,', () => {
    const GRADIENT = 'linear-gradient(#f80, #08f)';
    const THROUGH = `c.clearRect(40, 40, 30, 30); for (let alpha = 0; alpha < 128; alpha += 1) {
      c.fillStyle = 'rgb(' + [255, 2 * alpha, 80].join(' ') + ' / ' + alpha / 127 + ')'; c.fillRect(alpha, 60, 1, 20);
    }`;
    for (const [what, options, background, behind] of [
      ['is opaque', '{ alpha: false }', GRADIENT, ''],
      ['is opaque only where it is painted', '{}', GRADIENT, ''],
      ['can be seen through', '{}', GRADIENT, THROUGH],
      ['can be seen through, before one colour', '{}', '#357', THROUGH],
    ] as const) {
      for (const width of [128, 130])
        it(`where all there is to see is one canvas that ${what}, ${width} pixels wide`, async () => {
          const page = workspace.write(
            'whole.html',
            `<style>body { margin: 0; background: ${background} } canvas { display: block }</style>
          <canvas width="${width}" height="90"></canvas><script>
          const c = document.querySelector('canvas').getContext('2d', ${options});
          filmgate = { duration: 1, seek(time) {
            c.fillStyle = 'hsl(' + 300 * time + ' 80% 40%)'; c.fillRect(0, 0, ${width}, 90);
            c.fillStyle = '#fff'; c.font = '20px serif'; c.fillText('frame ' + time, 3, 30); ${behind}
          } }</script>`,
          );
          const { events } = await workspace.drawn(page, {
            workers: width === 128 ? 2 : 1,
            size: { width, height: 90 },
          });
          expect(fallbacks(events)).to.deep.equal([]);
        });
    }

    for (const [what, options] of [
      ['as most pages have it', '{}'],
      ['of straight alpha', '{ premultipliedAlpha: false }'],
      ['that keeps what was drawn', '{ preserveDrawingBuffer: true }'],
      ['that is opaque', '{ alpha: false }'],
    ])
      it(`where all there is to see is one canvas of WebGL ${what}, which is not drawn to for each frame`, async () => {
        const page = workspace.write(
          'webgl.html',
          `<style>body { margin: 0; background: #08f } canvas { display: block }</style><canvas width="128" height="90"></canvas><script>
          const gl = document.querySelector('canvas').getContext('webgl', ${options});
          filmgate = { duration: 1, seek(time) {
            const frame = Math.round(time * 10);
            if (frame % 4 === 3) return; // What was drawn last stays: the one worker has taken the frame before.
            gl.clearColor(time, 0.5, 0.2, 1); gl.clear(gl.COLOR_BUFFER_BIT);
            gl.enable(gl.SCISSOR_TEST); gl.scissor(9 * frame, 5, 20, 40);
            gl.clearColor(1, time, 1, frame % 4 === 2 ? 0.5 : 1); gl.clear(gl.COLOR_BUFFER_BIT); gl.disable(gl.SCISSOR_TEST);
          } }</script>`,
        );
        const { path, events } = await workspace.drawn(page, {
          workers: 1,
          size: { width: 128, height: 90 },
        });
        expect(fallbacks(events)).to.deep.equal([]);
        expect(new Set(await sums(path)).size).to.be.at.least(7);
      });

    it('where a canvas of WebGL is drawn to once more when something has come that its frame asked for', async () => {
      const draw = (blue: string) => `gl.clearColor(time, 0.5, ${blue}, 1); gl.clear(gl.COLOR_BUFFER_BIT);`;
      const page = workspace.write(
        'late.html',
        `<style>body { margin: 0 } canvas { display: block }</style><canvas width="128" height="90"></canvas><script>
          const gl = document.querySelector('canvas').getContext('webgl');
          filmgate = { duration: 1, seek(time) {
            ${draw('0')}
            if (Math.round(time * 10) % 3 === 2) fetch('late.html').then((answer) => { ${draw('1')} return answer.text(); }); // Not the frames that are compared.
          } }</script>`,
      );
      const { events } = await workspace.drawn(page, { workers: 1, size: { width: 128, height: 90 } });
      expect(fallbacks(events)).to.deep.equal([]);
    });
  });
});
