import { debuglog } from 'node:util';

/** Writes to standard error when `NODE_DEBUG=filmgate` is set: what is spawned, sent, retried and published. */
export const debug = debuglog('filmgate');
