import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { expect } from 'chai';
import { sceneFiles } from '../../../src/capture/threads/sceneFiles';
import { useFolder } from '../../support/folder';

describe('sceneFiles', () => {
  const path = useFolder();

  /** Writes files, and says what the first of them is made of, by their names. */
  function filesOf(files: Record<string, string>): string[] {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
    }
    return sceneFiles(path(Object.keys(files)[0])).map((file) => relative(path(), file));
  }

  it('has the module alone, which imports nothing of its own', () => {
    const text =
      "import { x } from 'node:fs'; import y from 'gsap'; require('/etc/passwd'); export default {};";
    expect(filesOf({ 'scene.mjs': text })).to.deep.equal(['scene.mjs']);
  });

  for (const [how, text] of Object.entries({
    'import … from': "import { a } from './part.js';",
    'an import over lines': "import {\n  a,\n  b,\n} from\n  './part.js';",
    'import alone': 'import "./part.js";',
    'import at run time': "const a = await import('./part.js');",
    'export … from': "export * from './part.js';",
    require: 'const a = require( "./part.js" );',
  })) {
    it(`follows ${how}`, () =>
      expect(filesOf({ 'scene.mjs': text, 'part.js': '' })).to.deep.equal(['part.js', 'scene.mjs']));
  }

  it('follows them from file to file, once each, and in circles', () => {
    const files = {
      'film/scene.js': "require('./a'); require('./b'); require('./scene');",
      'film/a.js': "require('../shared')",
      'film/b.cjs': "require('./a.js')",
      'shared/index.ts': "import './data.json'; import '../film/scene.js';",
      'shared/data.json': '{}',
      'film/unused.js': '',
    };
    expect(filesOf(files)).to.deep.equal([
      'film/a.js',
      'film/b.cjs',
      'film/scene.js',
      'shared/data.json',
      'shared/index.ts',
    ]);
  });

  it('passes over what is not there', () => {
    expect(
      filesOf({ 'scene.js': "require('./nowhere'); require('./folder');", 'folder/a.js': '' }),
    ).to.deep.equal(['scene.js']);
    expect(sceneFiles(path('none.js'))).to.deep.equal([path('none.js')]);
  });
});
