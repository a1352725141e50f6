/// <reference lib="dom" />

/**
 * Runs in the page, before its own scripts, where it is in a frame of our own: for its scripts it is in none. `top` cannot be
 * replaced.
 */
export function hideHost(hostPath: string): void {
  try {
    if (window === parent || parent.location.pathname !== hostPath) return;
  } catch {
    return; // A frame of another origin.
  }
  const alone = (value: unknown) => ({ value, configurable: true, writable: true });
  Document.prototype.hasFocus = () => true; // As a page that fills its window has it.
  Object.defineProperties(window, { parent: alone(window), frameElement: alone(null) });
}
