/** What to do when the process is told to end. */
export interface SignalHandlers {
  first(signal: NodeJS.Signals): void;
  second(signal: NodeJS.Signals): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const ECHO = 100; // ms: npm passes on a Ctrl-C that the terminal has already sent to every process.

/** Handles signals until the function that it returns is called. */
export function onSignals({ first, second }: SignalHandlers): () => void {
  let received: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const receive = (signal: NodeJS.Signals) => {
    const at = performance.now();
    if (!received) {
      received = { signal, at };
      first(signal);
    } else if (signal !== received.signal || at - received.at > ECHO) second(signal);
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  return () => {
    for (const signal of SIGNALS) process.off(signal, receive);
  };
}
