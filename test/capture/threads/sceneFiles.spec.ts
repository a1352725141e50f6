import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { expect } from 'chai';
import { sceneFiles } from '../../../src/capture/threads/sceneFiles';
import { useFolder } from '../../support/folder';

describe('sceneFiles', () => {
  const path = useFolder();
  const put = (name: string, text = '') => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  const found = (scene = 'scene.mjs') => sceneFiles(path(scene)).map((file) => relative(path(), file));

  it('is the scene itself, also where it cannot be read', () => {
    put('scene.mjs', 'export default {}');
    expect(found()).to.deep.equal(['scene.mjs']);
    rmSync(path('scene.mjs'));
    expect(found()).to.deep.equal(['scene.mjs']);
  });

  describe('is what it imports as well', () => {
    const ways: [string, string][] = [
      ['import', `import light from './light.mjs';`],
      ['import for its effect', `import './light.mjs';`],
      ['import of names, over several lines', `import {\n  a,\n  b as c,\n} from\n  './light.mjs';`],
      ['import without spaces', `import{a}from"./light.mjs"`],
      ['import of everything', `import * as light from "./light.mjs";`],
      ['import of types', `import type { Light } from './light.mjs';`],
      ['import while it runs', `const light = await import('./light.mjs');`],
      ['export from', `export { a } from './light.mjs';`],
      ['export of everything', `export * from './light.mjs';`],
      ['require', `const light = require('./light.mjs');`],
      ['require over lines', `const light = require(\n  './light.mjs',\n);`],
      ['require in TypeScript', `import light = require('./light.mjs');`],
    ];
    for (const [what, text] of ways) {
      it(`by ${what}`, () => {
        put('scene.mjs', text);
        put('light.mjs');
        put('other.mjs');
        expect(found()).to.deep.equal(['light.mjs', 'scene.mjs']);
      });
    }

    for (const ending of ['.js', '.cjs', '.mjs', '.ts', '.json', '/index.js', '/index.ts']) {
      it(`without saying ${ending}`, () => {
        put('scene.mjs', `require('./light')`);
        put(`light${ending}`);
        expect(found()).to.deep.equal([`light${ending}`, 'scene.mjs']);
      });
    }

    it('from the folders above, also by their index', () => {
      put('scenes/deep/scene.mjs', `import '../../light.mjs'; require('..'); require('.'); require('../')`);
      put('light.mjs');
      put('scenes/index.js');
      put('scenes/deep/index.js');
      expect(found('scenes/deep/scene.mjs')).to.deep.equal([
        'light.mjs',
        'scenes/deep/index.js',
        'scenes/deep/scene.mjs',
        'scenes/index.js',
      ]);
    });

    it('and what that imports, from where that is, each once, also round in a circle', () => {
      put('scene.mjs', `import './lib/a.mjs'; import './lib/b.mjs'`);
      put('lib/a.mjs', `import './b.mjs'; import '../scene.mjs'`);
      put('lib/b.mjs', `import './a.mjs'; import './deep/c.json' with { type: 'json' }`);
      put('lib/deep/c.json', '{}');
      expect(found()).to.deep.equal(['lib/a.mjs', 'lib/b.mjs', 'lib/deep/c.json', 'scene.mjs']);
    });
  });

  it('is not what comes from a package or Node, nor what is not there', () => {
    put('scene.mjs', `import 'gsap'; import { x } from 'node:fs'; import './none.mjs'; import('./folder')`);
    put('gsap');
    put('folder/other.js');
    expect(found()).to.deep.equal(['scene.mjs']);
  });

  it('follows no text that only looks like a path', () => {
    put('scene.mjs', `const from1 = './light.mjs'; transform('./light.mjs'); load.required('./light.mjs')`);
    put('light.mjs');
    expect(found()).to.deep.equal(['scene.mjs']);
  });

  it('names a linked file by the path by which it is imported', () => {
    put('scene.mjs', `import './light.mjs'`);
    put('real.mjs');
    symlinkSync(path('real.mjs'), path('light.mjs'));
    expect(found()).to.deep.equal(['light.mjs', 'scene.mjs']);
  });
});
