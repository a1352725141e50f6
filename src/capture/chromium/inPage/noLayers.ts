/// <reference lib="dom" />

/**
 * Runs in the page, before its own scripts: what moves is drawn into the page, and gets no layer of its own. A layer is
 * drawn at the scale that it has at first, or had in the frame before, and stretched from there: how sharp it is would
 * depend on which frames this worker has taken. Chromium makes no layers for animations and for `will-change` where an
 * ancestor says that its contents will change.
 */
export function preventLayers(): void {
  const flatten = () => document.documentElement?.style?.setProperty('will-change', 'contents', 'important');
  flatten();
  document.addEventListener('DOMContentLoaded', flatten);
}
