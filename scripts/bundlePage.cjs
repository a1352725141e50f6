/** Bundles the dashboard's page with esbuild: for the build, and for the source tree, where there is no dist/. */
const { resolve } = require('node:path');

/** Its script and its style sheet, as text. */
function bundlePage() {
  const { outputFiles } = require('esbuild').buildSync({
    entryPoints: [resolve(__dirname, '../src/dashboard/page/main.tsx')],
    bundle: true,
    write: false,
    outdir: 'page',
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: '{}',
  });
  const textOf = (end) => outputFiles.find(({ path }) => path.endsWith(end)).text;
  return { script: textOf('.js'), style: textOf('.css') };
}

/** The text of the module that stands in for src/dashboard/bundle.ts where there is no source tree. */
function bundleModule() {
  return `"use strict";\nconst page = ${JSON.stringify(bundlePage())};\nexports.bundledPage = () => page;\n`;
}

module.exports = { bundlePage, bundleModule };
