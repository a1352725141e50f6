import { createColors } from 'picocolors';

const { NO_COLOR, FORCE_COLOR, TERM } = process.env;

/** Whether standard error is a terminal on which lines can be rewritten. */
export const isTerminal = isRewritable(process.stderr);

/** Colours for standard error, where the terminal shows them and nobody has said no (https://no-color.org). */
export const colors = colorsFor(process.stderr);

/** The same for standard output, which may go elsewhere. */
export const stdoutColors = colorsFor(process.stdout);

function isRewritable(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && TERM !== 'dumb';
}

function colorsFor(stream: NodeJS.WriteStream) {
  return createColors(!NO_COLOR && (isRewritable(stream) || Boolean(FORCE_COLOR)));
}
