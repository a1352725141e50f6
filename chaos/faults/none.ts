import { succeeds } from '../expected';
import { Harness } from '../harness';
import type { Fault } from './fault';

/** Nothing goes wrong. */
export const none: Fault = {
  name: 'none',
  weight: 3,
  fits: () => true,
  draw: () => ({
    text: '',
    run: async (harness) => Harness.words(await harness.finish(harness.start(), succeeds)),
  }),
};
