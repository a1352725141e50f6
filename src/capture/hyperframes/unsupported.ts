import type { CompiledDocument } from './core';

/** What the format has and this render does not show or sound, by the selector that finds it. */
const FEATURES: Readonly<Record<string, string>> = {
  '[data-fx-chain], [data-fx-carve]': 'sound effects (data-fx-chain, data-fx-carve)',
  '[data-automation]': 'automation (data-automation), except of volume up to 1',
  'hf-audio-group, [data-audio-group]': 'audio groups (hf-audio-group): members are heard as they are',
  '[data-requires-webgpu]': 'WebGPU without a GPU (data-requires-webgpu)',
  'img[src$=".gif" i][data-start], img[src*=".gif?" i][data-start]': 'animated GIFs: they stand still',
};

/** Names what the project uses of the format and this render does not have. */
export function unsupportedIn(document: CompiledDocument): string[] {
  const found = Object.entries(FEATURES)
    .filter(([selector]) => document.querySelector(selector))
    .map(([, text]) => text);
  const scripts = [...document.querySelectorAll('script')].map(({ textContent }) => textContent ?? '');
  if (scripts.some((text) => /\bHyperShader\s*\.\s*init\s*\(/.test(text)))
    found.push('shader transitions: scenes change without them');
  return found;
}
