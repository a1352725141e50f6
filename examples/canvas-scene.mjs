// A scene that draws on a Canvas 2D context (needs `npm install @napi-rs/canvas`). Render it with
//   npx filmgate render examples/canvas-scene.mjs -o out/canvas.mp4 --params '{"title":"Hello"}'
import { GlobalFonts } from '@napi-rs/canvas';

const TURN = 2 * Math.PI;

export default {
  width: 1280,
  height: 720,
  fps: 30,
  duration: 4,
  alpha: false,

  // Runs once on each worker. `random` here is the same on all of them, so they agree on the dots.
  setup: ({ random }) => ({
    font: GlobalFonts.families[0]?.family ?? 'sans-serif',
    dots: Array.from({ length: 240 }, () => ({
      angle: random() * TURN,
      orbit: 80 + 300 * random(),
      size: 1 + 4 * random(),
    })),
  }),

  // Depends on the frame alone: any worker may draw any frame.
  draw(context, { width, height, time, duration, params }, { font, dots }) {
    const sky = context.createLinearGradient(0, 0, 0, height);
    sky.addColorStop(0, '#101830');
    sky.addColorStop(1, '#402048');
    context.fillStyle = sky;
    context.fillRect(0, 0, width, height);

    context.translate(width / 2, height / 2);
    for (const { angle, orbit, size } of dots) {
      const now = angle + (TURN * time * 60) / orbit / duration;
      context.fillStyle = `hsl(${(orbit * 360) / 380}, 80%, 70%)`;
      context.beginPath();
      context.arc(orbit * 1.5 * Math.cos(now), orbit * 0.8 * Math.sin(now), size, 0, TURN);
      context.fill();
    }

    context.fillStyle = 'white';
    context.font = `bold 96px ${font}`;
    context.textAlign = 'center';
    context.fillText(params.title ?? 'Filmgate', 0, 34);
  },
};
