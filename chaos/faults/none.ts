import { succeeds } from '../expected';
import { Stage } from '../stage';
import type { Fault } from './fault';

/** Nothing goes wrong. */
export const none: Fault = {
  name: 'none',
  weight: 3,
  fits: () => true,
  draw: () => ({
    text: '',
    run: async (stage) => Stage.words(await stage.finish(stage.start(), succeeds)),
  }),
};
