import { debuglog } from 'node:util';

/** Writes to standard error with `NODE_DEBUG=filmgate`. */
export const debug = debuglog('filmgate');
