import { render } from 'preact';
import { App } from './app';
import { connect } from './connection';
import './page.css';

const INTERVAL = 120; // ms between two pictures: more often, nobody can read it.

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
