import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { transformSync } from 'esbuild';
import { compileProject } from '../../../src/capture/hyperframes/compile';
import { findPackage, type HyperframesCore, loadCore } from '../../../src/capture/hyperframes/core';
import type { Variables } from '../../../src/capture/hyperframes/variables';
import { stopCompiler } from '../../support/filmProjects';
import { useFolder } from '../../support/folder';
import { rejection } from '../../support/rejection';

describe('compiling a HyperFrames project', function () {
  this.timeout(20_000); // The compiler takes a second to load the first time.
  const path = useFolder();
  let core: HyperframesCore;
  after(stopCompiler);

  before(async () => {
    core = await loadCore(__dirname);
  });

  function compile(files: Readonly<Record<string, string>>, variables: Variables = {}, by = core) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
    }
    return compileProject(by, { root: path('').replace(/\/$/, ''), entry: 'index.html' }, variables);
  }

  const page = (body: string, html = '') =>
    `<!doctype html><html ${html}><head></head><body><div data-composition-id="main" data-duration="1" ${body}</div></body></html>`;
  const host = (source: string) =>
    page(`><div data-composition-id="x" data-composition-src="${source}"></div>`);
  const scene = (body: string) => `<template><div data-composition-id="x">${body}</div></template>`;
  const failure = async (files: Record<string, string>, variables?: Variables) =>
    (await rejection(compile(files, variables), 'PAGE_FAILED')).message;

  it('makes the same page with the modules of the compiler in one file as with each by itself, but for comments in scripts', async () => {
    const project = {
      'index.html': page(`><style>.a { color: red }</style><script>run(); // At once.</script>
        <div data-composition-id="x" data-composition-src="a/x.html" data-start="0"></div>`),
      'a/x.html': scene('<style>b { margin: 0 }</style><b>inner</b><script>console.log(1)</script>'),
    };
    const folder = findPackage('@hyperframes/core', __dirname) as string;
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { bundleToSingleHtml } = await import(join(folder, exports['./compiler'].import));
    const inOneFile = await compile(project);
    const oneByOne = await compile(project, {}, { ...core, bundleToSingleHtml });
    expect(inOneFile.html).to.include('// At once.');
    expect(oneByOne.html).not.to.include('// At once.');
    const printed = ({ html }: typeof inOneFile) =>
      html.replace(/(?<=<script>).*?(?=<\/script>)/gs, (script) => transformSync(script).code);
    expect({ ...inOneFile, html: printed(inOneFile) }).to.deep.equal({
      ...oneByOne,
      html: printed(oneByOne),
    });
  });

  it('puts compositions and the runtime into one page, and tells which files it is of', async () => {
    const { html, files } = await compile({
      'index.html': host('a/x.html'),
      'a/x.html': scene('<b>inner</b>'),
    });
    expect(html).to.include('<b>inner</b>').and.include('__hyperframeRuntimeBootstrapped');
    expect(files).to.deep.equal([path('index.html'), path('a/x.html')]);
  });

  it('names the composition that is missing, empty, or outside the project', async () => {
    expect(await failure({ 'index.html': host('gone.html') })).to.match(
      /gone\.html cannot be rendered: there is no such/,
    );
    expect(await failure({ 'index.html': host('x.html'), 'x.html': ' ' })).to.match(
      /x\.html cannot be rendered: .*empty/i,
    );
    expect(await failure({ 'index.html': host('../x.html') })).to.match(
      /\.\.\/x\.html cannot .* no such file in the project/,
    );
  });

  it('names a composition that includes itself, and by way of which', async () => {
    const nested = (source: string) =>
      scene(`<div data-composition-id="y" data-composition-src="${source}"></div>`);
    const files = { 'index.html': host('a.html'), 'a.html': nested('b.html'), 'b.html': nested('a.html') };
    expect(await failure(files)).to.include(
      'a.html cannot be rendered: includes itself: a.html → b.html → a.html',
    );
  });

  it('names a file that the compiler would read wrongly', async () => {
    const text = await failure({ 'index.html': '<!doctype html><div data-composition-id="main"></div>' });
    expect(text).to.include('index.html cannot be rendered').and.include('<html>, <head> and <body>');
  });

  it('reads the rate of the root', async () => {
    const { fps } = await compile({ 'index.html': page('data-fps="30000/1001">') });
    expect(fps).to.deep.equal({ numerator: 30000, denominator: 1001 });
    const error = await rejection(compile({ 'index.html': page('data-fps="fast">') }), 'INVALID_OPTION');
    expect(error.message).to.include('data-fps');
  });

  it('prints nothing of what the compiler warns of', async () => {
    const { warn } = console;
    const warned: unknown[] = [];
    console.warn = (...args) => warned.push(args);
    try {
      await compile({ 'index.html': page('><script>requestAnimationFrame(() => {})</script>') });
    } finally {
      console.warn = warn;
    }
    expect(warned).to.deep.equal([]);
  });

  describe('with variables', () => {
    const declared = page(
      '>',
      `data-composition-variables='[{"id":"size","type":"number","label":"Size","default":1},{"id":"mode","type":"enum","label":"Mode","default":"a","options":[{"value":"a","label":"A"}]}]'`,
    );

    it('refuses those of another type than is declared', async () => {
      const error = await rejection(compile({ 'index.html': declared }, { size: 'big' }), 'INVALID_OPTION');
      expect(error).to.include({ option: 'variables' });
      expect(error.message).to.include('"size" expected number, got string');
      const other = await rejection(compile({ 'index.html': declared }, { mode: 'b' }), 'INVALID_OPTION');
      expect(other.message).to.include('"mode" must be one of "a"');
    });

    it('names those that no composition declares', async () => {
      const { unsupported } = await compile({ 'index.html': declared }, { size: 2, sise: 3 });
      expect(unsupported).to.deep.equal(['variable "sise", which no composition declares']);
    });
  });

  it('names what the format has and the video will not', async () => {
    const loud = '<audio src="a.mp3" data-start="0" data-volume="1.5" data-fx-chain="[]"></audio>';
    const gif = '<img src="a.gif" data-start="0">';
    const script = '<script>HyperShader.init({})</script>';
    const { unsupported } = await compile({
      'index.html': page(`data-requires-webgpu>${loud}${gif}${script}`),
    });
    expect(unsupported.join('; ')).to.match(/sound effects.*WebGPU.*GIFs.*shader transitions/);
  });

  describe('with fonts', () => {
    const styled = (css: string, body = '') => ({ 'index.html': page(`><style>${css}</style>${body}`) });

    it('names the fonts that HyperFrames would embed and that are not installed', async () => {
      const { unsupported } = await compile(styled('h1 { font-family: Georgia, "Courier New" }'));
      expect(unsupported.join('; '))
        .to.include('for Georgia: npm install @fontsource/eb-garamond')
        .and.include('for Courier New: npm install @fontsource/jetbrains-mono');
    });

    it('embeds those that the project has, under every name that stands for them', async () => {
      const folder = 'node_modules/@fontsource/inter';
      const { html, unsupported } = await compile({
        [`${folder}/package.json`]: '{}',
        [`${folder}/files/inter-latin-400-normal.woff2`]: 'font',
        ...styled(':root { --text: Arial } h1 { font-family: var(--text) } p { font-family: system-ui }'),
      });
      const data = Buffer.from('font').toString('base64');
      expect(html).to.include(
        `@font-face { font-family: "Arial"; src: url("data:font/woff2;base64,${data}")`,
      );
      expect(html)
        .to.include('@font-face { font-family: "Inter"')
        .and.include('font-family: Inter, system-ui');
      expect(unsupported).to.deep.equal([]);
    });

    it('leaves alone what the page declares by itself, and what is only in a shorthand', async () => {
      const own = '@font-face { font-family: "Arial"; src: url(a.woff2) } h1 { font-family: Arial }';
      const { html, unsupported } = await compile(styled(`${own} p { font: 12px Georgia }`));
      expect(unsupported).to.deep.equal([]);
      expect(html.match(/@font-face/g)).to.have.length(1 + (core.runtime.match(/@font-face/g)?.length ?? 0));
    });
  });
});
