/// <reference lib="dom" />

/** Runs in the page, before its own scripts: its window is as large as it is. What it really is differs by browser and moment. */
export function fakeWindowSize(): void {
  const outer = (side: 'innerWidth' | 'innerHeight') => ({ get: () => window[side], configurable: true });
  Object.defineProperties(window, { outerWidth: outer('innerWidth'), outerHeight: outer('innerHeight') });
}
