import { createColors } from 'picocolors';

const { NO_COLOR, FORCE_COLOR, TERM } = process.env;

/** Whether standard error is a terminal on which lines can be rewritten. */
export const isTerminal = process.stderr.isTTY === true && TERM !== 'dumb';

/** Colours where the terminal shows them and nobody has said no (https://no-color.org). */
export const colors = createColors(!NO_COLOR && (isTerminal || Boolean(FORCE_COLOR)));
