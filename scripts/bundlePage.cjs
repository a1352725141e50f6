/** Bundles the dashboard's page with esbuild: for the build, and for the source tree, where there is no dist/. */
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');

/** Its script and its style sheet, as text. In a process of its own: esbuild leaves a thread behind, and tests count threads. */
function bundlePage() {
  const text = execFileSync(process.execPath, [__filename], { encoding: 'utf8', maxBuffer: 1e8 });
  return JSON.parse(text);
}

function bundle() {
  const { outputFiles } = require('esbuild').buildSync({
    entryPoints: [resolve(__dirname, '../src/dashboard/page/main.tsx')],
    bundle: true,
    write: false,
    outdir: 'page',
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    banner: { js: licences() },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: '{}',
  });
  const textOf = (end) => outputFiles.find(({ path }) => path.endsWith(end)).text;
  return { script: textOf('.js'), style: textOf('.css') };
}

/** Of what is bundled: their licences ask for it. */
function licences() {
  const text = (name) => readFileSync(resolve(__dirname, `../node_modules/${name}/LICENSE`), 'utf8');
  return `/*! Preact: ${text('preact')}\nuPlot: ${text('uplot')}*/`;
}

/** The text of the module that stands in for src/dashboard/bundle.ts where there is no source tree. */
function bundleModule() {
  return `"use strict";\nconst page = ${JSON.stringify(bundlePage())};\nexports.bundledPage = () => page;\n`;
}

if (require.main === module) process.stdout.write(JSON.stringify(bundle()));

module.exports = { bundlePage, bundleModule };
