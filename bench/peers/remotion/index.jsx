// The composition of ../composition, as a Remotion project.
import { Composition, registerRoot, Sequence, useCurrentFrame } from 'remotion';

const FRAMES = 180;
const box = { position: 'absolute', left: 0, top: 0, width: 150, height: 150, borderRadius: 20 };

function Boxes() {
  const progress = (1 - Math.cos((Math.PI * useCurrentFrame()) / FRAMES)) / 2; // GSAP's sine.inOut
  return Array.from({ length: 8 }, (_, n) => {
    const from = 100 + n * 200;
    const x = from + (1600 - n * 180 - from) * progress;
    const transform = `translate(${x}px, ${150 + 700 * progress}px) rotate(${360 * progress}deg)`;
    return <div key={from} style={{ ...box, background: `hsl(${n * 45} 80% 55%)`, transform }} />;
  });
}

function Title() {
  const left = 1 - Math.min(1, useCurrentFrame() / 30);
  const shown = 1 - left * left; // GSAP's power1.out, its usual ease
  const place = { position: 'absolute', left: 96, top: 44, margin: 0, color: '#fff', fontSize: 96 };
  const style = { ...place, opacity: shown, transform: `translateY(${-80 * (1 - shown)}px)` };
  return <h1 style={style}>One composition</h1>;
}

function Half({ children }) {
  return (
    <div style={{ position: 'absolute', right: 96, bottom: 44, color: '#fc0', fontSize: 96 }}>{children}</div>
  );
}

function Film() {
  const style = {
    position: 'absolute',
    inset: 0,
    overflow: 'hidden',
    background: '#14213d',
    fontFamily: 'sans-serif',
  };
  return (
    <div style={style}>
      <Title />
      <Boxes />
      <Sequence layout="none" durationInFrames={90}>
        <Half>first half</Half>
      </Sequence>
      <Sequence layout="none" from={90} durationInFrames={90}>
        <Half>second half</Half>
      </Sequence>
    </div>
  );
}

registerRoot(() => (
  <Composition id="film" component={Film} durationInFrames={FRAMES} fps={30} width={1920} height={1080} />
));
