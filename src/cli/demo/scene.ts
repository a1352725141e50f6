/** The scene of `filmgate demo`: a film is pulled through a projector's gate, one frame at a time. */
import type { Scene, SceneContext } from '../../index';
import { drawDust } from './dust';
import { exposeRows, GRAIN, type Stage } from './expose';
import { cutFilm, filmPosition, smooth } from './film';
import { prepareLeader } from './leader';
import { paintFilmFrame, paintSpill, softPicture } from './light';
import { drawText, prepareTexts, type Texts } from './texts';

export interface DemoParams {
  /** What the film is called; the font has capitals and digits. */
  readonly title?: string;
}

interface State extends Stage {
  readonly texts: Texts;
}

const SECONDS = 10; // The story's length; a shorter or longer demo tells it faster or slower.

const scene: Scene<DemoParams, State> = {
  width: 1280,
  height: 720,
  fps: 30,
  frames: 300,
  alpha: false,

  setup({ width, height, params, random }: SceneContext<DemoParams>): State {
    const film = cutFilm(width, height);
    const triangle = () => (random() + random() - 1) * 2.2;
    return {
      film,
      leader: prepareLeader(film),
      texts: prepareTexts(film, params.title ?? 'FILMGATE'),
      spill: softPicture(96, 54),
      shown: [softPicture(80, 45), softPicture(80, 45), softPicture(80, 45)],
      grain: Float32Array.from({ length: GRAIN }, triangle),
      hotColumns: Float32Array.from(
        { length: film.width },
        (_, x) => 1 - 0.3 * ((2 * x) / film.width - 1) ** 2,
      ),
      light: new Float32Array(width * 3),
      image: new Float32Array(film.gateWidth * 3),
    };
  },

  paint(pixels, frame, state) {
    const story = (frame.time / frame.duration) * SECONDS;
    const position = filmPosition(story);
    const moving = position - Math.floor(position);
    const shutter = 1 - 0.6 * Math.sin(Math.PI * moving); // It hides the pull-down, if not all of it.
    const fade = smooth((story + 0.1) / 0.7) * smooth((SECONDS - story) / 0.8);
    const flicker = 1 - 0.025 * frame.random();
    const brightness = fade * flicker;

    const first = Math.floor(position) - 1;
    state.shown.forEach((soft, at) => {
      paintFilmFrame(soft, first + at < 0 ? first + at + 10 : first + at, story);
    });
    paintSpill(state.spill, frame.width / frame.height, position, story);
    exposeRows(pixels, frame, state, { story, position, first, shutter, brightness });
    drawDust(pixels, frame, story, 0.9 * brightness * (0.5 + 0.5 * shutter));
    drawText(pixels, frame, state.texts, story, brightness);
  },
};

export default scene;
