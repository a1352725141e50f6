import './locale';
import { render } from 'preact';
import { App } from './app';
import { connect } from './connection';
import './styles/base.css';
import './styles/header.css';
import './styles/layout.css';
import './styles/picture.css';
import './styles/facts.css';
import './styles/film.css';
import './styles/legend.css';
import './styles/gate.css';
import './styles/lanes.css';
import './styles/plots.css';
import './styles/lists.css';
import './styles/phone.css';

const REST = 500; // ms between two pictures, at least: a person does not read faster, and the render needs the cores.
const MOST_REST = 3000;
const SHARE = 0.01; // of the time is spent on drawing: where the render leaves little of the machine, pictures are fewer.

const root = document.getElementById('app') as HTMLElement;
let waiting: ReturnType<typeof setTimeout> | undefined;
let rest = 0;
let shown = '';

/** Draws once, however many events came meanwhile. A page that nobody sees is not drawn. */
function draw(): void {
  const isUrgent = shown !== outline();
  if (waiting && !isUrgent) return;
  clearTimeout(waiting);
  waiting = setTimeout(
    () => (document.hidden ? settle() : requestAnimationFrame(picture)),
    isUrgent ? 0 : rest,
  );
}

function picture(begun: number): void {
  settle();
  shown = outline();
  render(<App source={source} />, root);
  // When the browser has painted.
  setTimeout(() => {
    rest = Math.min(MOST_REST, Math.max(REST, (performance.now() - begun) / SHARE));
  });
}

function settle(): void {
  waiting = undefined;
}

/** What is drawn without a rest, when it changes. */
function outline(): string {
  return `${source.link} ${source.state.phase}`;
}

const source = connect(draw);
document.addEventListener('visibilitychange', draw);
render(<App source={source} />, root);
