import { onExit, signals } from 'signal-exit';

/**
 * Has `hook` run if this process ends while something is still open: by `process.exit()`, an uncaught error, or a signal
 * that the program does not listen to, which then ends it as it would have. Returns how to call it off. The process has
 * one listener for each signal, however many hooks there are.
 */
export function onProcessExit(hook: () => void): () => void {
  const before = signals.map((signal) => process.listeners(signal));
  const forget = onExit(() => hook());
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (before[index]?.includes(listener)) continue;
      // To the front: signal-exit leaves a signal to whoever else listens, and those who do `once` are off the list
      // when they have been called. Added before it is removed, so that there is no moment without.
      process.prependListener(signal, listener);
      process.off(signal, listener);
    }
  }
  return forget;
}
