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

const INTERVAL = 200; // ms between two pictures: more often, nobody can read it, and the render needs the cores.

const root = document.getElementById('app') as HTMLElement;
let due = false;

/** Draws once, however many events came meanwhile. A page that nobody sees is not drawn. */
function draw(): void {
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    if (!document.hidden) render(<App source={source} />, root);
  }, INTERVAL);
}

const source = connect(draw);
document.addEventListener('visibilitychange', draw);
render(<App source={source} />, root);
