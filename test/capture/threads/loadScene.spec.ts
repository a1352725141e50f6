import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadScene } from '../../../src/capture/threads/loadScene';
import { useFolder } from '../../support/folder';
import { rejection } from '../../support/rejection';

describe('loadScene', () => {
  const path = useFolder();
  const scene = '{ width: 2, height: 2, fps: 30, frames: 9, paint() {} }';

  function load(name: string, text: string, params: unknown = {}) {
    writeFileSync(path(name), text);
    return loadScene(path(name), params);
  }

  for (const [name, text] of [
    ['a.js', `module.exports = ${scene}`],
    ['a.cjs', `exports.default = ${scene}`],
    ['b.cjs', `Object.assign(exports, ${scene})`],
    ['a.mjs', `export default ${scene}`],
    ['b.mjs', `export default () => (${scene})`],
    ['c.mjs', 'export const width = 2, height = 2, fps = 30, frames = 9; export function paint() {}'],
    ['a.ts', `const typed: object = ${scene}; export default typed;`],
    ['b.ts', `export default async (params: unknown) => (${scene});`],
  ] as const) {
    it(`takes ${name}: ${text.slice(0, 32)}…`, async () => {
      expect(await load(name, text)).to.include({ width: 2, height: 2, fps: 30, frames: 9 });
    });
  }

  it('gives the parameters to a function', async () => {
    const made = await load('a.mjs', `export default ({ width }) => ({ ...${scene}, width })`, { width: 77 });
    expect(made.width).to.equal(77);
  });

  for (const [what, name, text, message] of [
    ['throws', 'a.cjs', 'throw new Error("no film")', /a\.cjs.*no film/],
    ['throws nothing', 'a.mjs', 'throw undefined', /a\.mjs.*undefined/],
    ['cannot be parsed', 'a.mjs', 'export default {', /a\.mjs/],
    ['imports what is not there', 'a.mjs', 'import "./gone.mjs"', /gone\.mjs/],
    ['exports nothing', 'a.mjs', '', /neither a paint nor a draw function/],
    ['exports a number', 'a.cjs', 'module.exports = 1', /exports no scene/],
    ['makes nothing', 'a.mjs', 'export default () => {}', /exports no scene/],
    [
      'does not paint',
      'a.mjs',
      'export default { width: 2, height: 2, fps: 1, frames: 1 }',
      /neither a paint/,
    ],
    ['paints and draws', 'a.mjs', `export default { ...${scene}, draw() {} }`, /both a paint and a draw/],
    [
      'has no length',
      'a.mjs',
      `export default { ...${scene}, frames: undefined }`,
      /neither frames nor duration/,
    ],
    ['has two lengths', 'a.mjs', `export default { ...${scene}, duration: 1 }`, /both frames and duration/],
  ] as const) {
    it(`refuses a module that ${what}: SCENE_INVALID`, async () => {
      expect((await rejection(load(name, text), 'SCENE_INVALID')).message).to.match(message);
    });
  }
});
