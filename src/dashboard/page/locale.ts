// A browser whose system has no locale calls its language `en-US@posix`, which uPlot would fail on while it loads.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US' });
}

export {};
