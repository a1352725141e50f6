/** How many listeners this process has for its own end, by an exit or by a signal. */
export function exitListeners(): number {
  return process.listenerCount('exit') + process.listenerCount('SIGINT');
}
