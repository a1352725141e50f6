import { asksForTop } from '../chromium/canvas/checkBeforehand';

/** What is used of esbuild. */
export interface Esbuild {
  transformSync(text: string, options: object): { readonly code: string };
}

/** How HyperFrames' compiler asks for a script without its comments. */
const STRIP = JSON.stringify({ loader: 'js', minify: false, legalComments: 'none' });

/** What would end a script in the middle of a page, and is written otherwise; or is looked for in scripts. */
const matters = (text: string) => /<\/script|<!--|HyperShader/i.test(text) || asksForTop(text);

/**
 * esbuild for HyperFrames' compiler, which has it take the comments out of a page's scripts: a program that is started for that while
 * the whole render waits (75 ms). Scripts do the same with their comments; the compiler, too, keeps those that esbuild cannot read.
 */
export function keepComments<T extends Esbuild>(esbuild: T): T {
  return {
    ...esbuild,
    transformSync(text: string, options: object) {
      const isKept = JSON.stringify(options) === STRIP && !matters(text);
      return isKept ? { code: text } : esbuild.transformSync(text, options);
    },
  };
}
